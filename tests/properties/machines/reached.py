"""What random histories of papers must reach: every event that books, and each that takes one back."""

from __future__ import annotations

from typing import Final

from domain.events import EVENT_TYPES, Event
from domain.events.closings.cut_off import DeferredIncomeReleased, IncomeDeferred
from domain.journal import MONEY_EVENTS
from domain.postings.taken_back import TAKEN_BACK_BY

KINDS: Final = {kind.TOPIC: kind for kind in EVENT_TYPES}
Pair = tuple[type[Event], type[Event]]
BOOKED: Final = tuple(event for event in MONEY_EVENTS if event not in (IncomeDeferred, DeferredIncomeReleased))
"""Every kind of event that books, but what a year's end carries over: ``test_cut_off`` plays the years of that."""
PAIRS: Final[tuple[Pair, ...]] = tuple(
    (event, by)
    for event, counters in TAKEN_BACK_BY.items()
    if event in BOOKED and not isinstance(counters, str)
    for by in counters
)
"""Every kind of event that books with each kind that takes it back."""
