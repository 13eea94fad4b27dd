"""E-mails to who holds the mandate: certification, and payouts on every step of their way."""

from __future__ import annotations

from tests.kit.email_world import HOLDER, PAYER, EmailWorld, ReceivedEmails, body
from tests.kit.service_world import PRICE


def _to_holder(emails: ReceivedEmails) -> list[str]:
    return [about for to, about in emails.subjects() if to == HOLDER.email]


def test_the_holders_are_told_that_the_coop_is_certified_and_when_it_is_no_more(
    world: EmailWorld, emails: ReceivedEmails
) -> None:
    world.appoint()
    account = world.certify()
    assert len(_to_holder(emails)) == 1
    world.sandbox.do(f"/accounts/{account}/certification", action="revoke")
    world.settle(seconds=3)
    assert len(_to_holder(emails)) == 2


def test_a_payout_is_told_when_asked_for_and_when_it_arrives(world: EmailWorld, emails: ReceivedEmails) -> None:
    world.appoint()
    world.certify()
    world.pay_for(PAYER, "CP A", card="instant")
    before = len(_to_holder(emails))
    world.payout(PRICE)
    world.settle(seconds=3)
    world.settle(days=5)
    assert "PayoutPaid" in world.kinds()
    mine = [one for one in emails.read() if one["To"] == HOLDER.email][before:]
    assert len(mine) == 2
    assert all("12,00 €" in body(one) for one in mine)
    assert not any("FR1420041010050500013M02606" in body(one) for one in mine)
    world.check_money()


def test_a_payout_that_fails_or_comes_back_is_told_with_what_to_do(world: EmailWorld, emails: ReceivedEmails) -> None:
    world.appoint()
    world.certify()
    world.pay_for(PAYER, "CP A", card="instant")
    world.payout(PRICE)
    world.settle(seconds=3)
    (first,) = world.sandbox.sandbox.state.table("payout")
    world.sandbox.do(f"/payouts/{first}", outcome="fail", failure_code="account_closed")
    world.settle(seconds=3)
    assert "fermé" in body(emails.read()[-1])
    world.payout(PRICE)
    world.settle(seconds=3)
    world.settle(days=5)
    second = next(name for name in world.sandbox.sandbox.state.table("payout") if name != first)
    world.sandbox.do(f"/payouts/{second}", outcome="fail", failure_code="no_account")
    world.settle(seconds=3)
    assert "PayoutReturned" in world.kinds()
    assert len(set(_to_holder(emails))) == len(_to_holder(emails)) == 7
    world.check_money()


def test_a_holder_whose_mandate_is_over_is_not_written_to(world: EmailWorld, emails: ReceivedEmails) -> None:
    world.appoint(until=world.now().date())
    world.settle(days=2)
    world.certify()
    assert _to_holder(emails) == []
