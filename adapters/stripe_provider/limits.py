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

LIVE_CALLS: Final = 100
TEST_CALLS: Final = 25
"""Calls a second that Stripe takes on one account, with real money and in a sandbox (docs.stripe.com/rate-limits)."""
CRAWLS: Final = ("/v1/events", "/v1/balance", "/v1/payouts", "/v1/accounts", "/v2/core/accounts")
"""How the paths begin of what is looked at by the thousand, while nobody waits: looks at payments go first."""
