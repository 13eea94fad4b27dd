"""A payout as papers follow it: what it fixed, when it left, what it brought of each movement when it arrived.

What a payout of another platform brings each campaign, and its share of that platform's fees, is here too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from uuid import UUID

from domain.allocation import split_by_weight
from domain.events.payout import PayoutRequested
from domain.papers.fold.movements import PaperMovement
from domain.recorded_event import RecordedEvent


class Covered(NamedTuple):
    """What a payout brought of one movement, by line; its campaign, or None when it is the coop's own.

    ``opened`` is what a lost dispute follows: the contested sums.
    """

    movement: PaperMovement
    campaign_id: UUID | None
    parts: dict[int, int]
    opened: tuple[PaperMovement, ...] = ()

    @property
    def cents(self) -> int:
        """All lines."""
        return sum(self.parts.values())


class FollowedPayout:
    """One payout; ``sent_in`` and ``ended_in`` are the exercises in which it left, and arrived or failed."""

    def __init__(self, request: PayoutRequested) -> None:
        """Begin with what the request fixed."""
        self.request = request
        self.sent: RecordedEvent | None = None
        self.sent_in = 0
        self.ended_in = 0
        self.arrival = 0
        """The position of its arrival, which asked for its statement."""
        self.covered: list[Covered] = []
        self.bank_lines: dict[bool, RecordedEvent] = {}
        """The lines of the bank's statement about it that stand: False is its arrival, True its return."""
        self.pieces: dict[bool, int] = {}
        """The triggers of the pieces that such lines have, where no statement of it explains them."""

    @property
    def never_arrived(self) -> bool:
        """Whether it failed on its way: the provider never said that it arrived."""
        return bool(self.ended_in) and not self.arrival

    def by_campaign(self, campaign_of: Mapping[UUID, UUID]) -> Iterator[tuple[UUID | None, int]]:
        """Yield each campaign in it with its cents, negative where more had left than came; None is the coop's own."""
        sums: Counter[UUID | None] = Counter()
        for item in self.request.content:
            sums[None if item.contribution_id is None else campaign_of[item.contribution_id]] += item.cents
        yield from ((campaign_id, cents) for campaign_id, cents in sums.items() if cents)

    def on_its_way_at_the_end_of(self, exercise: int) -> bool:
        """Tell whether it had left in an exercise and not arrived when that ended."""
        return self.sent is not None and self.sent_in == exercise and not 0 < self.ended_in <= exercise


def fees_by_campaign(covered: Iterable[Covered], fee_cents: int) -> Iterator[tuple[UUID, int, int]]:
    """Yield each campaign in a payout with its cents, and how much of the fees it bears.

    The fees follow what the platform collected for each, by the largest remainder; a campaign of which it gave back
    more than it paid bears none.
    """
    gross: Counter[UUID] = Counter()
    for one in covered:
        if one.campaign_id is not None:
            gross[one.campaign_id] += one.cents if one.movement.inflow else -one.cents
    fees = split_by_weight(fee_cents, [max(cents, 0) for cents in gross.values()])
    yield from ((campaign_id, cents, fee) for (campaign_id, cents), fee in zip(gross.items(), fees, strict=True))
