"""Letters to who holds the mandate: certification, and payouts on every step of their way."""

from __future__ import annotations

from tests.kit.email_world import HOLDER, PAYER, EmailWorld, ReceivedEmails, body
from tests.kit.service_world import PRICE


def _to_holder(letters: ReceivedEmails) -> list[str]:
    return [about for to, about in letters.subjects() if to == HOLDER.email]


def test_the_holders_are_told_that_the_coop_is_certified_and_when_it_is_no_more(
    town: EmailWorld, letters: ReceivedEmails
) -> None:
    town.appoint()
    account = town.certify()
    assert len(_to_holder(letters)) == 1
    town.sandbox.do(f"/accounts/{account}/certification", action="revoke")
    town.settle(seconds=3)
    assert len(_to_holder(letters)) == 2


def test_a_payout_is_told_when_asked_for_and_when_it_arrives(town: EmailWorld, letters: ReceivedEmails) -> None:
    town.appoint()
    town.certify()
    town.pay_for(PAYER, "CP A", card="instant")
    before = len(_to_holder(letters))
    town.payout(PRICE)
    town.settle(seconds=3)
    town.settle(days=5)
    assert "PayoutPaid" in town.kinds()
    mine = [one for one in letters.read() if one["To"] == HOLDER.email][before:]
    assert len(mine) == 2
    assert all("12,00 €" in body(one) for one in mine)
    assert not any("FR1420041010050500013M02606" in body(one) for one in mine)
    town.check_money()


def test_a_payout_that_fails_or_comes_back_is_told_with_what_to_do(town: EmailWorld, letters: ReceivedEmails) -> None:
    town.appoint()
    town.certify()
    town.pay_for(PAYER, "CP A", card="instant")
    town.payout(PRICE)
    town.settle(seconds=3)
    (first,) = town.sandbox.sandbox.state.table("payout")
    town.sandbox.do(f"/payouts/{first}", outcome="fail", failure_code="account_closed")
    town.settle(seconds=3)
    assert "fermé" in body(letters.read()[-1])
    town.payout(PRICE)
    town.settle(seconds=3)
    town.settle(days=5)
    second = next(name for name in town.sandbox.sandbox.state.table("payout") if name != first)
    town.sandbox.do(f"/payouts/{second}", outcome="fail", failure_code="no_account")
    town.settle(seconds=3)
    assert "PayoutReturned" in town.kinds()
    assert len(set(_to_holder(letters))) == len(_to_holder(letters)) == 7
    town.check_money()


def test_a_holder_whose_mandate_is_over_is_not_written_to(town: EmailWorld, letters: ReceivedEmails) -> None:
    town.appoint(until=town.now().date())
    town.settle(days=2)
    town.certify()
    assert _to_holder(letters) == []
