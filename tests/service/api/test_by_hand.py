"""What people move themselves is written down at a door of the API, and taken back at another."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

import pytest

from tests.kit.api_server import MANDATAIRE, PLATFORM, STAFF, TREASURER, ApiServer

_FAMILY: Final = {"first_name": "Camille", "last_name": "GALANTE"}
_CHILD: Final = {**_FAMILY, "class_label": "CE1", "tariff_id": "enfant"}


@pytest.fixture
def campaign(api: ApiServer) -> str:
    """Where the campaign is."""
    return f"/coops/{api.ids.coop_id}/campaigns/{api.ids.campaign_id}"


@pytest.fixture
def today(api: ApiServer) -> str:
    """Today in Paris, as the service says it."""
    answer = api.done(TREASURER, "POST", f"/coops/{api.ids.coop_id}/cash-counts", {"counted_cents": 0})
    (fact,) = api.get(TREASURER, "/events", after=answer["position"] - 1, limit=1)["items"]
    return str(fact["event"]["at"])[:10]


def in_cash(api: ApiServer, campaign: str) -> str:
    """A family pays its basket in cash; returns where the contribution is."""
    basket = {"payer": _FAMILY, "children": [_CHILD], "means": "cash"}
    made = api.done(MANDATAIRE, "POST", f"{campaign}/contributions", basket)["ids"]
    return f"{campaign}/contributions/{made['contribution_id']}"


def number() -> str:
    """A number of a slip or of a bank line."""
    return f"N-{uuid4().int % 10**12}"


def test_cash_comes_is_corrected_goes_to_the_bank_and_back_to_the_family(
    api: ApiServer, campaign: str, today: str
) -> None:
    family, slip, coop = in_cash(api, campaign), number(), f"/coops/{api.ids.coop_id}"
    paid = {"slip": slip, "cents": 1200, "paid_at": f"{today}T00:00:01Z"}
    assert api.done(MANDATAIRE, "POST", f"{family}/cash", paid)["events"] == ["campaign.cash_received.1"]
    right = {"cents": 1000, "reason": "mistake", "note": "Un zéro de trop"}
    fixed = api.done(MANDATAIRE, "POST", f"{campaign}/cash-slips/{slip}/correction", right)
    assert fixed["events"] == ["campaign.cash_slip_corrected.1"]
    deposit = {"slip": number(), "cents": 400, "deposited_on": today}
    deposited = api.done(MANDATAIRE, "POST", f"{coop}/cash-deposits", deposit)
    line = f"{coop}/bank-lines/{number()}"
    matched = {"deposit_id": deposited["ids"]["deposit_id"], "cents": 400, "booked_on": today}
    assert api.done(TREASURER, "PUT", f"{line}/deposit", matched)["events"] == ["coop.cash_deposit_matched.1"]
    shown = next(one for one in api.get(TREASURER, f"{coop}/cash-deposits") if one["slip"] == deposit["slip"])
    assert (shown["deposit_id"], shown["bank_line_id"]) == (matched["deposit_id"], line.rsplit("/", 1)[1])
    undone = api.done(TREASURER, "POST", f"{line}/withdrawal", {"reason": "other_account"})
    assert undone["events"] == ["coop.cash_deposit_unmatched.1"]
    back = {"slip": number(), "cents": 300, "returned_on": today, "reason": "duplicate"}
    returned = api.done(MANDATAIRE, "POST", f"{family}/cash-returns", back)
    assert returned["events"] == ["campaign.cash_returned.1"]
    withdrawal = f"{campaign}/refunds/{returned['ids']['refund_id']}/withdrawal"
    never = api.done(MANDATAIRE, "POST", withdrawal, {"reason": "never_happened"})
    assert never["events"] == ["campaign.payment_to_family_withdrawn.1"]
    gone = api.done(
        MANDATAIRE, "POST", f"{coop}/cash-deposits/{matched['deposit_id']}/withdrawal", {"reason": "mistake"}
    )
    assert gone["events"] == ["coop.cash_deposit_withdrawn.1"]
    refused = api.call(MANDATAIRE, "POST", f"{coop}/cash-deposits", {**deposit, "slip": number(), "cents": 9_999_900})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:coopledger:cash-box-too-low")


@pytest.mark.parametrize("day", ["2001-01-01", "2031-01-01"])
def test_a_day_that_is_not_possible_is_refused_with_those_that_are(api: ApiServer, campaign: str, day: str) -> None:
    family = in_cash(api, campaign)
    paid = {"slip": number(), "cents": 1200, "paid_at": f"{day}T10:00:00Z"}
    answer = api.call(MANDATAIRE, "POST", f"{family}/cash", paid)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:coopledger:day-out-of-range")
    assert "indiquez un jour du" in answer.json()["detail"]


class TestADecisionOfTwoPeople:
    """Of 3,00 € that the platform makes good."""

    BODY: Final[dict[str, Any]] = {"cents": 300, "reason": "goodwill"}

    def test_is_noted_for_the_first_and_done_for_the_second(self, api: ApiServer) -> None:
        path = f"/coops/{api.ids.coop_id}/adjustments/{uuid4()}"
        assert api.done(STAFF, "PUT", path, self.BODY)["events"] == ["association.approval_given.1"]
        assert api.done(STAFF, "PUT", path, self.BODY)["events"] == []
        done = api.done(TREASURER, "PUT", path, {**self.BODY, "note": "Vu avec l’école"})
        assert done["events"] == ["coop.adjustment_approved.1"]
        (fact,) = api.get(TREASURER, "/events", after=done["position"] - 1, limit=1)["items"]
        assert len(set(fact["event"]["approvers"])) == 2
        back = {"reason": "made_twice"}
        assert api.done(TREASURER, "PUT", f"{path}/reversal", back)["events"] == ["association.approval_given.1"]
        assert api.done(STAFF, "PUT", f"{path}/reversal", back)["events"] == ["coop.adjustment_reversed.1"]

    def test_is_not_done_when_the_second_says_something_else(self, api: ApiServer) -> None:
        path = f"/coops/{api.ids.coop_id}/adjustments/{uuid4()}"
        api.done(STAFF, "PUT", path, self.BODY)
        other = api.done(TREASURER, "PUT", path, {**self.BODY, "cents": 30_000})
        assert other["events"] == ["association.approval_given.1"]

    def test_is_for_the_office_alone(self, api: ApiServer) -> None:
        path = f"/coops/{api.ids.coop_id}/adjustments/{uuid4()}"
        for who in (MANDATAIRE, PLATFORM):
            assert api.call(who, "PUT", path, self.BODY).status_code == 403
