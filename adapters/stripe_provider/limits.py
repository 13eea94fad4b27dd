"""Stripe's bounds in euros: amounts of a charge (docs.stripe.com/currencies), texts (docs.stripe.com/api)."""

from __future__ import annotations

from typing import Final

from adapters.payments.limits import ProviderLimits
from domain.limits.charges import ChargeLimits

LIMITS: Final = ProviderLimits(
    charges=ChargeLimits(least=50, most=999_999_99),
    label=250,
    payout_label=22,
    metadata=500,
    entries=50,
)
"""0,50 € at least, eight digits at most. Stripe takes longer names of a line; no page shows more than this."""
