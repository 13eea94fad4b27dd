"""The journal holds every posting, refuses what does not balance, and is never changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest

from domain.calendar import paris_date, paris_noon
from domain.chart_of_accounts import Account, Book, book_of
from domain.journal import MONEY_EVENTS, postings
from projections import journal
from tests.projections.history import PRICE, History
from tests.projections.projected_ledger import ProjectedLedger, append, projected

INSERT = """
INSERT INTO journal SELECT %s, leg, gen_random_uuid(), NULL, NULL, 'bank', 'C', debit, credit, now(), current_date,
    current_date, false, now(), 'coop.test.1', NULL
FROM (VALUES (1, 100, 0), (2, 0, %s)) AS legs (leg, debit, credit)
"""


def test_the_history_holds_every_kind_of_event_that_moves_money(year: History) -> None:
    assert {type(fact.event) for fact in year.facts} >= MONEY_EVENTS


def test_each_event_has_the_rows_of_its_postings(ledger: ProjectedLedger, year: History) -> None:
    ledger.catch_up()
    rows = ledger.rows(
        "SELECT position, leg, coop_id, campaign_id, class_code, account, book, debit, credit, paid_at, paid_on,"
        " recorded_at, topic, subject_id FROM journal ORDER BY position, leg"
    )
    expected: list[tuple[Any, ...]] = []
    for fact in year.facts:
        event = fact.event
        own_campaign = fact.stream_id if event.TOPIC.startswith("campaign.") else None
        paid_at = event.happened_at if event.entered is None else paris_noon(event.entered)
        clocks = (paid_at, paris_date(paid_at), fact.recorded_at)
        for leg, (account, debit, credit, class_code, campaign_id) in enumerate(postings(event), start=1):
            owner = (fact.position, leg, fact.coop_id or fact.stream_id, campaign_id or own_campaign, class_code)
            amounts = (account.value, book_of(account).value, debit, credit)
            expected.append((*owner, *amounts, *clocks, event.TOPIC, event.subject_id))
    assert rows == expected


def test_rows_that_do_not_balance_are_refused_at_commit(ledger: ProjectedLedger) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="event 7 does not balance in book C") as refusal:  # noqa: SIM117, PT012
        with ledger.read.transaction():
            ledger.read.execute(INSERT, (7, 99))
            assert ledger.rows("SELECT count(*) FROM journal") == [(2,)]
    assert refusal.value.diag.constraint_name == "journal_balanced"
    assert ledger.rows("SELECT count(*) FROM journal") == [(0,)]


def test_one_row_that_does_not_balance_is_found_among_many(ledger: ProjectedLedger) -> None:
    ledger.catch_up()
    with pytest.raises(psycopg.errors.CheckViolation, match="event 100003 "), ledger.read.transaction():  # noqa: PT012
        for position in (100_004, 100_001, 100_002):
            ledger.read.execute(INSERT, (position, 100))
        ledger.read.execute(INSERT, (100_003, 101))


def test_a_check_made_early_covers_no_row_added_after_it(ledger: ProjectedLedger) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="event 8 "), ledger.read.transaction():  # noqa: PT012
        ledger.read.execute(INSERT, (7, 100))
        ledger.read.execute("SET CONSTRAINTS ALL IMMEDIATE")
        ledger.read.execute(INSERT, (8, 99))


@pytest.mark.parametrize("statement", ["UPDATE journal SET debit = 0", "DELETE FROM journal", "TRUNCATE journal"])
def test_a_row_is_never_changed_nor_removed(ledger: ProjectedLedger, statement: str) -> None:
    ledger.catch_up()
    with pytest.raises(psycopg.DatabaseError, match="append-only"):
        ledger.read.execute(statement.encode())


@contextmanager
def closed_september(database: str) -> Iterator[tuple[ProjectedLedger, History, Any, Any]]:
    """A coop that was paid on 20 September, whose September is closed."""
    history = History()
    coop_id = history.coop()
    campaign_id = history.campaign(coop_id)
    history.pay(campaign_id, history.place(campaign_id, "CP"), paid_at=datetime(2024, 9, 20, 12, tzinfo=UTC))
    history.now = datetime(2024, 10, 4, 6, tzinfo=UTC)
    history.close_month(coop_id, date(2024, 9, 1))
    with projected(database, history.forget()) as ledger:
        yield ledger, history, coop_id, campaign_id


@pytest.mark.parametrize("read_before", [True, False])
def test_a_payment_that_comes_in_after_its_month_was_closed_counts_in_the_next(
    database: str, *, read_before: bool
) -> None:
    with closed_september(database) as (ledger, history, coop_id, campaign_id):
        if read_before:
            ledger.catch_up()
        history.pay(campaign_id, history.place(campaign_id, "CE1"), paid_at=datetime(2024, 9, 29, 12, tzinfo=UTC))
        append(database, history.facts)
        ledger.catch_up()
        september, october = date(2024, 9, 1), date(2024, 10, 1)
        lines = journal.online_lines(ledger.read, [(coop_id, september), (coop_id, october)])
        assert [(row.debit, row.late) for row in lines[coop_id, september]] == [(PRICE, False)]
        (late,) = lines[coop_id, october]
        assert (late.late, late.paid_on, late.period, late.debit) == (True, date(2024, 9, 29), october, PRICE)
        assert journal.closed_months(ledger.read) == [(coop_id, date(2024, 9, 30))]


def test_the_journal_of_a_coop_holds_every_leg_of_its_events_once(ledger: ProjectedLedger, year: History) -> None:
    ledger.catch_up()
    coop_id = next(fact.stream_id for fact in year.facts if fact.event.TOPIC == "coop.registered.1")
    read = ledger.rows("SELECT DISTINCT position, leg FROM journal WHERE coop_id = %s", coop_id)
    assert len(read) == sum(len(postings(fact.event)) for fact in year.facts if fact.coop_id == coop_id)


def test_totals_tell_what_was_true_on_a_day_as_known_at_an_instant(database: str) -> None:
    with closed_september(database) as (ledger, history, coop_id, campaign_id):
        first_known = history.now
        history.pay(campaign_id, history.place(campaign_id, "CE1"), paid_at=datetime(2024, 9, 29, 12, tzinfo=UTC))
        append(database, history.facts)
        ledger.catch_up()

        def online(**clocks: Any) -> int:  # noqa: ANN401 - handed on
            totals = journal.book_totals(ledger.read, coop_id, Book.COOP, **clocks)
            return sum(total.debit - total.credit for total in totals if total.account == Account.ONLINE)

        assert online() == 2 * PRICE
        assert online(true_at=date(2024, 9, 28)) == PRICE
        assert online(known_at=first_known) == PRICE
        assert online(true_at=date(2024, 9, 30), known_at=history.now) == 2 * PRICE
        assert online(first=date(2024, 10, 1), last=date(2024, 10, 1)) == PRICE
