"""From when the money of a coop can leave, as its account at the provider stands now; what the pages of payouts say."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from adapters.payments.errors import ProviderError
from adapters.payments.port import PaymentProvider
from domain.calendar import paris_date
from domain.funds.departures import DatedCents, Departures, departures
from service.logging import logger
from service.worker.worker import Worker

log = logger(__name__)
_BACK: Final = timedelta(days=30)
"""How long ago money came that may still not be available; providers keep it for days."""
_AHEAD: Final = timedelta(days=1)
"""How far the provider's clock may be before ours."""
_MOST: Final = 1_000
"""Movements that are looked at, the newest first: what is older is told without a day."""


def departures_now(worker: Worker, account: str, cents: int, taken_first: int, now: datetime) -> Departures | None:
    """Ask the provider from when so many cents of a coop's account can leave; None where it does not say.

    ``taken_first`` is what was asked for before and has not left. The provider's list of movements is read only where
    something of them waits.
    """
    if not account or not worker.takes_payments:
        return None
    try:
        available = worker.provider.balance(account).available
        enough = available - taken_first >= cents
        pending = [] if enough else _pending(worker.provider, account, now)
    except ProviderError as error:
        log.warning("provider did not say from when money can leave", code=error.code)
        return None
    return departures(cents, available, pending, taken_first)


def _pending(provider: PaymentProvider, account: str, now: datetime) -> list[DatedCents]:
    """Return what becomes available later, by the Paris day."""
    moved = provider.balance_transactions(account, now - _BACK, now + _AHEAD)
    return [DatedCents(paris_date(one.available_on), one.net) for one in islice(moved, _MOST) if one.available_on > now]
