"""Which campaign's money each payout carried, from the contents that payouts fixed when they were asked for (S-169).

A payout names the movements it covers, for ever (ADR 14); what a campaign's part of it is follows by addition.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID


class Covered(NamedTuple):
    """One movement of a contribution that a payout covers, in cents; money that had left is negative.

    ``kind`` is the fact's topic without version.
    """

    payout_id: UUID
    contribution_id: UUID
    kind: str
    cents: int


class Parts(NamedTuple):
    """Of one campaign: the cents each payout carried, and what is still on the online account."""

    by_payout: dict[UUID, int]
    undistributed: int


def payout_parts(moved: int, covered: Iterable[Covered]) -> Parts:
    """Add up what payouts carried of a campaign that brought ``moved`` cents, net, to the online account.

    ``covered`` are its movements in payouts that left and did not come back.
    """
    parts: dict[UUID, int] = {}
    for one in covered:
        parts[one.payout_id] = parts.get(one.payout_id, 0) + one.cents
    return Parts(parts, moved - sum(parts.values()))
