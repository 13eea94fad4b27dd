"""Money that another platform collects, through HTTP: entered at the desk, given back there, paid out, withdrawn."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

import pytest

from domain.aggregate import Stamp
from domain.campaign.imports import ImportContribution, ImportedChild
from tests.kit.api_server import AUDITOR, MANDATAIRE, TREASURER, ApiServer

_CHILD: Final = {"first_name": "Zoé", "last_name": "MARTIN", "class_label": "CE1", "tariff_id": "enfant"}
_BASKET: Final = {
    "payer": {"first_name": "Zoé", "last_name": "MARTIN"},
    "children": [_CHILD, {**_CHILD, "class_label": "CP a"}],
    "means": "external",
}
_DAY: Final = "2024-07-05"
_PAID_AT: Final = f"{_DAY}T10:00:00Z"


def pay_elsewhere(api: ApiServer, reference: str) -> tuple[str, dict[str, Any]]:
    """Place a basket at the desk and enter its payment on another platform."""
    coop, campaign = f"/coops/{api.ids.coop_id}", f"/campaigns/{api.ids.campaign_id}"
    placed = api.done(TREASURER, "POST", f"{coop}{campaign}/contributions", _BASKET)["ids"]["contribution_id"]
    payment = {"platform": "lydia", "reference": reference, "cents": 2400, "paid_at": _PAID_AT}
    address = f"{coop}{campaign}/contributions/{placed}/external-payments"
    return placed, api.done(TREASURER, "POST", address, payment)


def held(api: ApiServer, position: int, **params: str) -> dict[str, int]:
    """What each platform holds."""
    address = f"/coops/{api.ids.coop_id}/external-funds"
    rows = api.get(AUDITOR, address, at_least=position, **params)["platforms"]
    return {row["platform"]: row["in_hand_cents"] for row in rows}


def problem(api: ApiServer, who: str, path: str, body: dict[str, Any]) -> tuple[int, str, str]:
    """The refusal of a request: status, type and sentence."""
    answer = api.call(who, "POST", path, body)
    document = answer.json()
    return answer.status_code, document["type"], document["title"] + document.get("detail", "")


def test_a_payment_elsewhere_is_seen_in_its_own_columns_and_never_online(api: ApiServer) -> None:
    coop, campaign = f"/coops/{api.ids.coop_id}", f"/campaigns/{api.ids.campaign_id}"
    before = api.get(TREASURER, f"{coop}/balance")
    contribution, done = pay_elsewhere(api, "L-101")
    payment_id, position = done["ids"]["external_payment_id"], done["position"]
    assert api.get(TREASURER, f"{coop}/balance", at_least=position) == before
    rows = api.get(TREASURER, f"{campaign}/contributions", limit=500)["items"]
    (row,) = (row for row in rows if row["contribution_id"] == contribution)
    assert (row["means"], row["received_cents"], row["collected_elsewhere_cents"], row["status"]) == (
        *("external", 2400, 2400),
        "received",
    )
    sheet = api.get(TREASURER, f"{campaign}/balance")["classes"]
    assert sum(one["collected_elsewhere_cents"] for one in sheet) == 2400
    (listed,) = api.get(AUDITOR, f"{campaign}/external-payments")["items"]
    assert (listed["external_payment_id"], listed["reference"], listed["paid_on"]) == (payment_id, "L-101", _DAY)
    assert held(api, position) == {"lydia": 2400}
    assert held(api, position, as_of="2024-07-04") == {}

    refused = problem(api, MANDATAIRE, f"{coop}{campaign}/contributions/{contribution}/refunds", _refund())
    assert refused[:2] == (409, "urn:coopledger:collected-elsewhere")
    checkout = api.call(TREASURER, "POST", f"{coop}{campaign}/contributions/{contribution}/checkout", {})
    assert checkout.status_code >= 400

    address = f"{coop}{campaign}/external-payments/{payment_id}"
    back = {"cents": 400, "refunded_at": _PAID_AT, "by_line": [{"line": 1, "cents": 400}]}
    position = api.done(MANDATAIRE, "POST", f"{address}/refunds", back)["position"]
    assert held(api, position) == {"lydia": 2000}
    payout = {"platform": "lydia", "reference": "V-1", "cents": 2000, "fee_cents": 24, "booked_on": "2024-07-08"}
    too_much = problem(api, MANDATAIRE, f"{coop}/external-payouts", {**payout, "cents": 2001})
    assert too_much[:2] == (409, "urn:coopledger:external-funds-exceeded")
    done = api.done(MANDATAIRE, "POST", f"{coop}/external-payouts", payout)
    assert held(api, done["position"]) == {"lydia": 0}
    wrong = {"reason": "wrong_amount", "note": "Saisi 24 au lieu de 20"}
    assert problem(api, MANDATAIRE, f"{address}/withdrawal", wrong)[1] == "urn:coopledger:external-payment-paid-out"

    payout_address = f"{coop}/external-payouts/{done['ids']['external_payout_id']}"
    api.done(MANDATAIRE, "POST", f"{payout_address}/withdrawal", {"reason": "mistake"})
    done = api.done(MANDATAIRE, "POST", f"{address}/withdrawal", wrong)
    assert held(api, done["position"]) == {"lydia": 0}
    (listed,) = api.get(AUDITOR, f"{campaign}/external-payments")["items"]
    assert listed["withdrawn"]
    (paid_out,) = api.get(AUDITOR, f"{coop}/external-funds")["payouts"]
    assert (paid_out["cents"], paid_out["fee_cents"], paid_out["withdrawn"]) == (2000, 24, True)
    decision = api.get(TREASURER, f"{coop}/decisions", limit=500)["items"][-1]
    assert (decision["reason"], decision["note"]) == ("wrong_amount", "Saisi 24 au lieu de 20")
    assert api.get(TREASURER, f"{coop}/balance") == before


def _refund() -> dict[str, Any]:
    return {"cents": 2400, "reason": "duplicate"}


def test_a_whole_import_is_listed_and_withdrawn_by_its_id(api: ApiServer) -> None:
    coop, campaign = f"/coops/{api.ids.coop_id}", f"/campaigns/{api.ids.campaign_id}"
    import_id = uuid4()
    for number in (1, 2):
        child = ImportedChild(participant_id=uuid4(), class_label="CE1", cents=1200)
        (outcome,) = api.opened.ledger.bus.submit(
            ImportContribution(
                stream_id=api.ids.campaign_id,
                stamp=Stamp(at=datetime.now(UTC), by="cli"),
                contribution_id=uuid4(),
                payer_id=uuid4(),
                commitment="0" * 64,
                children=(child,),
                means="external",
                platform="helloasso",
                reference=f"90{number}-OP",
                external_payment_id=uuid4(),
                import_id=import_id,
                paid_at=datetime.now(UTC),
            )
        ).result(30)
    (listed,) = api.get(AUDITOR, f"{campaign}/imports", at_least=outcome.last_position)
    assert (listed["import_id"], listed["payments"], listed["cents"], listed["withdrawn"]) == (
        *(str(import_id), 2),
        *(2400, 0),
    )
    done = api.done(TREASURER, "POST", f"{coop}{campaign}/imports/{import_id}/withdrawal", {"reason": "wrong_file"})
    assert done["events"] == ["campaign.external_payment_withdrawn.1"] * 2
    assert held(api, done["position"])["helloasso"] == 0
    unknown = f"{coop}{campaign}/imports/{uuid4()}/withdrawal"
    assert problem(api, TREASURER, unknown, {"reason": "wrong_file"})[:2] == (404, "urn:coopledger:not-found")


@pytest.mark.parametrize(
    "wrong", [{"platform": "paypal"}, {"reference": "MARTIN"}, {"reference": "7" * 21}, {"cents": 0}]
)
def test_a_payment_elsewhere_that_cannot_be_read_is_refused(api: ApiServer, wrong: dict[str, Any]) -> None:
    address = f"/coops/{api.ids.coop_id}/campaigns/{api.ids.campaign_id}/contributions/{uuid4()}/external-payments"
    body = {"platform": "lydia", "reference": "L-7", "cents": 1200, "paid_at": _PAID_AT, **wrong}
    assert api.call(TREASURER, "POST", address, body).status_code == 422
