"""Each child of each contribution: its class and tariff today, and its part of the money in cents.

``held`` = paid − refunded − owed − lost: what stands behind the child in its class's balance. What came back from a
card is stored as given back, and shown as owed (``projections.base.children``). ``asked`` is the price of its line,
``due`` the same while it takes part; ``placed_class`` the class it was placed in. Children are ids: their names are in
the vault.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from struct import Struct
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from domain.errors import LedgerCorrupt
from domain.events.base import Event, Line
from domain.events.by_hand.cash import CashReturned, CashSlipCorrected
from domain.events.by_hand.refund import PaymentToFamilyWithdrawn, RefundPaidOutOfBand
from domain.events.contribution import CashReceived, ContributionCorrected, ContributionPlaced, PaymentCaptured
from domain.events.dispute import DisputeLost, LostDisputeReinstated
from domain.events.external import ExternalPaymentRecorded, ExternalPaymentRefunded, ExternalPaymentWithdrawn
from domain.events.refund import ExternalRefundAllocated, RefundSettled
from projections.base.children import CHILDREN
from projections.base.read_model import BookedEvent, Write
from projections.base.rows import copy_rows, text, update_rows

_DDL: Final[LiteralString] = """
CREATE TABLE participants (
    contribution_id uuid   NOT NULL,
    line            int    NOT NULL,
    campaign_id     uuid   NOT NULL,
    coop_id         uuid   NOT NULL,
    participant_id  uuid   NOT NULL,
    placed_class    text   NOT NULL,
    class_code      text   NOT NULL,
    tariff_id       text   NOT NULL,
    asked           bigint NOT NULL,
    paid            bigint NOT NULL,
    cash            bigint NOT NULL,
    collected_elsewhere bigint NOT NULL,
    given_back      bigint NOT NULL,
    refunded_elsewhere  bigint NOT NULL,
    lost            bigint NOT NULL,
    held            bigint NOT NULL GENERATED ALWAYS AS (paid - given_back - lost) STORED,
    position        bigint NOT NULL,
    PRIMARY KEY (contribution_id, line)
) WITH (fillfactor = 80);
CREATE INDEX participants_by_campaign ON participants (campaign_id, contribution_id, line);
"""
# Columns of a fixed length first: they are packed at once.
_INSERT: Final[LiteralString] = """
COPY participants (contribution_id, line, campaign_id, coop_id, participant_id, asked, paid, cash, collected_elsewhere,
                   given_back, refunded_elsewhere, lost, position, placed_class, class_code, tariff_id)
FROM STDIN (FORMAT binary)
"""
_ROW: Final = Struct(">h i16s ii i16s i16s i16s iq iq iq iq iq iq iq iq")
_UPDATE: Final[LiteralString] = """
UPDATE participants AS known SET
    class_code = coalesce(change.class_code, known.class_code),
    tariff_id  = coalesce(change.tariff_id, known.tariff_id),
    paid       = known.paid + change.paid,
    cash       = known.cash + change.cash,
    collected_elsewhere = known.collected_elsewhere + change.collected_elsewhere,
    given_back = known.given_back + change.given_back,
    refunded_elsewhere = known.refunded_elsewhere + change.refunded_elsewhere,
    lost       = known.lost + change.lost,
    position   = change.position
FROM unnest(%s::uuid[], %s::int[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[],
            %s::bigint[], %s::bigint[], %s::bigint[])
    AS change (contribution_id, line, class_code, tariff_id, paid, cash, collected_elsewhere, given_back,
               refunded_elsewhere, lost, position)
WHERE known.contribution_id = change.contribution_id AND known.line = change.line
"""


_code = lru_cache(maxsize=4_096)(text)


class _ParticipantChange:
    """What a batch changes of one child; ``placed`` when its basket begins in the batch."""

    __slots__ = (
        "cash",
        "class_code",
        "collected_elsewhere",
        "given_back",
        "lost",
        "paid",
        "placed",
        "position",
        "refunded_elsewhere",
        "tariff_id",
    )

    def __init__(self) -> None:
        """Begin with nothing."""
        self.placed: tuple[BookedEvent, ContributionPlaced, Line] | None = None
        self.class_code: str | None = None
        self.tariff_id: str | None = None
        self.paid = self.cash = self.collected_elsewhere = self.position = 0
        self.given_back = self.refunded_elsewhere = self.lost = 0

    def update(self, contribution_id: UUID, line: int) -> tuple[Any, ...]:
        """Return the parameters of _UPDATE, in its order."""
        received = (self.paid, self.cash, self.collected_elsewhere)
        gone = (self.given_back, self.refunded_elsewhere, self.lost)
        return (contribution_id, line, self.class_code, self.tariff_id, *received, *gone, self.position)

    def insert(self, fact: BookedEvent, event: ContributionPlaced, line: Line) -> bytes:
        """The whole row, packed in the order of _INSERT."""
        if fact.coop_id is None:
            raise LedgerCorrupt(position=fact.position, topic=event.TOPIC, coop=None)
        # fmt: off
        fixed = _ROW.pack(
            16,
            16, event.contribution_id.bytes, 4, line.line, 16, fact.stream_id.bytes, 16, fact.coop_id.bytes,
            16, line.participant_id.bytes, 8, line.cents, 8, self.paid, 8, self.cash, 8, self.collected_elsewhere,
            8, self.given_back, 8, self.refunded_elsewhere, 8, self.lost, 8, self.position,
        )
        # fmt: on
        return b"".join((fixed, _code(line.class_code), _code(self.class_code), _code(self.tariff_id)))


class _ParticipantChanges(dict[tuple[UUID, int], _ParticipantChange]):
    """What a batch changes, by contribution and line."""

    def of(self, fact: BookedEvent, contribution_id: UUID, line: int) -> _ParticipantChange:
        """Return the change of a child."""
        key = contribution_id, line
        change = self.get(key)
        if change is None:
            change = self[key] = _ParticipantChange()
        change.position = fact.position
        return change


def _placed(changes: _ParticipantChanges, fact: BookedEvent, event: ContributionPlaced) -> None:
    for line in event.lines:
        change = changes.of(fact, event.contribution_id, line.line)
        change.placed = (fact, event, line)
        change.class_code, change.tariff_id = line.class_code, line.tariff_id


def _paid(
    changes: _ParticipantChanges, fact: BookedEvent, event: PaymentCaptured | CashReceived | ExternalPaymentRecorded
) -> None:
    in_cash, external = isinstance(event, CashReceived), isinstance(event, ExternalPaymentRecorded)
    for share in event.shares:
        change = changes.of(fact, event.contribution_id, share.line)
        change.paid += share.cents
        change.cash += share.cents if in_cash else 0
        change.collected_elsewhere += share.cents if external else 0


def _slip_corrected(changes: _ParticipantChanges, fact: BookedEvent, event: CashSlipCorrected) -> None:
    """A slip counted what it was said to be: the difference is received, or was not."""
    sign = 1 if event.cents > event.typed else -1
    for share in event.shares:
        change = changes.of(fact, event.contribution_id, share.line)
        change.paid += sign * share.cents
        change.cash += sign * share.cents


def _held_again(changes: _ParticipantChanges, fact: BookedEvent, event: PaymentToFamilyWithdrawn) -> None:
    for share in event.shares:
        changes.of(fact, event.contribution_id, share.line).given_back -= share.cents


def _given_back(
    changes: _ParticipantChanges,
    fact: BookedEvent,
    event: RefundSettled | ExternalRefundAllocated | RefundPaidOutOfBand | CashReturned,
) -> None:
    for share in event.shares:
        changes.of(fact, event.contribution_id, share.line).given_back += share.cents


def _refunded_elsewhere(changes: _ParticipantChanges, fact: BookedEvent, event: ExternalPaymentRefunded) -> None:
    for share in event.shares:
        change = changes.of(fact, event.contribution_id, share.line)
        change.given_back += share.cents
        change.refunded_elsewhere += share.cents


def _withdrawn(changes: _ParticipantChanges, fact: BookedEvent, event: ExternalPaymentWithdrawn) -> None:
    for share in event.shares:
        change = changes.of(fact, event.contribution_id, share.line)
        change.paid -= share.cents
        change.collected_elsewhere -= share.cents
    for share in event.refunded:
        change = changes.of(fact, event.contribution_id, share.line)
        change.given_back -= share.cents
        change.refunded_elsewhere -= share.cents


def _lost(changes: _ParticipantChanges, fact: BookedEvent, event: DisputeLost) -> None:
    for share in event.shares:
        changes.of(fact, event.contribution_id, share.line).lost += share.cents


def _reinstated(changes: _ParticipantChanges, fact: BookedEvent, event: LostDisputeReinstated) -> None:
    for share in event.shares:
        changes.of(fact, event.contribution_id, share.line).lost -= share.cents


def _corrected(changes: _ParticipantChanges, fact: BookedEvent, event: ContributionCorrected) -> None:
    change = changes.of(fact, event.contribution_id, event.line)
    change.class_code, change.tariff_id = event.new_class, event.tariff_id


_HANDLERS: Final[dict[type[Event], Callable[[_ParticipantChanges, BookedEvent, Any], None]]] = {
    ContributionPlaced: _placed,
    PaymentCaptured: _paid,
    CashReceived: _paid,
    CashSlipCorrected: _slip_corrected,
    CashReturned: _given_back,
    RefundPaidOutOfBand: _given_back,
    PaymentToFamilyWithdrawn: _held_again,
    RefundSettled: _given_back,
    ExternalRefundAllocated: _given_back,
    DisputeLost: _lost,
    LostDisputeReinstated: _reinstated,
    ContributionCorrected: _corrected,
    ExternalPaymentRecorded: _paid,
    ExternalPaymentRefunded: _refunded_elsewhere,
    ExternalPaymentWithdrawn: _withdrawn,
}
EVENTS: Final = frozenset(_HANDLERS)
"""What changes its rows."""


class Participants:
    """The read model of the children of contributions."""

    name = "participants"
    version = 3
    tables = ("participants",)
    ddl: LiteralString = _DDL

    def fold(self, batch: Sequence[BookedEvent]) -> Write:
        """Add up what a batch changes of each child; those it places are inserted, the others updated."""
        changes = _ParticipantChanges()
        for fact in batch:
            handler = _HANDLERS.get(type(fact.event))
            if handler is not None:
                handler(changes, fact, fact.event)
        new = b"".join(change.insert(*change.placed) for change in changes.values() if change.placed is not None)
        old = [change.update(*key) for key, change in changes.items() if change.placed is None]

        def write(connection: Connection[Any]) -> None:
            """Insert the children, then add up what changed."""
            copy_rows(connection, _INSERT, new)
            update_rows(connection, _UPDATE, old)

        return write


class ParticipantRow(NamedTuple):
    """One child of a contribution; ``owed`` is what the family is owed of refunds that came back, ``status`` its own.

    ``takes_part`` is what counts it as a participant (``projections.base.children``).
    """

    contribution_id: UUID
    line: int
    campaign_id: UUID
    coop_id: UUID
    participant_id: UUID
    class_code: str
    tariff_id: str
    asked: int
    due: int
    paid: int
    collected_elsewhere: int
    refunded: int
    lost: int
    owed: int
    held: int
    takes_part: bool
    status: str
    refund_pending: int
    position: int


_SELECT: Final[LiteralString] = f"""
SELECT contribution_id, line, campaign_id, coop_id, participant_id, class_code, tariff_id, asked, due, paid,
       collected_elsewhere, refunded, lost, owed, held, takes_part, status, refund_pending, position
FROM ({CHILDREN}) AS children
"""  # noqa: S608 (made of constants)


def of_contribution(connection: Connection[Any], contribution_id: UUID) -> list[ParticipantRow]:
    """Return the children of one contribution, in the order of its basket."""
    query: LiteralString = f"{_SELECT} WHERE contribution_id = %s ORDER BY line"
    with connection.cursor(row_factory=class_row(ParticipantRow)) as cursor:
        return cursor.execute(query, (contribution_id,)).fetchall()


def of_campaign(connection: Connection[Any], campaign_id: UUID) -> list[ParticipantRow]:
    """Return all children of a campaign, by contribution and line."""
    query: LiteralString = f"{_SELECT} WHERE campaign_id = %s ORDER BY contribution_id, line"
    with connection.cursor(row_factory=class_row(ParticipantRow)) as cursor:
        return cursor.execute(query, (campaign_id,)).fetchall()


def of_contributions(connection: Connection[Any], contribution_ids: Collection[UUID]) -> list[ParticipantRow]:
    """Return all children of some contributions, by contribution and line."""
    query: LiteralString = f"{_SELECT} WHERE contribution_id = ANY(%s) ORDER BY contribution_id, line"
    with connection.cursor(row_factory=class_row(ParticipantRow)) as cursor:
        return cursor.execute(query, (list(contribution_ids),)).fetchall()
