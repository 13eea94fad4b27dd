"""Which field of a request each refusal is about, by the refusal's code: what the ledger alone can judge."""

from __future__ import annotations

from typing import Final

_DAYS: Final = ("paid_on", "returned_on", "deposited_on", "paid_at", "refunded_at", "booked_on")
_AMOUNTS: Final = ("cents", "tip_cents", "counted")
_IBAN: Final = ("iban",)
PLACES: Final[dict[str, tuple[str, ...]]] = {
    "amount-invalid": _AMOUNTS,
    "answer-missing": ("class_label",),
    "actor-invalid": ("label",),
    "basket-not-chargeable": ("tariff_id",),
    "cash-box-too-low": ("cents",),
    "class-invalid": ("class_label", "labels"),
    "class-not-listed": ("class_label",),
    "council-decision-invalid": ("decided_on", "minutes"),
    "day-out-of-range": _DAYS,
    "day-to-come": _DAYS,
    "external-funds-exceeded": ("cents",),
    "external-payment-known": ("reference",),
    "iban-characters": _IBAN,
    "iban-country-unknown": _IBAN,
    "iban-key": _IBAN,
    "iban-length": _IBAN,
    "iban-outside-sepa": _IBAN,
    "instalments-not-chargeable": ("count",),
    "insufficient-balance": ("cents",),
    "nothing-to-close": ("first_day",),
    "own-right": ("member_id",),
    "parts-not-chargeable": ("instalments",),
    "payee-mismatch": ("payee_check",),
    "period-already-closed": ("first_day",),
    "period-not-begun": ("first_day",),
    "period-not-over": ("first_day",),
    "period-out-of-order": ("first_day",),
    "platform-reference-invalid": ("reference",),
    "platform-unknown": ("platform",),
    "reason-invalid": ("reason", "subject"),
    "reference-invalid": ("slip",),
    "refund-too-large": ("cents", "tip_cents"),
    "statement-does-not-add-up": ("closing_cents",),
    "tariff-mismatch": ("tariff_id",),
    "tariff-not-chargeable": ("tiers",),
    "terms-not-accepted": ("terms_version",),
    "tip-without-payment": ("tip_cents",),
    "typed-invalid": ("phone",),
}
"""The names of the fields, whichever of them the request has."""
HEADERS: Final = {"key-reused": "Idempotency-Key", "precondition-failed": "If-Match"}
"""What is wrong in a header."""
