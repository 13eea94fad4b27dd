"""A closing is read as it was stored, and what came in after it leads from its balance to what was true on its day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from domain.calendar import add_months, end_of_month, paris_noon
from domain.chart_of_accounts import Book
from domain.closings.periods import PeriodKind
from domain.events.closings.period import PeriodClosed
from projections import journal
from projections.closings import closed_periods
from tests.projections.history import PRICE, History
from tests.projections.projected_ledger import LOG, READ, projected
from tests.projections.whole_log import run_checks

MONTHS = [add_months(date(2024, 9, 1), number) for number in range(12)]
YEAR = MONTHS[0]


def at(day: date) -> datetime:
    """Noon of a day in Paris."""
    return paris_noon(day)


def test_closings_are_listed_as_their_events_say_months_before_their_year(database: str) -> None:
    history = History()
    coop_id, other = history.coop(), history.coop("Coopérative des Roses")
    campaign_id = history.campaign(coop_id)
    for month in MONTHS:
        history.pay(campaign_id, history.place(campaign_id, "CP"), paid_at=at(month + timedelta(days=9)))
        history.now = at(add_months(month, 1) + timedelta(days=9))
        history.close_month(coop_id, month)
    history.close(coop_id, "year", YEAR)
    history.close_month(other, YEAR)
    with projected(database, history.facts) as ledger:
        ledger.catch_up()
        rows = closed_periods.of_coop(ledger.read, coop_id)
        assert [row.event.first_day for row in rows] == [*MONTHS, YEAR]
        stored = {fact.position: fact.event for fact in history.facts if isinstance(fact.event, PeriodClosed)}
        assert all(row.event == stored[row.position] for row in rows)
        year = closed_periods.of_periods(ledger.read, PeriodKind.YEAR, [(coop_id, YEAR)])[coop_id, YEAR]
        assert year is not None
        assert year.event.boxes.receipts == 12 * PRICE
        assert closed_periods.of_periods(ledger.read, PeriodKind.YEAR, [(other, YEAR)]) == {}
        assert run_checks(ledger.read, LOG, READ) == ()


def test_a_year_whose_tables_say_something_else_is_found(database: str) -> None:
    history = History()
    coop_id = history.coop()
    for month in MONTHS:
        history.now = at(add_months(month, 1) + timedelta(days=9))
        history.close_month(coop_id, month)
    history.close(coop_id, "year", YEAR)
    wrong = history.facts[-1]
    assert isinstance(wrong.event, PeriodClosed)
    boxes = type(wrong.event.boxes)(opening=0, receipts=5_000_000, disbursements=0, transfers=0, closing=5_000_000)
    event = PeriodClosed(
        **{name: getattr(wrong.event, name) for name in wrong.event.__struct_fields__} | {"boxes": boxes}
    )
    with projected(database, [*history.facts[:-1], wrong._replace(event=event)]) as ledger:
        ledger.catch_up()
        (finding,) = run_checks(ledger.read, LOG, READ)
        assert (finding.coop_id, finding.position) == (coop_id, wrong.position)


def test_a_closed_balance_and_the_facts_known_later_are_what_was_true_on_its_last_day(database: str) -> None:
    """67,00 € when it was closed, 91,00 € as is known today: the two clocks differ by the later facts, one by one."""
    history = History()
    coop_id = history.coop()
    campaign_id = history.campaign(coop_id)
    history.pay(campaign_id, history.place(campaign_id, "CP"), paid_at=at(date(2024, 9, 10)))
    late = [history.place(campaign_id, "CE1") for _ in range(3)]
    history.now = at(date(2024, 10, 10))
    history.close_month(coop_id, MONTHS[0])
    history.pay(campaign_id, late[0], paid_at=at(date(2024, 9, 28)))
    history.pay(campaign_id, late[1], paid_at=at(date(2024, 10, 3)))
    history.now = at(date(2024, 11, 10))
    history.close_month(coop_id, MONTHS[1])
    history.pay(campaign_id, late[2], paid_at=at(date(2024, 9, 29)))
    with projected(database, history.facts) as ledger:
        ledger.catch_up()
        found = []
        for month in MONTHS[:2]:
            closing = closed_periods.of_periods(ledger.read, PeriodKind.MONTH, [(coop_id, month)]).get((coop_id, month))
            assert closing is not None
            later = sum(
                leg.debit - leg.credit for leg in journal.later_lines(ledger.read, [(coop_id, month)])[coop_id, month]
            )
            totals = journal.book_totals(ledger.read, coop_id, Book.COOP, true_at=end_of_month(month))
            true = sum(total.debit - total.credit for total in totals if total.account == "online")
            assert closing.event.boxes.closing + later == true
            found.append((closing.event.boxes.closing, later))
        assert found == [(PRICE, 2 * PRICE), (3 * PRICE, PRICE)]
