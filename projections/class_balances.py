"""What each class of a campaign received, gave back and keeps, in cents, and how many children stand behind it.

It follows from the split by child that each event carries, with what the child's line holds afterwards (ADR 6):
a line that leaves zero adds a participant to its class, one that returns to zero removes it. ``cash`` is the part
of what was received that came in cash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from domain.events.base import Event
from domain.events.by_hand.cash import CashReturned, CashSlipCorrected
from domain.events.by_hand.refund import PaymentToFamilyWithdrawn, RefundPaidOutOfBand
from domain.events.contribution import CashReceived, ContributionCorrected, PaymentCaptured
from domain.events.dispute import DisputeLost
from domain.events.external import ExternalPaymentRecorded, ExternalPaymentRefunded, ExternalPaymentWithdrawn
from domain.events.refund import ExternalRefundAllocated, RefundSettled
from projections.base.read_model import BookedEvent, Write
from projections.base.rows import write_rows

_DDL: Final[LiteralString] = """
CREATE TABLE class_balances (
    campaign_id  uuid   NOT NULL,
    class_code   text   NOT NULL,
    coop_id      uuid   NOT NULL,
    participants int    NOT NULL,
    received     bigint NOT NULL,
    refunded     bigint NOT NULL,
    unpaid       bigint NOT NULL,
    moved        bigint NOT NULL,
    cash         bigint NOT NULL,
    collected_elsewhere bigint NOT NULL,
    refunded_elsewhere  bigint NOT NULL,
    balance      bigint NOT NULL GENERATED ALWAYS AS (received - refunded - unpaid + moved) STORED,
    position     bigint NOT NULL,
    PRIMARY KEY (campaign_id, class_code)
) WITH (fillfactor = 80);
CREATE INDEX class_balances_by_coop ON class_balances (coop_id);
"""
_ADD: Final[LiteralString] = """
INSERT INTO class_balances AS known (campaign_id, class_code, coop_id, participants, received, refunded, unpaid, moved,
                                     cash, collected_elsewhere, refunded_elsewhere, position)
SELECT * FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::int[], %s::bigint[], %s::bigint[], %s::bigint[],
                     %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
ON CONFLICT (campaign_id, class_code) DO UPDATE SET
    participants = known.participants + excluded.participants,
    received     = known.received + excluded.received,
    refunded     = known.refunded + excluded.refunded,
    unpaid       = known.unpaid + excluded.unpaid,
    moved        = known.moved + excluded.moved,
    cash         = known.cash + excluded.cash,
    collected_elsewhere = known.collected_elsewhere + excluded.collected_elsewhere,
    refunded_elsewhere  = known.refunded_elsewhere + excluded.refunded_elsewhere,
    position     = excluded.position
"""


class _ClassChange:
    """What a batch adds to one class of a campaign."""

    __slots__ = (
        "cash",
        "collected_elsewhere",
        "coop_id",
        "moved",
        "participants",
        "position",
        "received",
        "refunded",
        "refunded_elsewhere",
        "unpaid",
    )

    def __init__(self, coop_id: UUID | None) -> None:
        """Begin with nothing."""
        self.coop_id = coop_id
        self.participants = self.received = self.refunded = self.unpaid = self.moved = self.cash = self.position = 0
        self.collected_elsewhere = self.refunded_elsewhere = 0


class _ClassChanges(dict[tuple[UUID, str], _ClassChange]):
    """What a batch adds, by campaign and class."""

    def of(self, fact: BookedEvent, class_code: str) -> _ClassChange:
        """Return the change of a class of the event's campaign."""
        key = fact.stream_id, class_code
        change = self.get(key)
        if change is None:
            change = self[key] = _ClassChange(fact.coop_id)
        change.position = fact.position
        return change


def _received(
    changes: _ClassChanges, fact: BookedEvent, event: PaymentCaptured | CashReceived | ExternalPaymentRecorded
) -> None:
    in_cash, external = isinstance(event, CashReceived), isinstance(event, ExternalPaymentRecorded)
    for share in event.shares:
        change = changes.of(fact, share.class_code)
        change.received += share.cents
        change.participants += 0 < share.balance == share.cents
        if in_cash:
            change.cash += share.cents
        elif external:
            change.collected_elsewhere += share.cents


def _slip_corrected(changes: _ClassChanges, fact: BookedEvent, event: CashSlipCorrected) -> None:
    """A slip counted what it was said to be: the difference is received, or was not."""
    sign = 1 if event.cents > event.typed else -1
    for share in event.shares:
        change = changes.of(fact, share.class_code)
        change.received += sign * share.cents
        change.cash += sign * share.cents
        if sign > 0:
            change.participants += 0 < share.balance == share.cents
        else:
            change.participants -= share.balance == 0 < share.cents


def _held_again(changes: _ClassChanges, fact: BookedEvent, event: PaymentToFamilyWithdrawn) -> None:
    for share in event.shares:
        change = changes.of(fact, share.class_code)
        change.refunded -= share.cents
        change.participants += 0 < share.balance == share.cents


def _refunded(
    changes: _ClassChanges,
    fact: BookedEvent,
    event: RefundSettled | ExternalRefundAllocated | RefundPaidOutOfBand | CashReturned,
) -> None:
    for share in event.shares:
        change = changes.of(fact, share.class_code)
        change.refunded += share.cents
        change.participants -= share.balance == 0 < share.cents


def _refunded_elsewhere(changes: _ClassChanges, fact: BookedEvent, event: ExternalPaymentRefunded) -> None:
    for share in event.shares:
        change = changes.of(fact, share.class_code)
        change.refunded += share.cents
        change.refunded_elsewhere += share.cents
        change.participants -= share.balance == 0 < share.cents


def _withdrawn(changes: _ClassChanges, fact: BookedEvent, event: ExternalPaymentWithdrawn) -> None:
    """A line whose money had all been given back there was counted out already."""
    given_back = {share.line: share.cents for share in event.refunded}
    for share in event.shares:
        change = changes.of(fact, share.class_code)
        change.received -= share.cents
        change.collected_elsewhere -= share.cents
        change.participants -= share.balance == 0 and given_back.get(share.line, 0) < share.cents
    for share in event.refunded:
        change = changes.of(fact, share.class_code)
        change.refunded -= share.cents
        change.refunded_elsewhere -= share.cents


def _lost(changes: _ClassChanges, fact: BookedEvent, event: DisputeLost) -> None:
    for share in event.shares:
        change = changes.of(fact, share.class_code)
        change.unpaid += share.cents
        change.participants -= share.balance == 0 < share.cents


def _corrected(changes: _ClassChanges, fact: BookedEvent, event: ContributionCorrected) -> None:
    if event.old_class == event.new_class or not event.held:
        return
    for class_code, sign in ((event.old_class, -1), (event.new_class, 1)):
        change = changes.of(fact, class_code)
        change.moved += sign * event.held
        change.participants += sign


_HANDLERS: Final[dict[type[Event], Callable[[_ClassChanges, BookedEvent, Any], None]]] = {
    PaymentCaptured: _received,
    CashReceived: _received,
    CashSlipCorrected: _slip_corrected,
    CashReturned: _refunded,
    RefundPaidOutOfBand: _refunded,
    PaymentToFamilyWithdrawn: _held_again,
    RefundSettled: _refunded,
    ExternalRefundAllocated: _refunded,
    DisputeLost: _lost,
    ContributionCorrected: _corrected,
    ExternalPaymentRecorded: _received,
    ExternalPaymentRefunded: _refunded_elsewhere,
    ExternalPaymentWithdrawn: _withdrawn,
}


class ClassBalances:
    """The read model of the class balance sheets."""

    name = "class_balances"
    version = 2
    tables = ("class_balances",)
    ddl: LiteralString = _DDL

    def fold(self, batch: Sequence[BookedEvent]) -> Write:
        """Add up the splits of a batch by campaign and class."""
        changes = _ClassChanges()
        for fact in batch:
            handler = _HANDLERS.get(type(fact.event))
            if handler is not None:
                handler(changes, fact, fact.event)
        rows = [
            (
                *(*key, c.coop_id, c.participants, c.received, c.refunded, c.unpaid, c.moved, c.cash),
                *(c.collected_elsewhere, c.refunded_elsewhere, c.position),
            )
            for key, c in changes.items()
        ]
        return lambda connection: write_rows(connection, _ADD, rows)


class ClassBalance(NamedTuple):
    """One class of a campaign: ``balance`` = received − refunded − unpaid + moved.

    ``cash`` and ``collected_elsewhere`` are parts of received, ``refunded_elsewhere`` is a part of refunded.
    """

    campaign_id: UUID
    class_code: str
    coop_id: UUID
    participants: int
    received: int
    refunded: int
    unpaid: int
    moved: int
    cash: int
    balance: int
    position: int
    collected_elsewhere: int = 0
    refunded_elsewhere: int = 0


_ROWS: Final[LiteralString] = """
SELECT campaign_id, class_code, coop_id, participants, received, refunded, unpaid, moved, cash,
       collected_elsewhere, refunded_elsewhere, balance, position
FROM class_balances
"""


def of_campaign(connection: Connection[Any], campaign_id: UUID) -> list[ClassBalance]:
    """Return the classes of a campaign by code; the cost is that of its classes alone, however long the log."""
    with connection.cursor(row_factory=class_row(ClassBalance)) as cursor:
        return cursor.execute(f"{_ROWS} WHERE campaign_id = %s ORDER BY class_code", (campaign_id,)).fetchall()


def in_order(rows: Iterable[ClassBalance], codes: Iterable[str]) -> list[ClassBalance]:
    """Put balances in the order of the coop's list of class codes; those that are not on it come last, by code."""
    ranks = {code: rank for rank, code in enumerate(codes)}
    return sorted(rows, key=lambda row: (ranks.get(row.class_code, len(ranks)), row.class_code))
