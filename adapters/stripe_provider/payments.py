"""Payments: what an intent says today, instalments taken from kept cards, and how to find a payment again."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from adapters.payments.errors import ObjectMissing, ProviderMisuse
from adapters.payments.values import Decline, Fee, PaymentStatus, ProviderPayment, Reference, SavedCardCharge
from adapters.stripe_provider.checkouts import group
from adapters.stripe_provider.wire.connection import StripeConnection
from adapters.stripe_provider.wire.reading import Link, Named, Page, euros, id_of, instant, named, path_of, tags

_INTENTS: Final = "/v1/payment_intents"
_CHARGES: Final = "/v1/charges"
_EXPAND: Final = ["latest_charge.balance_transaction", "payment_method"]

_PAID: Final = "succeeded"
_STATUS: Final = {
    "requires_payment_method": PaymentStatus.WAITING,
    "requires_confirmation": PaymentStatus.WAITING,
    "requires_action": PaymentStatus.ACTION_REQUIRED,
    "processing": PaymentStatus.PROCESSING,
    "requires_capture": PaymentStatus.PROCESSING,
    _PAID: PaymentStatus.SUCCEEDED,
    "canceled": PaymentStatus.CANCELED,
}
"""What is to be captured by hand, as nothing of ours is, has moved no money: it succeeds when it does."""


class _BalanceTransaction(Named):
    """What the provider booked of a charge on its own account."""

    fee: int
    currency: str
    created: int
    available_on: int


class _Charge(Named):
    created: int
    balance_transaction: _BalanceTransaction | str | None = None


class _Method(Named):
    customer: Link = None


class _Failure(msgspec.Struct):
    code: str | None = None
    decline_code: str | None = None
    advice_code: str | None = None
    charge: Link = None


class _Intent(Named):
    amount: int
    currency: str
    status: str | None = None
    metadata: dict[str, str] | None = None
    latest_charge: _Charge | str | None = None
    payment_method: _Method | str | None = None
    last_payment_error: _Failure | None = None


class _Tried(Named):
    """A charge as it is listed with its payment, or looked at for its payment's id."""

    payment_intent: _Intent | str | None = None


class StripePayments(StripeConnection):
    """Takes instalments, looks at payments and gives them up."""

    def charge_saved_card(self, charge: SavedCardCharge, *, key: str) -> ProviderPayment:
        """Take an instalment from a kept card.

        Raises:
            Declined: the card was refused; ActionRequired: the bank wants its holder.

        """
        wanted: dict[str, Any] = {
            "amount": charge.cents,
            "currency": "eur",
            "customer": charge.customer,
            "payment_method": charge.card,
            "off_session": True,
            "confirm": True,
            "transfer_group": group(charge.reference),
            "metadata": charge.reference.metadata(),
            "expand": _EXPAND,
        }
        made = self._make_one(_Intent, _INTENTS, wanted, key)
        # Repeated with its key, an answer is the one of the first time: a charge not named then may be named now.
        return self.payment(made.id) if made.status == _PAID and made.latest_charge is None else _payment(made)

    def payment(self, intent: str) -> ProviderPayment:
        """Look at a payment, by its intent or its charge."""
        if self.ids.is_payment(intent):
            charge = self._look_at(_Tried, path_of(_CHARGES, intent))
            return self.payment(named(charge.payment_intent, about=intent, missing="payment_intent"))
        return _payment(self._look_at(_Intent, path_of(_INTENTS, intent), expand=_EXPAND))

    def find_payments(self, reference: Reference) -> list[ProviderPayment]:
        """Look for the payments of one contribution, newest first: those that a card was tried for.

        By charges, which Stripe lists at once; its search by metadata lags behind by a minute and more.
        """
        expand = [f"data.payment_intent.{path}" for path in _EXPAND]
        charges = self._all_of(Page[_Tried], _CHARGES, transfer_group=group(reference), expand=expand)
        intents: dict[str, _Intent] = {}
        for charge in charges:
            name = named(charge.payment_intent, about=charge.id, missing="payment_intent")
            if isinstance(charge.payment_intent, _Intent):
                intents[name] = charge.payment_intent
        found = [_payment(intent) for intent in intents.values()]
        return [one for one in found if one.reference and one.reference.contribution_id == reference.contribution_id]

    def erase_customer(self, customer: str) -> None:
        """Have Stripe forget who keeps a card, and detach the card; one already forgotten stays so."""
        try:
            self._make(lambda: self._stripe.v1.customers.delete(customer))
        except ObjectMissing:
            # Asked first: a deleted customer can be looked at still, and cannot be deleted again.
            return


def _payment(intent: _Intent) -> ProviderPayment:
    """Read a payment.

    Raises:
        NotKnownYet: it succeeded, and the charge that it is booked under has no name yet.
    """
    if intent.status == _PAID:
        named(intent.latest_charge, about=intent.id, missing="latest_charge")
    charge = intent.latest_charge if isinstance(intent.latest_charge, _Charge) else None
    method = intent.payment_method if isinstance(intent.payment_method, _Method) else None
    kept = method is not None and method.customer is not None
    paid = intent.status == _PAID
    return ProviderPayment(
        intent=intent.id,
        status=_status(intent),
        cents=euros(intent.amount, intent.currency),
        reference=Reference.read(tags(intent.metadata)),
        charge=charge.id if paid and charge else None,
        paid_at=instant(charge.created) if paid and charge else None,
        fee=_fee(charge) if paid and charge else None,
        customer=id_of(method.customer) if method and kept else None,
        card=method.id if method and kept else None,
        failure=None if paid else _decline(intent),
    )


def _status(intent: _Intent) -> PaymentStatus:
    status = _STATUS.get(intent.status or "")
    if status is None:
        raise ProviderMisuse(kind="PaymentIntent", reason=intent.status)
    # Stripe gives a refused intent back for another card; for us that attempt failed.
    refused = status is PaymentStatus.WAITING and intent.last_payment_error is not None
    return PaymentStatus.FAILED if refused else status


def _decline(intent: _Intent) -> Decline | None:
    error = intent.last_payment_error
    if error is None:
        return None
    return Decline(
        code=error.code or "",
        decline_code=error.decline_code or "",
        advice=error.advice_code or "",
        charge=id_of(error.charge),
    )


def _fee(charge: _Charge) -> Fee | None:
    """Return what Stripe took; none until it has booked the charge, some time after it."""
    booked = charge.balance_transaction
    if not isinstance(booked, _BalanceTransaction):
        return None
    return Fee(
        cents=euros(booked.fee, booked.currency),
        charged_at=instant(booked.created),
        available_on=instant(booked.available_on),
    )
