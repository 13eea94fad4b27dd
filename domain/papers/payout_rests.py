"""Where the rest of a child's movement is that a payout brings in part: which other payouts bring how much of it.

A payout takes what is there oldest first, so the last movement in it may be divided; the next payout brings the rest.
What was asked for and has not arrived counts as if it arrived now, in the order of the requests.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from domain.events.payout import PayoutCancelled, PayoutFailed, PayoutPaid, PayoutRequested, PayoutReturned
from domain.journal import postings
from domain.papers.fold.book import PaperBook
from domain.papers.fold.payouts import Covered
from domain.papers.payout_lines import ContestedShares, PayoutLine, note_waiting
from domain.recorded_event import RecordedEvent

ChildMovement = tuple[int, int]
"""A movement by the position of its event, and the child's line in it."""


class RestPart(NamedTuple):
    """A part of a child's movement that another payout brings; no payout yet where ``payout_id`` is None. In cents."""

    payout_id: UUID | None
    cents: int


Rests = Mapping[ChildMovement, tuple[RestPart, ...]]
"""The other parts of each child's movement that a payout brings in part."""


def rests_of(
    facts: Iterable[RecordedEvent], association: str, payout_id: UUID, lines: Sequence[PayoutLine]
) -> dict[ChildMovement, tuple[RestPart, ...]]:
    """Fold a coop's events to where the rest of each line of a payout is that it brings in part.

    The parts of a line and its own cents are the whole movement; they are in the order in which payouts arrived.
    """
    wanted = {(one.position, one.line): one for one in lines if one.in_part}
    brought = _brought(facts, association, {position for position, _ in wanted})
    brought.pop(payout_id, None)
    found = {}
    for key, one in wanted.items():
        parts = [RestPart(other, by_child[key]) for other, by_child in brought.items() if by_child.get(key)]
        left = one.whole - abs(one.cents) - one.lost - sum(part.cents for part in parts)
        found[key] = (*parts, RestPart(None, left)) if left > 0 else tuple(parts)
    return found


def _brought(
    facts: Iterable[RecordedEvent], association: str, positions: Collection[int]
) -> dict[UUID, dict[ChildMovement, int]]:
    """Fold what each payout brings of some movements, by child."""
    book, contested = PaperBook(association), ContestedShares()
    waiting: dict[UUID, PayoutRequested] = {}
    brought: dict[UUID, dict[ChildMovement, int]] = {}

    def by_child(covered: Iterable[Covered]) -> dict[ChildMovement, int]:
        return {
            (one.movement.position, line): cents
            for one in covered
            if one.movement.position in positions
            for line, cents in contested.by_child(one.movement, one.parts).items()
        }

    for fact in facts:
        event = fact.event
        contested.note(event)
        book.take(fact, postings(event))
        note_waiting(waiting, event)
        if isinstance(event, PayoutPaid):
            brought[event.payout_id] = by_child(book.brought(event))
        elif isinstance(event, PayoutFailed | PayoutCancelled | PayoutReturned):
            brought.pop(event.payout_id, None)
    for request in waiting.values():
        brought[request.payout_id] = by_child(book.brought(request))
    return brought
