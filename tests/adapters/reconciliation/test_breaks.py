"""Breaks and runs are kept for ever, and an object has one open break at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from adapters.connections import Lender
from adapters.reconciliation.breaks import BreakStore
from domain.reconciliation.breaks import Break, BreakState
from domain.reconciliation.expected import Direction
from domain.reconciliation.matching import Key, MatchState
from domain.reconciliation.run import ReconciliationRun
from domain.reconciliation.totals import Totals

NOW: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY: Final = timedelta(days=1)
SEEN: Final = Break(
    Key("acct_1", "po_1", Direction.OUT),
    MatchState.PROVIDER_ONLY,
    0,
    -500,
    "payout",
    NOW - DAY,
    NOW,
    NOW,
    BreakState.NEW,
)


def test_the_first_sight_of_a_break_stays_while_it_lasts(pool: Lender) -> None:
    book = BreakStore(pool)
    book.keep([SEEN])
    lasting = SEEN._replace(state=BreakState.PERSISTING, last_seen=NOW + DAY, provider_cents=-400)
    book.keep([lasting._replace(first_seen=NOW + DAY)])
    assert book.open("acct_1") == book.all() == [lasting]
    assert book.open("") == []


def test_a_resolved_break_is_kept_and_the_same_object_may_break_anew(pool: Lender) -> None:
    book = BreakStore(pool)
    book.keep([SEEN])
    gone = SEEN._replace(state=BreakState.RESOLVED, resolved_at=NOW + DAY)
    book.keep([gone])
    book.keep([gone])
    assert (book.open("acct_1"), book.all()) == ([], [gone])
    again = SEEN._replace(first_seen=NOW + 2 * DAY, last_seen=NOW + 2 * DAY)
    book.keep([again])
    assert (book.open("acct_1"), book.all()) == ([again], [gone, again])


@pytest.mark.parametrize("table", ["breaks", "crawls", "expected", "movements"])
def test_nobody_who_works_may_delete_what_was_found(pool: Lender, table: str) -> None:
    with pool.connection() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(SQL("DELETE FROM work.{}").format(Identifier(table)))


def test_a_crawl_once_kept_is_never_changed(pool: Lender) -> None:
    book = BreakStore(pool)
    whole = Totals(balance=10, movements=11, ledger=12, in_flight=-1, breaks=-1)
    first = ReconciliationRun("", NOW, NOW - 3 * DAY, 5, 4, steady=True, totals=whole)
    second = first._replace(ran_at=NOW + DAY, steady=False)
    for run in (first, second, first._replace(account="acct_1")):
        book.record_run(run)
    assert book.runs("") == [second, first]
    assert book.runs("", 1) == [second]
    with pool.connection() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("UPDATE work.crawls SET balance = 0")
