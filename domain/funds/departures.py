"""From when the money of a coop's online account can leave: the provider keeps that of a card payment for some days.

What lies at the provider is used in the order of the days on which it becomes available, and what was asked for before
takes it first. Cents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple


class DatedCents(NamedTuple):
    """Some cents, and the Paris day from which they can leave."""

    day: date
    cents: int


class Departures(NamedTuple):
    """What can leave at once, what can later and from when, and what has no day yet; together all that is asked of."""

    now: int
    later: tuple[DatedCents, ...]
    undated: int

    @property
    def waits(self) -> int:
        """What cannot leave at once."""
        return self.undated + sum(one.cents for one in self.later)

    def day_of_all(self) -> date | None:
        """Return the day from which all of it can leave; None where it can at once, or no day is known."""
        return self.later[-1].day if self.later and not self.undated else None


def departures(cents: int, available: int, pending: Iterable[DatedCents], taken_first: int) -> Departures:
    """Say from when so many cents can leave, of what is available at the provider and what becomes so, day by day.

    ``taken_first`` is what was asked for before and has not left. What leaves the account on a day, as by a refund, is
    below zero in ``pending``.
    """
    by_day: Counter[date] = Counter()
    for one in pending:
        by_day[one.day] += one.cents
    there = available - taken_first
    can = now = min(max(there, 0), cents)
    later = []
    for day in sorted(by_day):
        there += by_day[day]
        if min(there, cents) > can:
            later.append(DatedCents(day, min(there, cents) - can))
            can = min(there, cents)
    return Departures(now, tuple(later), cents - can)
