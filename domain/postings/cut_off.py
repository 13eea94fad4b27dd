"""The postings of the cut-off of a year: between the income of a class and income received in advance (account 487)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from domain.chart_of_accounts import Account
from domain.events.base import Event
from domain.events.closings.cut_off import DeferredIncomeReleased, DeferredPart, IncomeDeferred
from domain.postings.legs import Posting, Postings


def _deferred(event: IncomeDeferred) -> Postings:
    return tuple(leg for part in event.parts for leg in _carried(part, part.cents))


def _released(event: DeferredIncomeReleased) -> Postings:
    return tuple(leg for part in event.parts for leg in _carried(part, -part.cents))


def _carried(part: DeferredPart, cents: int) -> Postings:
    """Carry income of a class over to later years; negative cents bring it back."""
    out, back = max(cents, 0), max(-cents, 0)
    where = part.class_code, part.campaign_id
    return (Posting(Account.CONTRIBUTIONS, out, back, *where), Posting(Account.DEFERRED, back, out, *where))


CUT_OFF: Final[Mapping[type[Event], Callable[[Any], Postings]]] = {
    IncomeDeferred: _deferred,
    DeferredIncomeReleased: _released,
}
"""The bookings of these events."""
