"""E-mails to who holds the mandate: certification, and payouts on every step of their way."""

from __future__ import annotations

from adapters.stripe_sandbox.testing import IBAN
from domain.coop.bank_accounts import ConfirmBankAccount, WithdrawBankAccount
from domain.coop.payouts import CancelPayout
from service.payments.payouts import payout_kept_back
from tests.kit.email_world import HOLDER, PAYER, EmailWorld, ReceivedEmails, body
from tests.kit.service_world import PRICE

OTHER_IBAN = "FR7630006000011234567890189"


def _to_holder(emails: ReceivedEmails) -> list[str]:
    return [about for to, about in emails.subjects() if to == HOLDER.email]


def test_the_holders_are_told_that_the_coop_is_certified_and_when_it_is_no_more(
    world: EmailWorld, emails: ReceivedEmails
) -> None:
    world.appoint()
    account = world.certify()
    certified = len(_to_holder(emails))
    assert _to_holder(emails)[-1] == "Compte certifié"
    world.sandbox.do(f"/accounts/{account}/certification", action="revoke")
    world.settle(seconds=3)
    assert len(_to_holder(emails)) == certified + 1


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
    assert len(_to_holder(emails)) == 9
    world.check_money()


def test_an_account_that_is_brought_in_is_told_before_it_is_confirmed_and_each_step_after(
    world: EmailWorld, emails: ReceivedEmails
) -> None:
    world.appoint()
    world.register_bank_account(OTHER_IBAN)
    world.settle(seconds=3)
    (waiting,) = [one for one in emails.read() if one["To"] == HOLDER.email]
    assert "aucun virement ne peut être demandé" in body(waiting).replace("\n", " ")
    assert OTHER_IBAN not in body(waiting)
    account = world.register_bank_account(IBAN)
    world.do(ConfirmBankAccount, world.coop_id, by="second person", bank_account_id=account, payee_check="match")
    other = next(iter(world.context.coop(world.coop_id).unconfirmed_accounts))
    world.do(WithdrawBankAccount, world.coop_id, bank_account_id=other)
    world.settle(seconds=3)
    told = [about.partition(" :")[0] for about in _to_holder(emails)]
    assert told == ["Changement d’IBAN à confirmer"] * 2 + ["IBAN confirmé", "Changement d’IBAN retiré"]


def test_a_payout_that_is_cancelled_is_told(world: EmailWorld, emails: ReceivedEmails) -> None:
    world.appoint()
    world.certify()
    world.pay_for(PAYER, "CP A", card="instant")
    payout_id = world.payout(PRICE)
    with payout_kept_back(world.worker.outbox, world.context.slug, world.coop_id, payout_id):
        world.do(CancelPayout, world.coop_id, payout_id=payout_id)
    world.settle(seconds=3)
    assert "Virement annulé" in _to_holder(emails)[-1]
    assert world.sandbox.sandbox.state.table("payout") == {}
    world.check_money()


def test_a_holder_whose_mandate_is_over_is_not_written_to(world: EmailWorld, emails: ReceivedEmails) -> None:
    world.appoint(until=world.now().date())
    world.settle(days=2)
    world.certify()
    assert _to_holder(emails) == []
