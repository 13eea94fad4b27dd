"""What of a year's income belongs to later years, by the validity of the tariffs that families paid (S-65).

Line by line, how much of what is held on 31 August pays for days after it. Where an association attaches income to the
years that it pays for, the closing of a year carries that over on account 487, by campaign and class; else it is a
figure beside the books, which changes none of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from domain.allocation import split_by_weight
from domain.calendar import fiscal_year, fiscal_year_bounds
from domain.closings.held_income import ClassKey, HeldIncome, HeldLine, held_income
from domain.events.base import Event, Tariff
from domain.events.closings.cut_off import DeferredIncomeReleased, DeferredPart, IncomeDeferred
from domain.recorded_event import RecordedEvent


class SpreadIncome(NamedTuple):
    """What lines of a campaign and a tariff hold on a day, and how much of it pays for days after that, in cents."""

    campaign_id: UUID
    tariff: Tariff | None
    held: int
    later: int

    @property
    def own(self) -> int:
        """What pays for days up to that one."""
        return self.held - self.later


def later_part(line: HeldLine, last_day: date) -> int:
    """Return how many cents of a line pay for days of its tariff after a day, by the largest remainder."""
    tariff, held = line.tariff, min(line.held, line.held - line.before)
    if tariff is None or tariff.free or held <= 0:
        return 0
    days = (tariff.valid_to - tariff.valid_from).days + 1
    after = min(max((tariff.valid_to - last_day).days, 0), days)
    return split_by_weight(held, (days - after, after))[1]


def spread(lines: Iterable[HeldLine], last_day: date) -> list[SpreadIncome]:
    """Add up what lines hold and what of it is for later, by campaign and tariff, in order of first appearance."""
    found: dict[tuple[UUID, Tariff | None], tuple[int, int]] = {}
    # One tariff is one object of most lines: those of one and of the same amount are counted, then each looked at once.
    alike: dict[tuple[UUID, int, int, int], list[HeldLine]] = {}
    for line in lines:
        alike.setdefault((line.campaign_id, id(line.tariff), line.held, line.before), []).append(line)
    for same in alike.values():
        line, count = same[0], len(same)
        key = (line.campaign_id, line.tariff)
        held, later = found.get(key, (0, 0))
        found[key] = held + count * line.held, later + count * later_part(line, last_day)
    return [SpreadIncome(*key, *sums) for key, sums in found.items() if sums[0]]


def held_later(facts: Iterable[RecordedEvent], year: int, *, since: int | None) -> list[SpreadIncome]:
    """Return what a coop's lines hold at the end of a fiscal year, from all its events, and what is for later ones."""
    return spread(held_income(facts).lines(year, since=since), fiscal_year_bounds(year)[1])


def cut_off(income: HeldIncome, last_day: date, *, since: int | None, at: datetime, by: str) -> tuple[Event, ...]:
    """Return the inventory entries of a year that ends on a day: what it defers, and what the next one is given back.

    Account 487 holds on the last day what lines hold for later years, and after the first day of the next one what is
    for the years after that. Where income belongs to the year of its collection, what it still holds is income again.
    """
    year = fiscal_year(last_day)
    lines = [] if since is None else income.lines(year, since=since)
    _, next_end = fiscal_year_bounds(year + 1)
    later, beyond, known = _by_class(lines, last_day), _by_class(lines, next_end), income.deferred
    deferred, released = _parts(_less(later, known)), _parts(_less(later, beyond))
    first_day = last_day + timedelta(days=1)
    return (
        *((IncomeDeferred(at=at, by=by, entered_on=last_day, parts=deferred),) if deferred else ()),
        *((DeferredIncomeReleased(at=at, by=by, entered_on=first_day, parts=released),) if released else ()),
    )


def _by_class(lines: Iterable[HeldLine], last_day: date) -> Counter[ClassKey]:
    """What lines hold for days after one, by campaign and class."""
    found: Counter[ClassKey] = Counter()
    for line in lines:
        found[line.campaign_id, line.class_code] += later_part(line, last_day)
    return found


def _less(what: Mapping[ClassKey, int], other: Mapping[ClassKey, int]) -> dict[ClassKey, int]:
    return {key: what.get(key, 0) - other.get(key, 0) for key in {**what, **other}}


def _parts(sums: Mapping[ClassKey, int]) -> tuple[DeferredPart, ...]:
    """The parts of an entry, in the order of campaigns and classes; nothing is no part."""
    return tuple(
        DeferredPart(campaign_id=campaign_id, class_code=class_code, cents=cents)
        for (campaign_id, class_code), cents in sorted(sums.items())
        if cents
    )
