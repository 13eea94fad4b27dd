"""All operations of the API."""

from __future__ import annotations

from typing import Final

from adapters.stripe_sandbox.api.calls import Operation
from adapters.stripe_sandbox.api.operations import accounts, checkout, money, payments, payouts, transfers

OPERATIONS: Final[tuple[Operation, ...]] = (
    *accounts.OPERATIONS,
    *checkout.OPERATIONS,
    *payments.OPERATIONS,
    *transfers.OPERATIONS,
    *payouts.OPERATIONS,
    *money.OPERATIONS,
)
