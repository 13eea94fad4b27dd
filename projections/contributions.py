"""Each contribution of each campaign: what is due, paid, given back or contested, and where it stands.

All amounts are cents and leave the tip apart. ``refunded`` was given back, ``refund_pending`` is asked for,
``disputed`` is contested at a bank now, ``lost`` was. ``tip_refunded`` is the tip given back by a refund or a lost
dispute. ``refunded`` stays when a refund came back from the card (the coop owes it), and counts what the coop paid a
family itself. ``collected_elsewhere`` is what of ``paid`` another platform received, wholly or not at all.
``expected_later`` is what instalments will bring. ``paid_at`` is the instant (UTC, the provider's clock) of the first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from struct import Struct
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from domain.errors import LedgerCorrupt
from domain.events.base import Event
from domain.events.by_hand.cash import CashReturned, CashSlipCorrected
from domain.events.by_hand.refund import PaymentToFamilyWithdrawn, RefundPaidOutOfBand
from domain.events.contribution import CashReceived, ContributionAbandoned, ContributionPlaced, PaymentCaptured
from domain.events.dispute import DisputeLost, DisputeOpened, DisputeWon
from domain.events.external import ExternalPaymentRecorded, ExternalPaymentRefunded, ExternalPaymentWithdrawn
from domain.events.instalment import InstalmentFailed, InstalmentsCancelled, InstalmentsScheduled
from domain.events.refund import ExternalRefundAllocated, RefundFailed, RefundRequested, RefundSettled
from projections.base.read_model import BookedEvent, Write
from projections.base.rows import copy_rows, instant, microseconds, text, update_rows

_DDL: Final[LiteralString] = """
CREATE TABLE contributions (
    contribution_id uuid        PRIMARY KEY,
    campaign_id     uuid        NOT NULL,
    coop_id         uuid        NOT NULL,
    payer_id        uuid        NOT NULL,
    means           text        NOT NULL,
    placed_at       timestamptz NOT NULL,
    paid_at         timestamptz,
    due             bigint      NOT NULL,
    paid            bigint      NOT NULL,
    refunded        bigint      NOT NULL,
    disputed        bigint      NOT NULL,
    lost            bigint      NOT NULL,
    refund_pending  bigint      NOT NULL,
    tip_due         bigint      NOT NULL,
    tip_paid        bigint      NOT NULL,
    tip_refunded    bigint      NOT NULL,
    instalments     int         NOT NULL,
    expected_later  bigint      NOT NULL,
    abandoned       boolean     NOT NULL,
    status          text        NOT NULL GENERATED ALWAYS AS (
        CASE
            WHEN disputed > 0                    THEN 'disputed'
            WHEN lost > 0                        THEN 'unpaid'
            WHEN refunded > 0 AND refunded < paid THEN 'partially_refunded'
            WHEN refunded > 0                    THEN 'refunded'
            WHEN paid > 0 AND paid < due         THEN 'partial'
            WHEN paid > 0                        THEN 'received'
            WHEN abandoned                       THEN 'abandoned'
            ELSE 'pending'
        END) STORED,
    collected_elsewhere bigint  NOT NULL GENERATED ALWAYS AS (CASE WHEN means = 'external' THEN paid ELSE 0 END) STORED,
    position        bigint      NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX contributions_by_campaign ON contributions (campaign_id, placed_at, contribution_id);
CREATE INDEX contributions_by_payer ON contributions (payer_id);
"""
# Columns of a fixed length first: they are packed at once.
_INSERT: Final[LiteralString] = """
COPY contributions (
    contribution_id, campaign_id, coop_id, payer_id, placed_at, due, tip_due, instalments, paid, refunded, disputed,
    lost, refund_pending, tip_paid, tip_refunded, expected_later, position, abandoned, paid_at, means)
FROM STDIN (FORMAT binary)
"""
_ROW: Final = Struct(">h i16s i16s i16s i16s iq iq iq ii iq iq iq iq iq iq iq iq iq i?")
_UPDATE: Final[LiteralString] = """
UPDATE contributions AS known SET
    paid_at        = CASE WHEN change.paid_anew THEN change.paid_at ELSE least(known.paid_at, change.paid_at) END,
    paid           = known.paid + change.paid,
    refunded       = known.refunded + change.refunded,
    disputed       = known.disputed + change.disputed,
    lost           = known.lost + change.lost,
    refund_pending = known.refund_pending + change.refund_pending,
    tip_paid       = known.tip_paid + change.tip_paid,
    tip_refunded   = known.tip_refunded + change.tip_refunded,
    expected_later = known.expected_later + change.expected_later,
    abandoned      = coalesce(change.abandoned, known.abandoned),
    position       = change.position
FROM unnest(%s::uuid[], %s::timestamptz[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[],
            %s::bigint[], %s::bigint[], %s::bigint[], %s::boolean[], %s::bigint[], %s::boolean[])
    AS change (contribution_id, paid_at, paid, refunded, disputed, lost, refund_pending, tip_paid, tip_refunded,
               expected_later, abandoned, position, paid_anew)
WHERE known.contribution_id = change.contribution_id
"""


class _ContributionChange:
    """What a batch changes of one contribution; ``placed`` with its coop and campaign when it begins in the batch.

    ``paid_anew``: the batch withdrew a payment, so ``paid_at`` is that of the first that remains, whatever is stored.
    """

    __slots__ = (
        "abandoned",
        "disputed",
        "expected_later",
        "lost",
        "paid",
        "paid_anew",
        "paid_at",
        "placed",
        "position",
        "refund_pending",
        "refunded",
        "tip_paid",
        "tip_refunded",
    )

    def __init__(self) -> None:
        """Begin with nothing."""
        self.placed: tuple[UUID, UUID, ContributionPlaced] | None = None
        self.paid_at: datetime | None = None
        self.paid = self.refunded = self.disputed = self.lost = self.refund_pending = 0
        self.tip_paid = self.tip_refunded = self.expected_later = self.position = 0
        self.abandoned: bool | None = None
        self.paid_anew = False

    def update(self, contribution_id: UUID) -> tuple[Any, ...]:
        """Return the parameters of _UPDATE, in its order."""
        return (
            contribution_id,
            self.paid_at,
            self.paid,
            self.refunded,
            self.disputed,
            self.lost,
            self.refund_pending,
            self.tip_paid,
            self.tip_refunded,
            self.expected_later,
            self.abandoned,
            self.position,
            self.paid_anew,
        )

    def insert(self, coop_id: UUID, campaign_id: UUID, event: ContributionPlaced) -> bytes:
        """The whole row, packed in the order of _INSERT."""
        # fmt: off
        fixed = _ROW.pack(
            20,
            16, event.contribution_id.bytes, 16, campaign_id.bytes, 16, coop_id.bytes, 16, event.payer_id.bytes,
            8, microseconds(event.at), 8, sum(line.cents for line in event.lines), 8, event.tip_cents,
            4, event.instalments, 8, self.paid, 8, self.refunded, 8, self.disputed, 8, self.lost,
            8, self.refund_pending, 8, self.tip_paid, 8, self.tip_refunded, 8, self.expected_later, 8, self.position,
            1, bool(self.abandoned),
        )
        # fmt: on
        return b"".join((fixed, instant(self.paid_at), _means(event.means)))


_means = lru_cache(maxsize=16)(text)


_Received = PaymentCaptured | CashReceived | ExternalPaymentRecorded
_GivenBack = RefundPaidOutOfBand | CashReturned | ExternalPaymentRefunded


def _placed(change: _ContributionChange, fact: BookedEvent, event: ContributionPlaced) -> None:
    if fact.coop_id is None:
        raise LedgerCorrupt(position=fact.position, topic=event.TOPIC, coop=None)
    change.placed = (fact.coop_id, fact.stream_id, event)


def _received(change: _ContributionChange, _fact: BookedEvent, event: _Received) -> None:
    change.paid += event.cents
    change.paid_at = event.paid_at if change.paid_at is None else min(change.paid_at, event.paid_at)
    change.abandoned = False


def _captured(change: _ContributionChange, fact: BookedEvent, event: PaymentCaptured) -> None:
    _received(change, fact, event)
    change.tip_paid += event.tip_cents
    if event.instalment > 1:
        change.expected_later -= event.cents


def _slip_corrected(change: _ContributionChange, _fact: BookedEvent, event: CashSlipCorrected) -> None:
    change.paid += event.cents - event.typed
    if event.cents > event.typed:
        change.abandoned = False


def _given_back(change: _ContributionChange, _fact: BookedEvent, event: _GivenBack) -> None:
    change.refunded += event.cents


def _payment_withdrawn(change: _ContributionChange, _fact: BookedEvent, event: PaymentToFamilyWithdrawn) -> None:
    """What had come back from a card is owed again, and was given back by its class all the time."""
    change.refunded -= sum(share.cents for share in event.shares)


def _external_withdrawn(change: _ContributionChange, _fact: BookedEvent, event: ExternalPaymentWithdrawn) -> None:
    """What was recorded by mistake was never paid: a contribution of which nothing remains counts as given up."""
    change.paid -= event.cents
    change.refunded -= event.refunded_cents
    change.paid_at, change.paid_anew = event.paid_since, True
    change.abandoned = event.paid_since is None


def _abandoned(change: _ContributionChange, _fact: BookedEvent, _event: ContributionAbandoned) -> None:
    change.abandoned = True


def _scheduled(change: _ContributionChange, _fact: BookedEvent, event: InstalmentsScheduled) -> None:
    change.expected_later += event.cents


def _ended(change: _ContributionChange, _fact: BookedEvent, event: InstalmentFailed | InstalmentsCancelled) -> None:
    if isinstance(event, InstalmentsCancelled) or event.final:
        change.expected_later -= event.cents


def _refund_requested(change: _ContributionChange, _fact: BookedEvent, event: RefundRequested) -> None:
    change.refund_pending += event.cents


def _refund_settled(change: _ContributionChange, _fact: BookedEvent, event: RefundSettled) -> None:
    change.refund_pending -= event.cents
    change.refunded += event.cents
    change.tip_refunded += event.tip_cents


def _external_refund(change: _ContributionChange, _fact: BookedEvent, event: ExternalRefundAllocated) -> None:
    change.refunded += event.cents
    change.tip_refunded += event.tip_cents


def _refund_failed(change: _ContributionChange, _fact: BookedEvent, event: RefundFailed) -> None:
    """After it was settled, a failed refund is owed to the family and remains given back by the coop."""
    if not event.was_settled:
        change.refund_pending -= event.cents


def _dispute_opened(change: _ContributionChange, _fact: BookedEvent, event: DisputeOpened) -> None:
    change.disputed += event.cents


def _dispute_won(change: _ContributionChange, _fact: BookedEvent, event: DisputeWon) -> None:
    change.disputed -= event.cents


def _dispute_lost(change: _ContributionChange, _fact: BookedEvent, event: DisputeLost) -> None:
    change.disputed -= event.cents
    change.lost += event.cents
    change.tip_refunded += event.tip_cents


_HANDLERS: Final[dict[type[Event], Callable[[_ContributionChange, BookedEvent, Any], None]]] = {
    ContributionPlaced: _placed,
    ContributionAbandoned: _abandoned,
    PaymentCaptured: _captured,
    CashReceived: _received,
    CashSlipCorrected: _slip_corrected,
    CashReturned: _given_back,
    RefundPaidOutOfBand: _given_back,
    PaymentToFamilyWithdrawn: _payment_withdrawn,
    InstalmentsScheduled: _scheduled,
    InstalmentFailed: _ended,
    InstalmentsCancelled: _ended,
    RefundRequested: _refund_requested,
    RefundSettled: _refund_settled,
    ExternalRefundAllocated: _external_refund,
    RefundFailed: _refund_failed,
    DisputeOpened: _dispute_opened,
    DisputeWon: _dispute_won,
    DisputeLost: _dispute_lost,
    ExternalPaymentRecorded: _received,
    ExternalPaymentRefunded: _given_back,
    ExternalPaymentWithdrawn: _external_withdrawn,
}


class Contributions:
    """The read model of contributions."""

    name = "contributions"
    version = 2
    tables = ("contributions",)
    ddl: LiteralString = _DDL

    def fold(self, batch: Sequence[BookedEvent]) -> Write:
        """Add up what a batch changes of each contribution; those it places are inserted, the others updated."""
        changes: dict[UUID, _ContributionChange] = {}
        for fact in batch:
            event: Any = fact.event
            handler = _HANDLERS.get(type(event))
            if handler is not None:
                change = changes.get(event.contribution_id)
                if change is None:
                    change = changes[event.contribution_id] = _ContributionChange()
                change.position = fact.position
                handler(change, fact, event)
        new = b"".join(change.insert(*change.placed) for change in changes.values() if change.placed is not None)
        old = [change.update(key) for key, change in changes.items() if change.placed is None]

        def write(connection: Connection[Any]) -> None:
            """Insert what was placed, then add up what changed."""
            copy_rows(connection, _INSERT, new)
            update_rows(connection, _UPDATE, old)

        return write


class ContributionRow(NamedTuple):
    """One contribution as lists show it."""

    contribution_id: UUID
    campaign_id: UUID
    coop_id: UUID
    payer_id: UUID
    means: str
    placed_at: datetime
    paid_at: datetime | None
    due: int
    paid: int
    refunded: int
    disputed: int
    lost: int
    refund_pending: int
    tip_due: int
    tip_paid: int
    tip_refunded: int
    instalments: int
    expected_later: int
    abandoned: bool
    status: str
    position: int
    collected_elsewhere: int = 0


_SELECT: Final[LiteralString] = """
SELECT contribution_id, campaign_id, coop_id, payer_id, means, placed_at, paid_at, due, paid, refunded, disputed, lost,
       refund_pending, tip_due, tip_paid, tip_refunded, instalments, expected_later, abandoned, status,
       collected_elsewhere, position
FROM contributions
"""
_OF_CAMPAIGN: Final[LiteralString] = f"{_SELECT} WHERE campaign_id = %s ORDER BY placed_at, contribution_id"
_AFTER: Final[LiteralString] = """
WHERE campaign_id = %s
  AND (placed_at, contribution_id) > (SELECT placed_at, contribution_id FROM contributions WHERE contribution_id = %s)
ORDER BY placed_at, contribution_id LIMIT %s
"""


def by_id(connection: Connection[Any], contribution_id: UUID) -> ContributionRow | None:
    """Return one contribution, or None."""
    with connection.cursor(row_factory=class_row(ContributionRow)) as cursor:
        return cursor.execute(f"{_SELECT} WHERE contribution_id = %s", (contribution_id,)).fetchone()


def page(
    connection: Connection[Any], campaign_id: UUID, after: UUID | None = None, limit: int = 50
) -> list[ContributionRow]:
    """Return the next contributions of a campaign in the order they were placed, after the last one already read."""
    with connection.cursor(row_factory=class_row(ContributionRow)) as cursor:
        if after is None:
            return cursor.execute(f"{_OF_CAMPAIGN} LIMIT %s", (campaign_id, limit)).fetchall()
        return cursor.execute(_SELECT + _AFTER, (campaign_id, after, limit)).fetchall()


def of_campaign(connection: Connection[Any], campaign_id: UUID) -> list[ContributionRow]:
    """Return all contributions of a campaign, in the order they were placed."""
    with connection.cursor(row_factory=class_row(ContributionRow)) as cursor:
        return cursor.execute(_OF_CAMPAIGN, (campaign_id,)).fetchall()


def abandoned_unpaid(connection: Connection[Any], placed_before: datetime) -> list[ContributionRow]:
    """Return contributions placed before an instant, given up and never paid, of payers who have no other kind."""
    query: LiteralString = f"""{_SELECT} AS mine WHERE abandoned AND paid = 0 AND tip_paid = 0 AND placed_at < %s
    AND NOT EXISTS (
        SELECT FROM contributions AS other WHERE other.payer_id = mine.payer_id
        AND NOT (other.abandoned AND other.paid = 0 AND other.tip_paid = 0)
    ) ORDER BY placed_at, contribution_id"""
    with connection.cursor(row_factory=class_row(ContributionRow)) as cursor:
        return cursor.execute(query, (placed_before,)).fetchall()


def of_payer(connection: Connection[Any], payer_id: UUID) -> list[ContributionRow]:
    """Return the contributions of one payer, in the order they were placed."""
    with connection.cursor(row_factory=class_row(ContributionRow)) as cursor:
        query = f"{_SELECT} WHERE payer_id = %s ORDER BY placed_at, contribution_id"
        return cursor.execute(query, (payer_id,)).fetchall()
