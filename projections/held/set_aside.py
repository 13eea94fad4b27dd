"""What is set aside of each coop's online account: refunds that are asked for or found, and payouts on their way out.

The balance less what is contested and what lies here is what a payout may take (``domain.funds.CoopFunds.available``).
Cents; an amount leaves the table once it has left the account, or is not to leave it any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection

from domain.calendar import paris_date
from domain.errors import LedgerCorrupt
from domain.events.base import Event
from domain.events.held.money import ContributionSuspenseCleared, ReturnedRefundSettled
from domain.events.payout import PayoutCancelled, PayoutFailed, PayoutRequested, PayoutSent
from domain.events.refund import (
    ExternalRefundAllocated,
    ExternalRefundFound,
    RefundFailed,
    RefundRequested,
    RefundSettled,
)
from projections.base.read_model import BookedEvent, Write

_DDL: Final[LiteralString] = """
CREATE TABLE set_aside (
    reference   uuid   PRIMARY KEY,
    coop_id     uuid   NOT NULL,
    campaign_id uuid,
    contribution_id uuid,
    topic       text   NOT NULL,
    since       date   NOT NULL,
    cents       bigint NOT NULL,
    position    bigint NOT NULL
);
CREATE INDEX set_aside_by_coop ON set_aside (coop_id);
"""
_PUT: Final[LiteralString] = """
INSERT INTO set_aside (reference, coop_id, campaign_id, contribution_id, topic, since, cents, position)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (reference) DO UPDATE SET topic = excluded.topic, cents = excluded.cents, position = excluded.position
"""
_LOWER: Final[LiteralString] = "UPDATE set_aside SET cents = cents - %s, position = %s WHERE reference = %s"
_DROP: Final[LiteralString] = "DELETE FROM set_aside WHERE reference = %s"
_DROP_EMPTY: Final[LiteralString] = "DELETE FROM set_aside WHERE reference = %s AND cents = 0"


class _Change(NamedTuple):
    """A statement, and what it takes."""

    statement: LiteralString
    values: tuple[Any, ...]


def _put(reference: UUID, fact: BookedEvent, cents: int) -> Iterator[_Change]:
    event: Any = fact.event
    if fact.coop_id is None:
        raise LedgerCorrupt(position=fact.position, topic=event.TOPIC, coop=None)
    campaign_id = None if fact.coop_id == fact.stream_id else fact.stream_id
    about = (fact.coop_id, campaign_id, getattr(event, "contribution_id", None))
    day = paris_date(event.happened_at)
    yield _Change(_PUT, (reference, *about, event.TOPIC, day, cents, fact.position))


def _refund_wanted(fact: BookedEvent, event: RefundRequested | ExternalRefundFound) -> Iterator[_Change]:
    yield from _put(event.refund_id, fact, event.cents)


def _refund_done(_fact: BookedEvent, event: RefundSettled | ExternalRefundAllocated) -> Iterator[_Change]:
    yield _Change(_DROP, (event.refund_id,))


def _refund_failed(_fact: BookedEvent, event: RefundFailed) -> Iterator[_Change]:
    if not event.was_settled:
        yield _Change(_DROP, (event.refund_id,))


def _payout_wanted(fact: BookedEvent, event: PayoutRequested) -> Iterator[_Change]:
    yield from _put(event.payout_id, fact, event.cents)


def _payout_gone(_fact: BookedEvent, event: PayoutSent | PayoutCancelled) -> Iterator[_Change]:
    yield _Change(_DROP, (event.payout_id,))


def _payout_failed(_fact: BookedEvent, event: PayoutFailed) -> Iterator[_Change]:
    if not event.was_sent:
        yield _Change(_DROP, (event.payout_id,))


def _explained(fact: BookedEvent, event: ReturnedRefundSettled | ContributionSuspenseCleared) -> Iterator[_Change]:
    """Part of a refund that was found is explained: so much is not kept aside for it any more."""
    reference = event.made_id if isinstance(event, ReturnedRefundSettled) else event.refund_id
    if reference is not None:
        yield _Change(_LOWER, (abs(event.cents), fact.position, reference))
        yield _Change(_DROP_EMPTY, (reference,))


_HANDLERS: Final[dict[type[Event], Callable[[BookedEvent, Any], Iterator[_Change]]]] = {
    RefundRequested: _refund_wanted,
    ExternalRefundFound: _refund_wanted,
    RefundSettled: _refund_done,
    ExternalRefundAllocated: _refund_done,
    RefundFailed: _refund_failed,
    ReturnedRefundSettled: _explained,
    ContributionSuspenseCleared: _explained,
    PayoutRequested: _payout_wanted,
    PayoutSent: _payout_gone,
    PayoutCancelled: _payout_gone,
    PayoutFailed: _payout_failed,
}
EVENTS: Final = frozenset(_HANDLERS)
"""What changes its rows."""


class SetAside:
    """The read model of what is set aside."""

    name = "set_aside"
    version = 1
    tables = ("set_aside",)
    ddl: LiteralString = _DDL

    def fold(self, batch: Sequence[BookedEvent]) -> Write:
        """Keep what a batch sets aside and sets free; the write applies it in the order of the log."""
        facts = [(_HANDLERS[type(fact.event)], fact) for fact in batch if type(fact.event) in _HANDLERS]
        changes = [change for handler, fact in facts for change in handler(fact, fact.event)]

        def write(connection: Connection[Any]) -> None:
            """Carry out the changes, one after the other: refunds and payouts are few."""
            for change in changes:
                connection.execute(change.statement, change.values)

        return write


def of_coop(connection: Connection[Any], coop_id: UUID) -> int:
    """Return what is set aside of a coop's online account now, in cents."""
    row = connection.execute("SELECT coalesce(sum(cents), 0)::bigint FROM set_aside WHERE coop_id = %s", (coop_id,))
    (cents,) = row.fetchone() or (0,)
    return int(cents)
