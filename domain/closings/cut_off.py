"""What of a year's income belongs to later years, by the validity of the tariffs that families paid (S-65).

Income is booked when it is collected. This says, line by line, how much of what was held on 31 August pays for days
after it: a figure beside the books, which changes none of them. A tariff counts as it was when the basket was placed,
or when its line was corrected; a free one, or one that no campaign knows, has no validity: nothing of it is spread.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple
from uuid import UUID

from domain.allocation import split_by_weight
from domain.calendar import paris_date
from domain.chart_of_accounts import Account
from domain.events.base import Event, Share, Tariff
from domain.events.campaign import TariffsSet
from domain.events.contribution import ContributionCorrected, ContributionPlaced
from domain.events.external import ExternalPaymentWithdrawn
from domain.journal import postings
from domain.recorded_event import RecordedEvent


class HeldLine(NamedTuple):
    """One child's line: its campaign, its tariff (None without a validity), and what it holds, in cents."""

    campaign_id: UUID
    tariff: Tariff | None
    held: int


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
    tariff = line.tariff
    if tariff is None or tariff.free or line.held <= 0:
        return 0
    days = (tariff.valid_to - tariff.valid_from).days + 1
    after = min(max((tariff.valid_to - last_day).days, 0), days)
    return split_by_weight(line.held, (days - after, after))[1]


def spread(lines: Iterable[HeldLine], last_day: date) -> list[SpreadIncome]:
    """Add up what lines hold and what of it is for later, by campaign and tariff, in order of first appearance."""
    found: dict[tuple[UUID, Tariff | None], tuple[int, int]] = {}
    for line in lines:
        key = (line.campaign_id, line.tariff)
        held, later = found.get(key, (0, 0))
        found[key] = held + line.held, later + later_part(line, last_day)
    return [SpreadIncome(*key, *sums) for key, sums in found.items() if sums[0]]


def held_lines(facts: Iterable[RecordedEvent], last_day: date) -> list[HeldLine]:
    """Return what each line of a coop holds on a Paris day, from all events of the coop; income not of a line is left.

    What an event does to a line is what it books on the account of contributions: for its split by child.
    """
    tariffs: dict[UUID, dict[str, Tariff]] = {}
    named: dict[tuple[UUID, int], tuple[UUID, Tariff | None]] = {}
    held: dict[tuple[UUID, int], int] = {}
    for fact in facts:
        event, campaign = fact.event, tariffs.setdefault(fact.stream_id, {})
        if isinstance(event, TariffsSet):
            tariffs[fact.stream_id] = {tariff.tariff_id: tariff for tariff in event.tariffs}
        elif isinstance(event, ContributionPlaced):
            for line in event.lines:
                named[event.contribution_id, line.line] = fact.stream_id, campaign.get(line.tariff_id)
        elif isinstance(event, ContributionCorrected):
            named[event.contribution_id, event.line] = fact.stream_id, campaign.get(event.tariff_id)
        elif event.subject_id is not None and paris_date(event.happened_at) <= last_day:
            for line_number, cents in _changes(event):
                key = (event.subject_id, line_number)
                held[key] = held.get(key, 0) + cents
    return [HeldLine(*named[key], cents) for key, cents in held.items() if cents and key in named]


def _changes(event: Event) -> Iterator[tuple[int, int]]:
    """Tell of each line that an event books on the account of contributions how many cents it gains or loses."""
    sign = next((1 if leg.credit else -1 for leg in postings(event) if leg.account is Account.CONTRIBUTIONS), 0)
    shares: tuple[Share, ...] = getattr(event, "shares", ()) if sign else ()
    for share in shares:
        yield share.line, sign * share.cents
    if isinstance(event, ExternalPaymentWithdrawn):
        # What was given back there is taken back too.
        for share in event.refunded:
            yield share.line, share.cents
