"""The papers issued in each coop, as they were issued: statements of payouts, parts of vouchers, final recaps.

One row a paper, found by the ``position`` of its event. ``cents`` is what it adds to the bank, negative when it takes
away, ``cash`` what it adds to the cash box. ``names`` are the papers that it takes something back from. ``issued_at``
is UTC; ``printed`` is its content.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection

from domain.events.base import Event
from domain.events.papers.issued import PayoutStatementIssued, VoucherFinalized, VoucherIssued
from domain.papers.drafts import bank_change, cash_change
from domain.papers.references import part_reference, statement_reference, voucher_reference
from projections.base.read_model import BookedEvent, Write
from projections.base.rows import write_rows

_DDL: Final[LiteralString] = """
CREATE TABLE papers (
    position    bigint      PRIMARY KEY,
    coop_id     uuid        NOT NULL,
    paper       text        NOT NULL,
    kind        text        NOT NULL,
    campaign_id uuid,
    payout_id   uuid,
    exercise    int         NOT NULL,
    reference   text        NOT NULL,
    edition     int         NOT NULL,
    names       text        NOT NULL,
    piece_on    date        NOT NULL,
    issued_at   timestamptz NOT NULL,
    cents       bigint      NOT NULL,
    cash        bigint      NOT NULL,
    trigger     bigint      NOT NULL,
    template    int         NOT NULL,
    printed     text        NOT NULL
);
CREATE UNIQUE INDEX papers_by_reference ON papers (coop_id, reference, edition);
CREATE INDEX papers_by_campaign ON papers (campaign_id, position);
"""
_ADD: Final[LiteralString] = """
INSERT INTO papers (position, coop_id, paper, kind, campaign_id, payout_id, exercise, reference, edition, names,
                    piece_on, issued_at, cents, cash, trigger, template, printed)
SELECT * FROM unnest(%s::bigint[], %s::uuid[], %s::text[], %s::text[], %s::uuid[], %s::uuid[], %s::int[], %s::text[],
                     %s::int[], %s::text[], %s::date[], %s::timestamptz[], %s::bigint[], %s::bigint[], %s::bigint[],
                     %s::int[], %s::text[])
"""
STATEMENT: Final = "statement"
PART: Final = "part"
RECAP: Final = "final"


class PaperRow(NamedTuple):
    """One paper; ``paper`` says which of the three it is, ``edition`` is 0 but for recaps."""

    position: int
    coop_id: UUID
    paper: str
    kind: str
    campaign_id: UUID | None
    payout_id: UUID | None
    exercise: int
    reference: str
    edition: int
    names: str
    piece_on: date
    issued_at: datetime
    cents: int
    cash: int
    trigger: int
    template: int
    printed: str


def _statement(fact: BookedEvent, event: PayoutStatementIssued) -> PaperRow:
    return PaperRow(
        position=fact.position,
        coop_id=fact.stream_id,
        paper=STATEMENT,
        kind="return" if event.returns else "payout",
        campaign_id=None,
        payout_id=event.payout_id,
        exercise=event.exercise,
        reference=statement_reference(event.exercise, event.number),
        edition=0,
        names=event.returns,
        piece_on=event.piece_on,
        issued_at=event.at,
        cents=-event.cents if event.returns else event.cents,
        cash=0,
        trigger=event.trigger,
        template=event.template,
        printed=event.printed,
    )


def _part(fact: BookedEvent, event: VoucherIssued) -> PaperRow:
    return PaperRow(
        position=fact.position,
        coop_id=fact.stream_id,
        paper=PART,
        kind=event.kind,
        campaign_id=event.campaign_id,
        payout_id=event.payout_id,
        exercise=event.exercise,
        reference=part_reference(event.series, event.exercise, event.number, event.part),
        edition=0,
        names=", ".join(event.rectifies),
        piece_on=event.piece_on,
        issued_at=event.at,
        cents=bank_change(event.entry),
        cash=cash_change(event.entry),
        trigger=event.trigger,
        template=event.template,
        printed=event.printed,
    )


def _recap(fact: BookedEvent, event: VoucherFinalized) -> PaperRow:
    return PaperRow(
        position=fact.position,
        coop_id=fact.stream_id,
        paper=RECAP,
        kind="final",
        campaign_id=event.campaign_id,
        payout_id=None,
        exercise=event.exercise,
        reference=voucher_reference(event.exercise, event.number),
        edition=event.edition,
        names="",
        piece_on=event.piece_on,
        issued_at=event.at,
        cents=bank_change(event.entry),
        cash=cash_change(event.entry),
        trigger=event.trigger,
        template=event.template,
        printed=event.printed,
    )


_ROWS: Final[dict[type[Event], Callable[[BookedEvent, Any], PaperRow]]] = {
    PayoutStatementIssued: _statement,
    VoucherIssued: _part,
    VoucherFinalized: _recap,
}


class Papers:
    """The read model of papers."""

    name = "papers"
    version = 2
    tables = ("papers",)
    ddl: LiteralString = _DDL

    def fold(self, batch: Sequence[BookedEvent]) -> Write:
        """Keep a row of each paper issued."""
        rows = [_ROWS[type(fact.event)](fact, fact.event) for fact in batch if type(fact.event) in _ROWS]

        def write(connection: Connection[Any]) -> None:
            """Insert the papers that were issued."""
            write_rows(connection, _ADD, rows)

        return write
