"""What an operator sees: accounts, payments, disputes, refunds, payouts, balances."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from adapters.stripe_sandbox.connect.accounts import ACCOUNT
from adapters.stripe_sandbox.funds.books import funds
from adapters.stripe_sandbox.interactions.onboarding import AccountPage, find_account
from adapters.stripe_sandbox.sandbox import Sandbox
from adapters.stripe_sandbox.state import PLATFORM


@dataclass(frozen=True)
class BalanceRow:
    """The cents of an account; the platform's has an empty id."""

    account_id: str
    name: str
    pending: int
    available: int


@dataclass(frozen=True)
class PaymentRow:
    """A charge on the platform; ``fee`` is none until it is known, ``failure`` the code of a failed one."""

    charge_id: str
    at: datetime
    cents: int
    refunded: int
    status: str
    last4: str
    fee: int | None
    disputed: bool
    failure: str | None


@dataclass(frozen=True)
class DisputeRow:
    """A dispute; ``open`` ones can be decided."""

    dispute_id: str
    charge_id: str
    at: datetime
    cents: int
    status: str
    open: bool


@dataclass(frozen=True)
class RefundRow:
    """A refund of a charge of the platform."""

    refund_id: str
    charge_id: str
    at: datetime
    cents: int
    status: str


@dataclass(frozen=True)
class PayoutRow:
    """A payout of a connected account."""

    payout_id: str
    account_id: str
    at: datetime
    cents: int
    status: str
    arrival: datetime
    descriptor: str | None
    iban_last4: str
    failure: str | None


def accounts(sandbox: Sandbox) -> list[AccountPage]:
    """Return all connected accounts, newest first."""
    return [find_account(sandbox, identifier) for identifier in reversed(sandbox.state.table(ACCOUNT))]


def balances(sandbox: Sandbox) -> list[BalanceRow]:
    """Return the balance of the platform, then those of the accounts, oldest first."""
    sandbox.settle()
    names = {PLATFORM: sandbox.settings.merchant}
    names |= {key: one["display_name"] or key for key, one in sandbox.state.table(ACCOUNT).items()}
    return [BalanceRow(key, name, **funds(sandbox, key)) for key, name in names.items()]


def payments(sandbox: Sandbox, limit: int = 50) -> list[PaymentRow]:
    """Return the newest charges of the platform."""
    sandbox.settle()
    rows: list[PaymentRow] = []
    for charge in reversed(sandbox.state.table("charge").values()):
        if sandbox.state.owner(charge["id"]) != PLATFORM or len(rows) == limit:
            continue
        booked = sandbox.state.table("balance_transaction").get(charge["balance_transaction"] or "")
        rows.append(
            PaymentRow(
                charge["id"],
                _at(charge["created"]),
                charge["amount"],
                charge["amount_refunded"],
                charge["status"],
                charge["payment_method_details"]["card"]["last4"],
                booked["fee"] if booked else None,
                charge["disputed"],
                charge["failure_code"],
            )
        )
    return rows


def disputes(sandbox: Sandbox) -> list[DisputeRow]:
    """Return all disputes, newest first."""
    sandbox.settle()
    return [
        DisputeRow(
            one["id"],
            one["charge"],
            _at(one["created"]),
            one["amount"],
            one["status"],
            one["status"] in {"needs_response", "under_review"},
        )
        for one in reversed(sandbox.state.table("dispute").values())
    ]


def refunds(sandbox: Sandbox) -> list[RefundRow]:
    """Return the refunds of the platform, newest first."""
    sandbox.settle()
    return [
        RefundRow(one["id"], one["charge"], _at(one["created"]), one["amount"], one["status"])
        for one in reversed(sandbox.state.table("refund").values())
        if sandbox.state.owner(one["id"]) == PLATFORM
    ]


def payouts(sandbox: Sandbox) -> list[PayoutRow]:
    """Return all payouts, newest first."""
    sandbox.settle()
    return [
        PayoutRow(
            one["id"],
            sandbox.state.owner(one["id"]),
            _at(one["created"]),
            one["amount"],
            one["status"],
            _at(one["arrival_date"]),
            one["statement_descriptor"],
            sandbox.get("bank_account", one["destination"])["last4"],
            one["failure_code"],
        )
        for one in reversed(sandbox.state.table("payout").values())
    ]


def _at(created: int) -> datetime:
    return datetime.fromtimestamp(created, UTC)
