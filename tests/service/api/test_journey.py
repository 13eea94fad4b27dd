"""A coop's whole year through HTTP only: opened, certified, a campaign, a family, a refund, a payout."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import pytest

from domain.campaign.payments import RecordPaymentCaptured
from domain.campaign.refunds import RecordRefundSettled
from domain.coop.certification import RecordCertified
from domain.coop.payouts import RecordPayoutPaid, RecordPayoutSent
from tests.kit.api_server import MANDATAIRE, PLATFORM, STAFF, TREASURER, ApiServer
from tests.kit.pdf_text import pages

PAID_AT: Final = datetime(2024, 10, 2, 16, 5, tzinfo=UTC)
BASKET: Final = {
    "payer": {"first_name": "Camille", "last_name": "GALANTE", "email": "camille@example.org"},
    "children": [
        {"first_name": "Marie", "last_name": "GALANTE", "class_label": "CP a", "tariff_id": "enfant", "cents": 1200},
        {"first_name": "Julien", "last_name": "GALANTE", "class_label": "CE1", "tariff_id": "enfant", "cents": 1200},
    ],
    "tip_cents": 192,
}
TARIFF: Final = {
    "tariff_id": "enfant",
    "label": "1 enfant",
    "tiers": [1200],
    "valid_from": "2024-09-01",
    "valid_to": "2025-08-31",
}


class CreatedCoop(NamedTuple):
    """What the journey opened: a coop able to be paid, and its published campaign."""

    coop: str
    campaign: str

    @property
    def baskets(self) -> str:
        """Where families' baskets are placed."""
        return f"{self.coop}{self.campaign}/contributions"


@pytest.fixture(scope="module")
def created(api: ApiServer) -> CreatedCoop:
    """A coop opened, certified and with a campaign on line, by HTTP commands only."""
    coop, holder_id = _open_coop(api)
    _certify(api, coop)
    return CreatedCoop(coop, _open_campaign(api, coop, holder_id))


def _open_coop(api: ApiServer) -> tuple[str, str]:
    """Open a coop with its classes, its mandate and its charter; return its address and who holds the mandate."""
    identity = {"name": "Coop Journey", "school": "école Léo LAGRANGE", "town": "Antibes", "affiliation_number": "88"}
    coop = f"/coops/{api.done(TREASURER, 'POST', '/coops', identity)['ids']['coop_id']}"
    api.done(TREASURER, "PUT", f"{coop}/classes", {"school_year": 2024, "labels": ["CP a", "CE1", "CE2-CM1"]})
    mandate = {"first_name": "Anne", "last_name": "LEBRUN", "valid_from": "2023-09-01", "valid_to": "2099-08-31"}
    ids = api.done(TREASURER, "POST", f"{coop}/mandates", mandate)["ids"]
    api.done(TREASURER, "POST", f"{coop}/charter", {"version": 1, "mandate_id": ids["mandate_id"]})
    return coop, ids["holder_id"]


def _certify(api: ApiServer, coop: str) -> None:
    """Register and confirm the IBAN, then have the provider certify the account: nobody does so by HTTP."""
    ids = api.done(TREASURER, "POST", f"{coop}/bank-accounts", {"iban": "FR76 3000 6000 0112 3456 7890 189"})["ids"]
    account = f"{coop}/bank-accounts/{ids['bank_account_id']}"
    alone = api.call(TREASURER, "POST", f"{account}/confirmation", {"payee_check": "match"})
    assert (alone.status_code, alone.json()["type"]) == (409, "urn:coopledger:second-person-needed")
    api.done(STAFF, "POST", f"{account}/confirmation", {"payee_check": "match"})
    api.fact(RecordCertified, _id(coop), provider_account="acct_journey")


def _id(address: str) -> UUID:
    """The id at the end of an address."""
    return UUID(address.rpartition("/")[2])


def test_nobody_types_the_account_that_money_goes_to(api: ApiServer, created: CreatedCoop) -> None:
    typed = {"provider_account": "acct_typo"}
    for who in (TREASURER, MANDATAIRE, PLATFORM):
        for path in ("request", "grant"):
            answer = api.call(who, "POST", f"{created.coop}/certification/{path}", typed)
            assert answer.status_code in {404, 405}, (who, path)
    taking = [
        path
        for path, methods in api.client.get("/api/v1/openapi.json").json()["paths"].items()
        for method in methods.values()
        if "provider_account" in json.dumps(method.get("requestBody", {}))
    ]
    assert taking == []


def _open_campaign(api: ApiServer, coop: str, holder_id: str) -> str:
    """Draft a campaign, set its tariff, and publish it."""
    draft = {"title": "Contributions de rentrée", "purpose": "contribution-volontaire", "school_year": 2024}
    campaign = f"/campaigns/{api.done(TREASURER, 'POST', f'{coop}/campaigns', draft)['ids']['campaign_id']}"
    api.done(TREASURER, "PUT", f"{campaign}/tariffs", {"tariffs": [TARIFF]})
    decision = {"responsible_id": holder_id, "council_decision": {"decided_on": "2024-09-09"}}
    published = api.done(TREASURER, "POST", f"{coop}{campaign}/publication", decision)
    shown = api.get(TREASURER, campaign)
    assert (shown["status"], shown["version"]) == ("published", published["version"])
    api.get(TREASURER, f"{campaign}/balance", at_least=published["position"])
    return campaign


def _pay(api: ApiServer, created: CreatedCoop, reference: str) -> tuple[str, int]:
    """Place the family's basket and have its payment captured; return the contribution and the last position."""
    contribution = api.done(TREASURER, "POST", created.baskets, BASKET)["ids"]["contribution_id"]
    payment = {"payment_id": reference, "cents": 2400, "tip_cents": 192, "paid_at": PAID_AT}
    paid = api.fact(RecordPaymentCaptured, _id(created.campaign), contribution_id=UUID(contribution), **payment)
    return contribution, paid.last_position or 0


def _by_class(sheet: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    """Participants, received and balance by class."""
    names = ("participants", "received_cents", "balance_cents")
    return {row["class_code"]: tuple(row[name] for name in names) for row in sheet["classes"]}


def _refund_julien(api: ApiServer, created: CreatedCoop, contribution: str) -> int:
    """Give one child's 12,00 € back, and return where in the log it is settled."""
    asked = {"cents": 1200, "by_line": [{"line": 2, "cents": 1200}], "reason": "child_left"}
    refund = api.done(TREASURER, "POST", f"{created.baskets}/{contribution}/refunds", asked)
    money = api.get(TREASURER, f"{created.coop}/balance", at_least=refund["position"])
    assert money["available_cents"] == 1200, "what is asked back can no longer be paid out"
    settled = {"provider_refund": "re_journey", "settled_at": PAID_AT}
    refund_id = UUID(refund["ids"]["refund_id"])
    return api.fact(RecordRefundSettled, _id(created.campaign), refund_id=refund_id, **settled).last_position or 0


def _pay_out(api: ApiServer, created: CreatedCoop) -> None:
    """Pay the 12,00 € that are left to the bank, and see the account empty."""
    too_much = api.call(TREASURER, "POST", f"{created.coop}/payouts", {"cents": 1201})
    assert (too_much.status_code, too_much.json()["type"]) == (409, "urn:coopledger:insufficient-balance")
    assert "12,00\u00a0€" in too_much.json()["detail"]
    payout = api.done(TREASURER, "POST", f"{created.coop}/payouts", {"cents": 1200})
    said = {"payout_id": UUID(payout["ids"]["payout_id"]), "provider_payout": "po_journey"}
    api.fact(RecordPayoutSent, _id(created.coop), sent_at=PAID_AT, **said)
    arrived = api.fact(RecordPayoutPaid, _id(created.coop), paid_at=PAID_AT, **said).last_position
    (shown,) = api.get(TREASURER, f"{created.coop}/payouts", at_least=arrived)
    assert (shown["cents"], shown["status"], shown["statement"]) == (1200, "paid", None)
    money = api.get(TREASURER, f"{created.coop}/balance", at_least=arrived)
    assert (money["balance_cents"], money["available_cents"]) == (0, 0)


def _papers(api: ApiServer, created: CreatedCoop) -> None:
    """Have the papers of the payout issued, print them, and have the campaign archived: its recap is served."""
    voucher = f"{created.campaign}/voucher"
    before = api.call(TREASURER, "GET", f"{voucher}.json").json()
    assert before["title"] == "Pièce comptable – récapitulatif provisoire"
    assert [api.call(STAFF, "POST", f"{created.coop}/papers").json() for _ in range(2)] == [
        {"events": 1},
        {"events": 0},
    ]
    head = api.head()
    statement, part = api.get(TREASURER, f"{created.coop}/papers", at_least=head)
    assert (statement["paper"], statement["cents"], part["paper"], part["cents"]) == ("statement", 1200, "part", 1200)
    year = statement["reference"][2:11]
    assert (statement["reference"], part["reference"]) == (f"V-{year}-0001", f"R-{year}-0001/1")
    (paid,) = api.get(TREASURER, f"{created.coop}/payouts")
    assert paid["statement"] == statement["reference"]
    address = f"{created.coop}/papers/{part['position']}"
    assert api.call(TREASURER, "GET", f"{address}/original.pdf").status_code == 404
    original, duplicate = (api.call(TREASURER, "GET", f"{address}.pdf").content for _ in range(2))
    assert "DUPLICATA" not in "".join(pages(original))
    assert all("DUPLICATA n°\u00a01" in page for page in pages(duplicate))
    assert api.call(TREASURER, "GET", f"{address}/original.pdf").content == original
    digests = [hashlib.sha256(content).hexdigest() for content in (original, duplicate)]
    prints = api.get(TREASURER, f"{address}/prints")
    assert [(one["number"], one["sha256"]) for one in prints] == list(enumerate(digests, start=1))
    elsewhere = f"/coops/{api.ids.coop_id}/papers/{part['position']}.json"
    assert api.call(TREASURER, "GET", elsewhere).status_code == 404
    archived = api.done(STAFF, "POST", f"{created.campaign}/archival")
    assert api.call(STAFF, "POST", f"{created.coop}/papers").json() == {"events": 1}
    *_, recap = api.get(TREASURER, f"{created.coop}/papers", at_least=archived["position"] + 1)
    assert (recap["paper"], recap["reference"], recap["edition"]) == ("final", f"R-{year}-0001", 1)
    served = api.call(TREASURER, "GET", f"{voucher}.json").json()
    assert served["title"] == f"Pièce comptable R-{year}-0001 – récapitulatif définitif, édition 1"


def test_a_family_pays_is_partly_refunded_and_the_coop_is_paid_out(api: ApiServer, created: CreatedCoop) -> None:
    contribution, paid = _pay(api, created, "ch_journey")
    page = api.get(TREASURER, f"{created.campaign}/contributions", at_least=paid)
    (shown,) = [item for item in page["items"] if item["contribution_id"] == contribution]
    assert (shown["due_cents"], shown["tip_due_cents"]) == (2400, 192)
    assert (shown["received_cents"], shown["tip_paid_cents"]) == (2400, 192)
    sheet = api.get(TREASURER, f"{created.campaign}/balance", at_least=paid)
    assert _by_class(sheet) == {"CPA": (1, 1200, 1200), "CE1": (1, 1200, 1200)}
    assert (sheet["participants"], sheet["balance_cents"]) == (2, 2400)
    settled = _refund_julien(api, created, contribution)
    sheet = api.get(TREASURER, f"{created.campaign}/balance", at_least=settled)
    assert _by_class(sheet)["CPA"] == (1, 1200, 1200)
    assert _by_class(sheet)["CE1"][2] == 0
    assert sheet["balance_cents"] == 1200
    _pay_out(api, created)
    _papers(api, created)


def test_the_documents_of_the_journey_are_served_as_files(api: ApiServer) -> None:
    campaign, coop = f"/campaigns/{api.ids.campaign_id}", f"/coops/{api.ids.coop_id}"
    beginnings = {"pdf": b"%PDF", "xlsx": b"PK", "csv": b"\xef\xbb\xbf", "json": b"{"}
    for path in ("class-balance", "voucher", "family-voucher", "payments"):
        for form, beginning in beginnings.items():
            answer = api.call(MANDATAIRE, "GET", f"{campaign}/{path}.{form}")
            assert answer.status_code == 200, (path, form, answer.text)
            assert answer.content.startswith(beginning), (path, form, answer.content[:20])
            assert f'.{form}"' in answer.headers["content-disposition"]
            assert "no-store" in answer.headers["cache-control"]
    statement = api.call(MANDATAIRE, "GET", f"{coop}/statement.json", params={"month": "2024-07-15"})
    assert statement.status_code == 200


def test_pages_of_contributions_show_each_contribution_once(api: ApiServer) -> None:
    path = f"/campaigns/{api.ids.campaign_id}/contributions"
    whole = [item["contribution_id"] for item in api.get(MANDATAIRE, path)["items"]]
    assert len(whole) == 4
    for size in (1, 2, 3, 4, 5):
        seen: list[str] = []
        more: dict[str, Any] = {}
        for _ in range(len(whole) + 1):
            page = api.get(MANDATAIRE, path, limit=size, **more)
            assert len(page["items"]) <= size
            seen += [item["contribution_id"] for item in page["items"]]
            if page["next"] is None:
                break
            more = {"after": page["next"]}
        assert seen == whole


def test_a_cursor_of_another_campaign_does_not_exist(api: ApiServer, created: CreatedCoop) -> None:
    (theirs, *_) = api.get(MANDATAIRE, f"/campaigns/{api.ids.campaign_id}/contributions")["items"]
    after = {"after": theirs["contribution_id"]}
    assert api.call(TREASURER, "GET", f"{created.campaign}/contributions", params=after).status_code == 404


def test_pages_of_the_log_show_each_position_once(api: ApiServer) -> None:
    head, seen, after = api.head(), [], 0
    while True:
        page = api.get(TREASURER, "/events", after=after, limit=7)
        seen += [item["position"] for item in page["items"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert seen == list(range(1, head + 1))
