"""Which campaign's money each payout carried, so that a voucher names its payouts (S-169).

A payout leaves the coop's whole online balance, not one campaign's. The rule is fixed and printed on the voucher: the
campaign whose money came first leaves first; a payout that fails or comes back gives each campaign its part again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from domain.errors import LedgerCorrupt


class OnlineMove(NamedTuple):
    """What one event does to a coop's online account, in cents, in the order of the log.

    Money of a campaign has a ``campaign_id`` (other income has none) and no ``payout_id``; a payout has a
    ``payout_id``, negative when it leaves, positive when it comes back.
    """

    position: int
    campaign_id: UUID | None
    payout_id: UUID | None
    cents: int


class Parts(NamedTuple):
    """Of one campaign: the cents each payout carried, and what is still on the online account."""

    by_payout: dict[UUID, int]
    undistributed: int


def payout_parts(moves: Iterable[OnlineMove], campaign_id: UUID) -> Parts:
    """Follow the money of a coop through its payouts and return the parts of one campaign.

    Raises:
        LedgerCorrupt: a payout carries more than there was, or comes back without having left.

    """
    held: dict[UUID | None, int] = {}
    carried: dict[UUID, dict[UUID | None, int]] = {}
    for move in sorted(moves, key=lambda move: move.position):
        if move.payout_id is None:
            held[move.campaign_id] = held.get(move.campaign_id, 0) + move.cents
        elif move.cents < 0:
            carried[move.payout_id] = _take(held, -move.cents, move.position)
        else:
            back = carried.pop(move.payout_id, {})
            if sum(back.values()) != move.cents:
                raise LedgerCorrupt(position=move.position, carried=sum(back.values()), back=move.cents)
            for owner, cents in back.items():
                held[owner] += cents
    mine = {payout_id: parts[campaign_id] for payout_id, parts in carried.items() if campaign_id in parts}
    return Parts(mine, held.get(campaign_id, 0))


def _take(held: dict[UUID | None, int], cents: int, position: int) -> dict[UUID | None, int]:
    """Take cents from the campaigns that hold some, the first funded first."""
    taken: dict[UUID | None, int] = {}
    for owner, available in held.items():
        part = min(available, cents)
        if part > 0:
            held[owner] -= part
            taken[owner] = part
            cents -= part
    if cents:
        raise LedgerCorrupt(position=position, missing=cents)
    return taken
