"""What a payout of another platform brings each campaign, and its share of that platform's fees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from uuid import UUID

from domain.allocation import split_by_weight
from domain.papers.fold.payouts import Covered


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
