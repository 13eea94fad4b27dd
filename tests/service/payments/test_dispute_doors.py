"""Disputes through the doors of the API: what a bank took too much is seen, and explained by two people."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from domain.campaign.disputes.facts import RecordDisputeLost, RecordDisputeOpened, RecordDisputeWon
from domain.campaign.payments import RecordPaymentCaptured
from tests.kit.api_server import MANDATAIRE, STAFF, TREASURER, ApiServer

_FAMILY: Final = {"first_name": "Camille", "last_name": "GALANTE"}
_CHILD: Final = {**_FAMILY, "class_label": "CE1", "tariff_id": "enfant"}
_EXPLAINED: Final = {"account": "goodwill", "reason": "dispute_cost", "note": "Vu avec le prestataire"}


def test_the_office_sees_what_a_bank_took_too_much_and_two_of_it_explain_it(api: ApiServer) -> None:
    coop, campaign = f"/coops/{api.ids.coop_id}", f"/campaigns/{api.ids.campaign_id}"
    basket = {"payer": _FAMILY, "children": [_CHILD]}
    made = api.done(MANDATAIRE, "POST", f"{coop}{campaign}/contributions", basket)
    (fact,) = api.get(TREASURER, "/events", after=made["position"] - 1, limit=1)["items"]
    at, due = fact["event"]["at"], sum(line["cents"] for line in fact["event"]["lines"])
    number = uuid4().hex
    charge, dispute = f"ch_{number}", f"dp_{number}"
    stream, moment = api.ids.campaign_id, datetime.fromisoformat(at)
    contribution_id = UUID(made["ids"]["contribution_id"])
    paid = {"payment_id": charge, "cents": due, "tip_cents": 0, "paid_at": moment}
    api.fact(RecordPaymentCaptured, stream, contribution_id=contribution_id, **paid)
    taken = {
        "dispute_id": dispute,
        "provider_movement": f"txn_{number}",
        "payment_id": charge,
        "opened_at": moment,
        "fee_cents": 0,
    }
    api.fact(RecordDisputeOpened, stream, cents=due + 700, **taken)
    assert _of(api, dispute) == {"status": "open", "contested": due, "lost": 0, "to_explain": 700, "explained": 0}
    ended = {"dispute_id": dispute, "closed_at": moment}
    api.fact(RecordDisputeWon, stream, provider_movement=f"txn_{number}_back", cents=1_000, fee_cents=0, **ended)
    api.fact(RecordDisputeLost, stream, **ended)
    assert _of(api, dispute) == {"status": "lost", "contested": 0, "lost": due - 300, "to_explain": 0, "explained": 0}
    api.fact(RecordDisputeOpened, stream, cents=900, **{**taken, "provider_movement": f"txn_{number}_more"})
    assert _of(api, dispute) == {
        "status": "open",
        "contested": 300,
        "lost": due - 300,
        "to_explain": 600,
        "explained": 0,
    }
    explanation = f"{coop}{campaign}/disputes/{dispute}/explanation"
    assert api.call(MANDATAIRE, "PUT", explanation, _EXPLAINED).status_code == 403
    assert api.done(STAFF, "PUT", explanation, _EXPLAINED)["events"] == ["association.approval_given.1"]
    assert api.done(TREASURER, "PUT", explanation, _EXPLAINED)["events"] == ["campaign.dispute_cleared.1"]
    assert _of(api, dispute)["to_explain"] == 0
    assert _of(api, dispute)["explained"] == 600


def _of(api: ApiServer, dispute: str) -> dict[str, Any]:
    """What the list says of a dispute."""
    rows = api.get(TREASURER, f"/coops/{api.ids.coop_id}/disputes")
    (row,) = (one for one in rows if one["dispute_id"] == dispute)
    amounts = ("contested", "lost", "to_explain", "explained")
    return {"status": row["status"], **{name: row[f"{name}_cents"] for name in amounts}}
