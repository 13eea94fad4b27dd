"""What a payout brings, down to each child: the lines that add up to it, as its papers count them (S-147, S-169).

The content of a payout is fixed when it is asked for; how much of each child it brings is known once it arrives, and is
worked out as of the request until then. A contested sum is no income of a class on papers while nothing is decided;
here it is shown by child all the same, in the proportions that the bank took it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from domain.allocation import split_by_weight
from domain.errors import NotFound
from domain.events.base import Event, Share
from domain.events.contribution import PaymentCaptured
from domain.events.dispute import DisputeLost, DisputeOpened, DisputeWon, LostDisputeReinstated
from domain.events.held.money import ReturnedRefundSettled
from domain.events.payout import (
    DebtRecovered,
    NegativeBalanceCovered,
    PayoutCancelled,
    PayoutFailed,
    PayoutPaid,
    PayoutRequested,
    PayoutReturned,
)
from domain.events.refund import ExternalRefundAllocated, RefundFailed, RefundSettled
from domain.journal import postings
from domain.papers.fold.answers import kind_of
from domain.papers.fold.book import PaperBook
from domain.papers.fold.movements import PaperMovement
from domain.papers.fold.payouts import Covered
from domain.recorded_event import RecordedEvent


class PayoutFigure(StrEnum):
    """What a line of a payout is, by the word of its address; ``TOTAL`` is all of them."""

    RECEIVED = "recu"
    REFUNDED = "rembourse"
    DISPUTED = "conteste"
    ADVANCED = "avance"
    ADJUSTED = "regularise"
    TOTAL = "net"


_FIGURES: Final = {
    kind_of(kind): figure
    for figure, kinds in {
        PayoutFigure.RECEIVED: (PaymentCaptured,),
        PayoutFigure.REFUNDED: (RefundSettled, RefundFailed, ExternalRefundAllocated, ReturnedRefundSettled),
        PayoutFigure.DISPUTED: (DisputeOpened, DisputeWon, DisputeLost, LostDisputeReinstated),
        PayoutFigure.ADVANCED: (NegativeBalanceCovered, DebtRecovered),
    }.items()
    for kind in kinds
}
"""What each kind of movement is; all others are adjustments."""
_WHOLE: Final = 0
"""The line of a movement that is of no child."""


class PayoutLine(NamedTuple):
    """One child of one movement in a payout, or a movement that is of no child (``line`` 0); ``cents`` are signed.

    ``lost`` is what of a contested sum is lost for good with this line: it moves no money, as the bank had taken it
    before. ``earlier`` tells that the movement is of an exercise before the payout's: it was brought forward.
    ``whole`` is all of the child's movement, of which a payout may bring a part; not below zero.
    """

    position: int
    on: date
    kind: str
    campaign_id: UUID | None
    contribution_id: UUID | None
    line: int
    class_code: str
    cents: int
    lost: int
    earlier: bool
    whole: int

    @property
    def in_part(self) -> bool:
        """Whether it brings less than the whole of its movement: other payouts bring the rest."""
        return abs(self.cents) + self.lost < self.whole

    @property
    def figure(self) -> PayoutFigure:
        """Which figure of the payout it counts in."""
        return _FIGURES.get(self.kind, PayoutFigure.ADJUSTED)


class ContestedShares:
    """How the sums that banks took or gave back in disputes are of children, by the provider's movement."""

    def __init__(self) -> None:
        self._of_dispute: dict[str, tuple[Share, ...]] = {}
        self._of_movement: dict[str, tuple[Share, ...]] = {}

    def note(self, event: Event) -> None:
        """Remember the split of a dispute; what comes back is split as what was taken."""
        if isinstance(event, DisputeOpened):
            self._of_dispute[event.dispute_id] = (*self._of_dispute.get(event.dispute_id, ()), *event.shares)
            self._of_movement[event.provider_movement] = event.shares
        elif isinstance(event, DisputeWon):
            self._of_movement[event.provider_movement] = self._of_dispute.get(event.dispute_id, ())

    def by_child(self, movement: PaperMovement, parts: Mapping[int, int]) -> Mapping[int, int]:
        """Return parts of a movement by child; a contested sum, which is not divided, by the split of its dispute."""
        return parts if set(parts) != {_WHOLE} else self._split(movement.reference, parts[_WHOLE])

    def _split(self, movement: str, cents: int) -> dict[int, int]:
        """Split some cents of a movement by child; all on no child where no split is known."""
        sums: dict[int, int] = {}
        for share in self._of_movement.get(movement, ()):
            sums[share.line] = sums.get(share.line, 0) + share.cents
        if not any(sums.values()):
            return {_WHOLE: cents}
        return dict(zip(sums, split_by_weight(cents, list(sums.values())), strict=True))


def payout_lines(
    facts: Iterable[RecordedEvent], association: str, payout_id: UUID, *, arrived: bool
) -> tuple[PayoutLine, ...]:
    """Fold a coop's events to what a payout brought when it arrived, or brings as of its request.

    What was asked for before and has not arrived is taken to arrive before it.

    Raises:
        NotFound: the events do not have it, or not its arrival.

    """
    book, contested = PaperBook(association), ContestedShares()
    waiting: dict[UUID, PayoutRequested] = {}
    for fact in facts:
        event = fact.event
        contested.note(event)
        book.take(fact, postings(event))
        if isinstance(event, PayoutPaid if arrived else PayoutRequested) and event.payout_id == payout_id:
            if not arrived:
                for request in waiting.values():
                    book.brought(request)
            return tuple(_lines(book, contested, book.brought(event), book.exercise(event)))
        note_waiting(waiting, event)
    raise NotFound(payout=payout_id)


def note_waiting(waiting: dict[UUID, PayoutRequested], event: Event) -> None:
    """Keep the payouts that were asked for and have not come to their end, in their order."""
    if isinstance(event, PayoutRequested):
        waiting[event.payout_id] = event
    elif isinstance(event, PayoutPaid | PayoutFailed | PayoutCancelled | PayoutReturned):
        waiting.pop(event.payout_id, None)


def _lines(
    book: PaperBook, contested: ContestedShares, covered: Iterable[Covered], exercise: int
) -> Iterator[PayoutLine]:
    """Yield the lines of what a payout covered, in its order."""
    for one in covered:
        movement = one.movement
        whole = contested.by_child(movement, movement.shares)
        for line, cents in contested.by_child(movement, one.parts).items():
            if cents:
                yield PayoutLine(
                    position=movement.position,
                    on=movement.on,
                    kind=movement.kind,
                    campaign_id=one.campaign_id,
                    contribution_id=movement.contribution_id,
                    line=line,
                    class_code=book.class_of(movement.contribution_id, line),
                    cents=0 if movement.no_cash else cents if movement.inflow else -cents,
                    lost=cents if movement.no_cash else 0,
                    earlier=movement.brought_forward(exercise),
                    whole=whole.get(line, 0),
                )
