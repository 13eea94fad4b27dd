"""Each contribution of each campaign: what is asked, due, paid, given back or contested, and where it stands.

All amounts are cents and leave the tip apart. ``asked`` is the price of the basket, ``due`` that of its children who
take part. ``refunded`` was given back and stayed there, also what the coop paid the family itself; ``owed`` came back
from the card, and is owed to the family until the coop pays it; ``given_back`` is both: what the children gave.
``refund_pending`` is asked for, ``disputed`` is contested at a bank now, ``lost`` was. ``tip_refunded`` is the tip
given back by a refund or a lost dispute. ``collected_elsewhere`` is what of ``paid`` another platform received: a
contribution is paid there wholly or not at all. ``payments`` counts what came in: captures, slips that are of
something, payments on other platforms. ``expected_later`` is what instalments still to come will bring. ``paid_at`` is
the instant (UTC, the provider's clock) of the first payment, ``placed_at`` when the basket was placed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from domain.errors import LedgerCorrupt
from domain.events.base import Event
from domain.events.by_hand.cash import CashReturned, CashSlipCorrected
from domain.events.by_hand.refund import PaymentToFamilyWithdrawn, RefundPaidOutOfBand
from domain.events.contribution import CashReceived, ContributionAbandoned, ContributionPlaced, PaymentCaptured
from domain.events.dispute import DisputeLost, DisputeOpened, DisputeWon, LostDisputeReinstated
from domain.events.external import ExternalPaymentRecorded, ExternalPaymentRefunded, ExternalPaymentWithdrawn
from domain.events.instalment import InstalmentFailed, InstalmentsCancelled, InstalmentsScheduled
from domain.events.refund import ExternalRefundAllocated, RefundFailed, RefundRequested, RefundSettled
from projections.base.children import CHILDREN
from projections.base.contribution_change import INSERT, UPDATE, ContributionChange
from projections.base.read_model import BookedEvent, Write
from projections.base.rows import copy_rows, update_rows

NOTHING_DUE: Final = "nothing_due"
"""The status of a basket of nothing, from when it is placed."""
_DDL: Final[LiteralString] = """
CREATE TABLE contributions (
    contribution_id uuid        PRIMARY KEY,
    campaign_id     uuid        NOT NULL,
    coop_id         uuid        NOT NULL,
    payer_id        uuid        NOT NULL,
    means           text        NOT NULL,
    placed_at       timestamptz NOT NULL,
    paid_at         timestamptz,
    asked           bigint      NOT NULL,
    paid            bigint      NOT NULL,
    payments        int         NOT NULL,
    given_back      bigint      NOT NULL,
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
            WHEN given_back > 0 AND given_back < paid THEN 'partially_refunded'
            WHEN given_back > 0                  THEN 'refunded'
            WHEN paid > 0 AND paid < asked       THEN 'partial'
            WHEN paid > 0                        THEN 'received'
            WHEN abandoned                       THEN 'abandoned'
            WHEN asked = 0                       THEN 'nothing_due'
            ELSE 'pending'
        END) STORED,
    collected_elsewhere bigint  NOT NULL GENERATED ALWAYS AS (CASE WHEN means = 'external' THEN paid ELSE 0 END) STORED,
    position        bigint      NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX contributions_by_campaign ON contributions (campaign_id, placed_at, contribution_id);
CREATE INDEX contributions_by_payer ON contributions (payer_id);
"""


def _placed(change: ContributionChange, fact: BookedEvent, event: ContributionPlaced) -> None:
    if fact.coop_id is None:
        raise LedgerCorrupt(position=fact.position, topic=event.TOPIC, coop=None)
    change.placed = (fact.coop_id, fact.stream_id, event)


_Received = PaymentCaptured | CashReceived | ExternalPaymentRecorded
_GivenBack = RefundPaidOutOfBand | CashReturned | ExternalPaymentRefunded


def _received(change: ContributionChange, _fact: BookedEvent, event: _Received) -> None:
    change.paid += event.cents
    change.payments += 1
    change.paid_at = event.paid_at if change.paid_at is None else min(change.paid_at, event.paid_at)
    change.abandoned = False


def _captured(change: ContributionChange, fact: BookedEvent, event: PaymentCaptured) -> None:
    _received(change, fact, event)
    change.tip_paid += event.tip_cents
    if event.instalment > 1:
        change.expected_later -= event.cents


def _slip_corrected(change: ContributionChange, _fact: BookedEvent, event: CashSlipCorrected) -> None:
    """One of nothing was no payment."""
    change.paid += event.cents - event.typed
    change.payments += (event.cents > 0) - (event.typed > 0)
    if event.cents > event.typed:
        change.paid_at = event.paid_at if change.paid_at is None else min(change.paid_at, event.paid_at)
        change.abandoned = False


def _given_back(change: ContributionChange, _fact: BookedEvent, event: _GivenBack) -> None:
    change.given_back += event.cents


def _payment_withdrawn(change: ContributionChange, _fact: BookedEvent, event: PaymentToFamilyWithdrawn) -> None:
    """What had come back from a card is owed again: its children gave it back all the time."""
    change.given_back -= sum(share.cents for share in event.shares)


def _external_withdrawn(change: ContributionChange, _fact: BookedEvent, event: ExternalPaymentWithdrawn) -> None:
    """What was recorded by mistake was never paid: a contribution of which nothing remains counts as given up."""
    change.paid -= event.cents
    change.payments -= 1
    change.given_back -= event.refunded_cents
    change.paid_at, change.paid_anew = event.paid_since, True
    change.abandoned = event.paid_since is None


def _abandoned(change: ContributionChange, _fact: BookedEvent, _event: ContributionAbandoned) -> None:
    """Nothing is held of it: cash that its slips no longer tell was never paid."""
    change.abandoned = True
    change.paid_at, change.paid_anew = None, True


def _scheduled(change: ContributionChange, _fact: BookedEvent, event: InstalmentsScheduled) -> None:
    change.expected_later += event.cents


def _ended(change: ContributionChange, _fact: BookedEvent, event: InstalmentFailed | InstalmentsCancelled) -> None:
    if isinstance(event, InstalmentsCancelled) or event.final:
        change.expected_later -= event.cents


def _refund_requested(change: ContributionChange, _fact: BookedEvent, event: RefundRequested) -> None:
    change.refund_pending += event.cents


def _refund_settled(change: ContributionChange, _fact: BookedEvent, event: RefundSettled) -> None:
    change.refund_pending -= event.cents
    change.given_back += event.cents
    change.tip_refunded += event.tip_cents


def _external_refund(change: ContributionChange, _fact: BookedEvent, event: ExternalRefundAllocated) -> None:
    change.given_back += event.cents
    change.tip_refunded += event.tip_cents


def _refund_failed(change: ContributionChange, _fact: BookedEvent, event: RefundFailed) -> None:
    """After it was settled, a failed refund is owed to the family and remains given back by its children."""
    if not event.was_settled:
        change.refund_pending -= event.cents


def _dispute_opened(change: ContributionChange, _fact: BookedEvent, event: DisputeOpened) -> None:
    change.disputed += event.cents


def _dispute_won(change: ContributionChange, _fact: BookedEvent, event: DisputeWon) -> None:
    change.disputed -= event.cents


def _dispute_lost(change: ContributionChange, _fact: BookedEvent, event: DisputeLost) -> None:
    change.disputed -= event.cents
    change.lost += event.cents
    change.tip_refunded += event.tip_cents


def _reinstated(change: ContributionChange, _fact: BookedEvent, event: LostDisputeReinstated) -> None:
    change.lost -= event.cents
    change.tip_refunded -= event.tip_cents


_HANDLERS: Final[dict[type[Event], Callable[[ContributionChange, BookedEvent, Any], None]]] = {
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
    LostDisputeReinstated: _reinstated,
    ExternalPaymentRecorded: _received,
    ExternalPaymentRefunded: _given_back,
    ExternalPaymentWithdrawn: _external_withdrawn,
}
EVENTS: Final = frozenset(_HANDLERS)
"""What changes its rows."""


class Contributions:
    """The read model of contributions."""

    name = "contributions"
    version = 5
    tables = ("contributions",)
    ddl: LiteralString = _DDL

    def fold(self, batch: Sequence[BookedEvent]) -> Write:
        """Add up what a batch changes of each contribution; those it places are inserted, the others updated."""
        changes: dict[UUID, ContributionChange] = {}
        for fact in batch:
            event: Any = fact.event
            handler = _HANDLERS.get(type(event))
            if handler is not None:
                change = changes.get(event.contribution_id)
                if change is None:
                    change = changes[event.contribution_id] = ContributionChange()
                change.position = fact.position
                handler(change, fact, event)
        new = b"".join(change.insert(*change.placed) for change in changes.values() if change.placed is not None)
        old = [change.update(key) for key, change in changes.items() if change.placed is None]

        def write(connection: Connection[Any]) -> None:
            """Insert what was placed, then add up what changed."""
            copy_rows(connection, INSERT, new)
            update_rows(connection, UPDATE, old)

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
    asked: int
    due: int
    paid: int
    payments: int
    given_back: int
    refunded: int
    owed: int
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


SELECT: Final[LiteralString] = f"""
SELECT contribution_id, campaign_id, coop_id, payer_id, means, placed_at, paid_at, asked, due, paid, payments,
       given_back, given_back - owed AS refunded, owed, disputed, lost, refund_pending, tip_due, tip_paid, tip_refunded,
       instalments, expected_later, abandoned, collected_elsewhere, position,
       CASE WHEN owed > 0 AND status IN ('refunded', 'partially_refunded') THEN 'owed_to_family' ELSE status
       END AS status
FROM contributions CROSS JOIN LATERAL (
    SELECT coalesce(sum(children.due), 0)::bigint AS due, coalesce(sum(children.owed), 0)::bigint AS owed
    FROM ({CHILDREN}) AS children WHERE children.contribution_id = contributions.contribution_id
) AS of_children
"""  # noqa: S608 (made of constants)
"""The rows of contributions as lists show them, to which a condition is added."""
_OF_CAMPAIGN: Final[LiteralString] = f"{SELECT} WHERE campaign_id = %s ORDER BY placed_at, contribution_id"
_PAGE: Final[LiteralString] = f"""
SELECT * FROM ({SELECT} WHERE campaign_id = %(campaign)s) AS shown
WHERE (%(status)s::text IS NULL OR status = %(status)s) AND (%(means)s::text IS NULL OR means = %(means)s)
"""  # noqa: S608 (made of constants)
_LAST: Final[LiteralString] = "(SELECT placed_at, contribution_id FROM contributions WHERE contribution_id = %(after)s)"
_FORTH: Final[LiteralString] = f"""
AND (%(after)s::uuid IS NULL OR (placed_at, contribution_id) > {_LAST})
ORDER BY placed_at, contribution_id LIMIT %(limit)s
"""
_BACK: Final[LiteralString] = f"""
AND (%(after)s::uuid IS NULL OR (placed_at, contribution_id) < {_LAST})
ORDER BY placed_at DESC, contribution_id DESC LIMIT %(limit)s
"""


class Wanted(NamedTuple):
    """Which contributions of a campaign a list shows, by default all of them, and whether the latest comes first."""

    status: str | None = None
    means: str | None = None
    latest_first: bool = False


ALL: Final = Wanted()


def by_id(connection: Connection[Any], contribution_id: UUID) -> ContributionRow | None:
    """Return one contribution, or None."""
    with connection.cursor(row_factory=class_row(ContributionRow)) as cursor:
        return cursor.execute(f"{SELECT} WHERE contribution_id = %s", (contribution_id,)).fetchone()


def by_ids(connection: Connection[Any], contribution_ids: Sequence[UUID]) -> dict[UUID, ContributionRow]:
    """Return some contributions by id."""
    with connection.cursor(row_factory=class_row(ContributionRow)) as cursor:
        found = cursor.execute(f"{SELECT} WHERE contribution_id = ANY(%s)", (list(contribution_ids),)).fetchall()
    return {row.contribution_id: row for row in found}


def page(
    connection: Connection[Any],
    campaign_id: UUID,
    after: UUID | None = None,
    limit: int = 50,
    wanted: Wanted = ALL,
) -> list[ContributionRow]:
    """Return the next contributions of a campaign by when they were placed, after the last one already read."""
    values = {"campaign": campaign_id, "after": after, "limit": limit, **wanted._asdict()}
    with connection.cursor(row_factory=class_row(ContributionRow)) as cursor:
        return cursor.execute(_PAGE + (_BACK if wanted.latest_first else _FORTH), values).fetchall()


def of_campaign(connection: Connection[Any], campaign_id: UUID) -> list[ContributionRow]:
    """Return all contributions of a campaign, in the order they were placed."""
    with connection.cursor(row_factory=class_row(ContributionRow)) as cursor:
        return cursor.execute(_OF_CAMPAIGN, (campaign_id,)).fetchall()


def abandoned_unpaid(connection: Connection[Any], placed_before: datetime) -> list[ContributionRow]:
    """Return contributions placed before an instant, given up and never paid, of payers who have no other kind."""
    query: LiteralString = f"""{SELECT} WHERE abandoned AND paid = 0 AND tip_paid = 0 AND placed_at < %s
    AND NOT EXISTS (
        SELECT FROM contributions AS other WHERE other.payer_id = contributions.payer_id
        AND NOT (other.abandoned AND other.paid = 0 AND other.tip_paid = 0)
    ) ORDER BY placed_at, contribution_id"""
    with connection.cursor(row_factory=class_row(ContributionRow)) as cursor:
        return cursor.execute(query, (placed_before,)).fetchall()


def of_payer(connection: Connection[Any], payer_id: UUID) -> list[ContributionRow]:
    """Return the contributions of one payer, in the order they were placed."""
    with connection.cursor(row_factory=class_row(ContributionRow)) as cursor:
        query = f"{SELECT} WHERE payer_id = %s ORDER BY placed_at, contribution_id"
        return cursor.execute(query, (payer_id,)).fetchall()
