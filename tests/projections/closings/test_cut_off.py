"""The cut-off of a year in the tables: a period of its own, no figure of families changes, a rebuild is the same."""

from __future__ import annotations

from datetime import date

import pytest

from domain.calendar import add_months, paris_noon
from domain.chart_of_accounts import Book
from projections import class_balances, journal
from projections.engine.live import LedgerSchemas
from projections.engine.rebuild import rebuild
from tests.projections.history import PRICE, History
from tests.projections.projected_ledger import LOG, READ, projected
from tests.projections.whole_log import run_checks

AUGUST, SEPTEMBER = date(2025, 8, 31), date(2025, 9, 1)


@pytest.mark.parametrize("september_first", [False, True])
def test_the_entries_of_a_year_stand_in_no_month_but_that_of_1_september(
    database: str, *, september_first: bool
) -> None:
    """Also when September was closed before the year: an inventory entry is never late."""
    history = History()
    coop_id = history.coop()
    campaign_id = history.campaign(coop_id, valid=(SEPTEMBER, date(2026, 8, 31)))
    history.pay(campaign_id, history.place(campaign_id, "CP"))
    history.now = paris_noon(date(2025, 10, 12))
    for number in range(13 if september_first else 12):
        history.close_month(coop_id, add_months(date(2024, 9, 1), number))
    history.close(coop_id, "year", date(2024, 9, 1), deferring_since=2024)
    with projected(database, history.facts) as ledger:
        ledger.catch_up()
        assert ledger.rows(
            "SELECT topic, account, debit, credit, class_code, campaign_id, paid_on, period, late FROM journal"
            " WHERE topic LIKE 'coop.%' ORDER BY position, leg"
        ) == [
            ("coop.income_deferred.1", "contributions", PRICE, 0, "CP", campaign_id, AUGUST, AUGUST, False),
            ("coop.income_deferred.1", "deferred", 0, PRICE, "CP", campaign_id, AUGUST, AUGUST, False),
            (
                "coop.deferred_income_released.1",
                "contributions",
                0,
                PRICE,
                "CP",
                campaign_id,
                SEPTEMBER,
                SEPTEMBER,
                False,
            ),
            ("coop.deferred_income_released.1", "deferred", PRICE, 0, "CP", campaign_id, SEPTEMBER, SEPTEMBER, False),
        ]
        assert [
            journal.deferred_on(ledger.read, (coop_id,), day)[coop_id] for day in (date(2025, 8, 30), AUGUST, SEPTEMBER)
        ] == [*(0, PRICE, 0)]
        income = {}
        for name, first, last in (
            ("months", date(2024, 9, 1), date(2025, 8, 1)),
            ("exercise", date(2024, 9, 1), AUGUST),
            ("next", SEPTEMBER, date(2026, 8, 31)),
        ):
            totals = journal.book_totals(ledger.read, coop_id, Book.COOP, first=first, last=last)
            income[name] = sum(total.credit - total.debit for total in totals if total.account == "contributions")
        assert income == {"months": PRICE, "exercise": 0, "next": PRICE}
        (sheet,) = class_balances.of_campaign(ledger.read, campaign_id)
        assert (sheet.received, sheet.balance, sheet.participants) == (PRICE, PRICE, 1)
        assert run_checks(ledger.read, LOG, READ) == ()
        report = rebuild(ledger.log, ledger.read, LedgerSchemas(LOG, READ), batch_size=7)
        assert (report.swapped, report.differing) == (True, ())
