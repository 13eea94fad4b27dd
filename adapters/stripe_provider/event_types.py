"""Stripe's types of events: which object of ours each tells of, and which say the same about one object."""

from __future__ import annotations

from typing import Final

from adapters.payments.subjects import Shown, Subject, SubjectKind, Told

_CHARGES: Final = (
    "charge.succeeded",
    "charge.updated",
    "charge.failed",
    "charge.captured",
    "charge.expired",
    "charge.pending",
)
_INTENTS: Final = (
    "payment_intent.created",
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "payment_intent.succeeded",
)
_ANSWERED_TOGETHER: Final = (_CHARGES, _INTENTS)
"""Types about one object that say the same to us: look again. A burst of them costs one look."""
_TYPES: Final = dict.fromkeys(_CHARGES, SubjectKind.PAYMENT) | {
    "charge.refund.updated": SubjectKind.REFUND,
    "charge.refunded": SubjectKind.REFUNDS_OF_PAYMENT,
    "transfer.reversed": SubjectKind.TRANSFER,
}
_PAID_PAGES: Final = ("checkout.session.completed", "checkout.session.async_payment_succeeded")
"""A page on which a payment was made: the payment tells all that it can tell."""
_OF_A_PAYMENT: Final = (*_CHARGES, *_INTENTS, *_PAID_PAGES)
_CHARGED: Final = "charge.updated"
"""Among other things it says that the fee is known. All others are answered once a payment is known to be paid."""
_FAMILIES: Final = {
    "payment_intent.": SubjectKind.PAYMENT,
    "charge.dispute.": SubjectKind.DISPUTE,
    "checkout.session.": SubjectKind.CHECKOUT,
    "refund.": SubjectKind.REFUND,
    "payout.": SubjectKind.PAYOUT,
    "account.": SubjectKind.ACCOUNT,
    "v2.core.account": SubjectKind.ACCOUNT,
}
"""How the types begin that tell of one sort of object, whatever follows."""


def subject_of(told: Told) -> Subject | None:
    """Return what an event is about; None for a type that says nothing to us."""
    kind = _TYPES.get(told.kind)
    if kind is None:
        kind = next((one for family, one in _FAMILIES.items() if told.kind.startswith(family)), None)
    if kind is None or told.object_id is None:
        return None
    if told.payment is not None and told.kind in _OF_A_PAYMENT:
        wants = Shown.CHARGED if told.kind == _CHARGED else Shown.PAID
        return Subject(SubjectKind.PAYMENT, told.payment, told.account, _OF_A_PAYMENT, wants)
    # What happens to a part of an account, as to its bank account, is told of by the part.
    whole = told.account if kind is SubjectKind.ACCOUNT else None
    return Subject(kind, whole or told.object_id, told.account, _answers(told.kind))


def _answers(kind: str) -> tuple[str, ...]:
    """Return the types of events that fetching the object once answers."""
    return next((alike for alike in _ANSWERED_TOGETHER if kind in alike), (kind,))
