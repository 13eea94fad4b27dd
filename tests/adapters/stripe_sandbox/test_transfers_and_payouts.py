"""From the platform to the coop, from the coop to its bank, and everything that can come back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import stripe

from adapters.stripe_sandbox.connect.bank_accounts import iban_fault
from adapters.stripe_sandbox.testing import IBAN, SandboxServer
from tests.kit.stripe.sandbox_actions import certified, funds, new_account, paid, transfer

_CLOSED = "FR7920041010050500013M02600"


def _as(account: str) -> Any:  # noqa: ANN401 - the SDK's TypedDict
    return {"stripe_account": account}


def _rich(sandbox: SandboxServer, cents: int = 2000, iban: str = IBAN) -> str:
    """A certified account with available cents."""
    account = certified(sandbox, iban)
    transfer(sandbox, paid(sandbox, cents, "instant"), account, cents)
    sandbox.pass_time(seconds=5)
    return account


def _pay_out(sandbox: SandboxServer, account: str, cents: int, **more: Any) -> stripe.Payout:  # noqa: ANN401 - SDK's
    params: Any = {"amount": cents, "currency": "eur", **more}
    return sandbox.stripe.v1.payouts.create(params, _as(account))


def test_a_transfer_becomes_available_with_its_charge(sandbox: SandboxServer) -> None:
    account, charge = certified(sandbox), paid(sandbox)
    moved = transfer(sandbox, charge, account, 1500)
    assert moved.source_transaction == charge.id
    assert funds(sandbox, account) == (1500, 0)
    sandbox.pass_time(days=8)
    assert funds(sandbox, account) == (0, 1500)
    payment = sandbox.stripe.v1.charges.retrieve(str(moved.destination_payment), None, _as(account))
    assert (payment.amount, payment.source_transfer) == (1500, moved.id)


def test_transfers_never_exceed_their_charge(sandbox: SandboxServer) -> None:
    account, charge = certified(sandbox), paid(sandbox)
    first = transfer(sandbox, charge, account, 1500)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        transfer(sandbox, charge, account, 501)
    assert refused.value.param == "amount"
    sandbox.stripe.v1.transfers.reversals.create(first.id, {"amount": 1})
    transfer(sandbox, charge, account, 501)


def test_a_transfer_without_a_source_needs_available_money(sandbox: SandboxServer) -> None:
    account = certified(sandbox)
    params: Any = {"amount": 100, "currency": "eur", "destination": account}
    paid(sandbox)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        sandbox.stripe.v1.transfers.create(params)
    assert refused.value.code == "balance_insufficient"
    sandbox.pass_time(days=8)
    sandbox.stripe.v1.transfers.create(params)
    assert funds(sandbox, account) == (0, 100)


def test_a_transfer_wants_a_certified_account(sandbox: SandboxServer) -> None:
    charge = paid(sandbox)
    for account in (new_account(sandbox), "acct_nobody"):
        with pytest.raises(stripe.InvalidRequestError):
            transfer(sandbox, charge, account, 100)
    with pytest.raises(stripe.InvalidRequestError):
        transfer(sandbox, charge, certified(sandbox), 0)


def test_a_reversal_takes_back_exactly_what_it_says(sandbox: SandboxServer) -> None:
    account = _rich(sandbox)
    (moved,) = sandbox.stripe.v1.transfers.list({"destination": account}).data
    reversal = sandbox.stripe.v1.transfers.reversals.create(moved.id, {"amount": 700})
    assert (reversal.amount, reversal.transfer) == (700, moved.id)
    assert funds(sandbox, account) == (0, 1300)
    sandbox.stripe.v1.transfers.reversals.create(moved.id)
    found = sandbox.stripe.v1.transfers.retrieve(moved.id)
    assert (found.amount_reversed, found.reversed, len(found.reversals.data)) == (2000, True, 2)
    assert [one.amount for one in sandbox.stripe.v1.transfers.reversals.list(moved.id).data] == [1300, 700]
    with pytest.raises(stripe.InvalidRequestError):
        sandbox.stripe.v1.transfers.reversals.create(moved.id)


def test_a_reversal_may_leave_an_account_below_zero(sandbox: SandboxServer) -> None:
    account = _rich(sandbox)
    _pay_out(sandbox, account, 2000)
    (moved,) = sandbox.stripe.v1.transfers.list().data
    sandbox.stripe.v1.transfers.reversals.create(moved.id)
    assert funds(sandbox, account) == (0, -2000)


def test_only_available_money_is_paid_out(sandbox: SandboxServer) -> None:
    account = certified(sandbox)
    transfer(sandbox, paid(sandbox), account, 1500)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        _pay_out(sandbox, account, 1500)
    assert refused.value.code == "balance_insufficient"
    sandbox.pass_time(days=8)
    with pytest.raises(stripe.InvalidRequestError):
        _pay_out(sandbox, account, 1501)
    payout = _pay_out(sandbox, account, 1500)
    assert (payout.status, payout.reconciliation_status, payout.automatic) == ("pending", "not_applicable", False)
    with pytest.raises(stripe.InvalidRequestError):
        _pay_out(sandbox, account, 1)


def test_a_payout_arrives_on_the_next_day_on_which_banks_settle(sandbox: SandboxServer) -> None:
    sandbox.do("/clock", instant="2027-03-25T10:00:00Z")  # the Thursday before Easter
    account = _rich(sandbox)
    payout = _pay_out(sandbox, account, 2000, statement_descriptor="COOP 83 PO000001")
    assert datetime.fromtimestamp(payout.arrival_date, UTC).date() == date(2027, 3, 30)
    statuses = [payout.status]
    for instant in ("2027-03-25T12:00:00Z", "2027-03-29T20:00:00Z", "2027-03-30T20:00:00Z"):
        sandbox.do("/clock", instant=instant)
        statuses.append(sandbox.stripe.v1.payouts.retrieve(payout.id, None, _as(account)).status)
    assert statuses == ["pending", "in_transit", "in_transit", "paid"]
    found = sandbox.stripe.v1.payouts.retrieve(payout.id, None, _as(account))
    assert found.trace_id is not None
    assert found.trace_id.status == "supported"
    (line,) = sandbox.control.get("/_sandbox/statements").json()["lines"]
    assert (line["iban"], line["cents"], line["booked_on"]) == (IBAN, 2000, "2027-03-30")
    assert (line["reference"], line["trace"]) == ("COOP 83 PO000001", found.trace_id.value)


def test_a_pending_payout_can_be_cancelled_and_no_other(sandbox: SandboxServer) -> None:
    account = _rich(sandbox)
    payout = _pay_out(sandbox, account, 2000)
    assert sandbox.stripe.v1.payouts.cancel(payout.id, None, _as(account)).status == "canceled"
    assert funds(sandbox, account) == (0, 2000)
    sent = _pay_out(sandbox, account, 2000)
    sandbox.pass_time(seconds=3700)
    with pytest.raises(stripe.InvalidRequestError):
        sandbox.stripe.v1.payouts.cancel(sent.id, None, _as(account))


def test_a_payout_to_a_closed_bank_account_fails(sandbox: SandboxServer) -> None:
    account = _rich(sandbox, iban=_CLOSED)
    payout = _pay_out(sandbox, account, 2000)
    sandbox.pass_time(days=6)
    found = sandbox.stripe.v1.payouts.retrieve(payout.id, {"expand": ["failure_balance_transaction"]}, _as(account))
    assert (found.status, found.failure_code) == ("failed", "account_closed")
    back: Any = found.failure_balance_transaction
    assert (back.type, back.amount) == ("payout_failure", 2000)
    assert funds(sandbox, account) == (0, 2000)
    assert sandbox.control.get("/_sandbox/statements").json()["lines"] == []


def test_a_payout_that_was_paid_may_still_come_back(sandbox: SandboxServer) -> None:
    account = _rich(sandbox)
    payout = _pay_out(sandbox, account, 2000)
    sandbox.do(f"/payouts/{payout.id}", outcome="pay")
    assert sandbox.stripe.v1.payouts.retrieve(payout.id, None, _as(account)).status == "paid"
    sandbox.pass_time(days=2)
    sandbox.do(f"/payouts/{payout.id}", outcome="fail", failure_code="no_account")
    found = sandbox.stripe.v1.payouts.retrieve(payout.id, None, _as(account))
    assert (found.status, found.failure_code) == ("failed", "no_account")
    lines = sandbox.control.get("/_sandbox/statements").json()["lines"]
    assert [(line["cents"], line["kind"]) for line in lines] == [(2000, "payout"), (-2000, "return")]
    assert lines[0]["reference"] == lines[1]["reference"]
    assert funds(sandbox, account) == (0, 2000)
    for body in ({"outcome": "fail"}, {"outcome": "burn"}):
        assert sandbox.control.post(f"/_sandbox/payouts/{payout.id}", json=body).status_code == 400


def test_the_transactions_of_a_manual_payout_are_not_told(sandbox: SandboxServer) -> None:
    account = _rich(sandbox)
    payout = _pay_out(sandbox, account, 2000)
    listing = sandbox.stripe.v1.balance_transactions
    with pytest.raises(stripe.InvalidRequestError) as refused:
        listing.list({"payout": payout.id}, _as(account))
    assert refused.value.param == "payout"
    assert [one.type for one in listing.list({}, _as(account)).data] == ["payout", "payment"]
    assert [one.source for one in listing.list({"type": "payout"}, _as(account)).data] == [payout.id]
    assert [one.amount for one in listing.list({"source": payout.id}, _as(account)).data] == [-2000]


def test_a_payout_needs_an_account_a_bank_and_a_short_text(sandbox: SandboxServer) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        sandbox.stripe.v1.payouts.create({"amount": 1, "currency": "eur"})
    with pytest.raises(stripe.InvalidRequestError):
        _pay_out(sandbox, new_account(sandbox), 1)
    account = _rich(sandbox)
    for more in ({"statement_descriptor": "x" * 23}, {"destination": "ba_nobody"}, {"currency": "usd"}):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            _pay_out(sandbox, account, 1, **more)
        assert refused.value.param in more


def test_payouts_are_manual_and_settings_are_kept(sandbox: SandboxServer) -> None:
    account = certified(sandbox)
    params: Any = {"payments": {"payouts": {"schedule": {"interval": "manual"}}, "debit_negative_balances": False}}
    settings = sandbox.stripe.v1.balance_settings.update(params, _as(account))
    assert settings.payments.debit_negative_balances is False
    daily: Any = {"payments": {"payouts": {"schedule": {"interval": "daily"}}}}
    with pytest.raises(stripe.InvalidRequestError):
        sandbox.stripe.v1.balance_settings.update(daily, _as(account))
    with pytest.raises(stripe.InvalidRequestError):
        sandbox.stripe.v1.balance_settings.update(params)


def test_a_new_bank_account_takes_the_payouts_to_come(sandbox: SandboxServer) -> None:
    account = certified(sandbox)
    params: Any = {
        "external_account": {
            "object": "bank_account",
            "country": "FR",
            "currency": "eur",
            "account_number": _CLOSED,
            "account_holder_name": "COOP",
        }
    }
    added: Any = sandbox.stripe.v1.accounts.external_accounts.create(account, params)
    assert (added.last4, added.default_for_currency) == ("2600", True)
    listed = sandbox.stripe.v1.accounts.external_accounts.list(account).data
    assert [one.last4 for one in listed] == ["2600", "2606"]
    kinds = [one.type.rpartition(".")[2] for one in sandbox.stripe.v1.events.list({}, _as(account)).data]
    assert kinds == ["created", "updated", "created"]
    with pytest.raises(stripe.InvalidRequestError):
        sandbox.stripe.v1.accounts.external_accounts.delete(account, added.id)
    assert sandbox.stripe.v1.accounts.external_accounts.delete(account, listed[1].id).deleted
    assert [one.last4 for one in sandbox.stripe.v1.accounts.external_accounts.list(account).data] == ["2600"]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        _pay_out(sandbox, account, 1, destination=listed[1].id)
    assert refused.value.code == "resource_missing"
    text: Any = {"external_account": "tok_bank"}
    with pytest.raises(stripe.InvalidRequestError):
        sandbox.stripe.v1.accounts.external_accounts.create(account, text)


@pytest.mark.parametrize(
    ("iban", "fault"),
    [
        (IBAN, None),
        ("FR1420041010050500013M02607", "account_number_invalid"),
        ("FR14", "account_number_invalid"),
        ("DE89370400440532013000", "bank_account_unusable"),
        ("20041010050500013M02606", "account_number_invalid"),
        ("FR1420041010050500013M0260é", "account_number_invalid"),
    ],
)
def test_an_iban_is_french_and_has_its_check_digits(iban: str, fault: str | None) -> None:
    assert iban_fault(iban) == fault
