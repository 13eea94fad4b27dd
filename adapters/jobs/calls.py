"""Calls to the provider as tasks keep them: one struct for each kind, told apart by ``do``; amounts are cents of euro.

Their stored form is JSON and outlives the process that wrote it: names of fields and tags are kept for ever. Accounts,
payments, transfers and cards are the provider's own ids.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from domain.errors import LedgerError
from domain.vocabulary.keys import Key, check_keys

StoredCall = dict[str, object]
"""A call as JSON keeps it: its kind under ``do``, and its fields."""


class ProviderCall(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do"):
    """What every call has: the idempotency key that makes it safe to repeat."""

    key: Key

    def __post_init__(self) -> None:
        """Refuse a name of the provider that is empty."""
        check_keys(self)


class TransferCall(ProviderCall, frozen=True, kw_only=True, omit_defaults=True, tag="transfer"):
    """Move the coop's part of a payment to its account; ``beyond`` what the payment brought, of the platform's own."""

    payment_id: Key
    account: Key
    cents: int
    beyond: bool = False


class ReversalCall(ProviderCall, frozen=True, kw_only=True, tag="reverse"):
    """Take money of a payment back from the coop's account, by the transfer it came with."""

    payment_id: Key
    transfer: Key
    cents: int


class RefundCall(ProviderCall, frozen=True, kw_only=True, tag="refund"):
    """Give money of the task's payment back to its card."""

    cents: int


class PayoutCall(ProviderCall, frozen=True, kw_only=True, tag="payout"):
    """Pay out from a coop's account to one of its bank accounts; ``label`` is what the bank statement shows."""

    account: Key
    bank_account: Key
    cents: int
    label: str


class GrantCall(ProviderCall, frozen=True, kw_only=True, tag="grant"):
    """Move money of the platform's own to a coop's account."""

    account: Key
    cents: int


class TakeBackCall(ProviderCall, frozen=True, kw_only=True, tag="take-back"):
    """Take back from a coop's account what a transfer of the platform's own money had brought there."""

    transfer: Key
    cents: int


class ChargeCall(ProviderCall, frozen=True, kw_only=True, tag="charge"):
    """Take an instalment from a card that the provider keeps for a customer."""

    cents: int
    customer: Key
    card: Key


Call = TransferCall | ReversalCall | RefundCall | PayoutCall | GrantCall | TakeBackCall | ChargeCall
"""Every kind of call that a task may keep."""
C = TypeVar("C", bound=ProviderCall)


class UnexpectedCall(LedgerError):
    """A task keeps a call that is none of ours, or of another kind than the task makes: an error for an operator."""

    status = 500
    code = "unexpected-call"


def encode_call(call: Call) -> StoredCall:
    """Return a call as it is stored."""
    stored: StoredCall = msgspec.to_builtins(call)
    return stored


def decode_call(stored: StoredCall) -> Call:
    """Return a call that was stored.

    Raises:
        UnexpectedCall: it is of no kind that we know, or has other fields than its kind.

    """
    try:
        call: Call = msgspec.convert(stored, type=Call)
    except msgspec.ValidationError:
        raise UnexpectedCall(kind=stored.get("do")) from None
    return call
