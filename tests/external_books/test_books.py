"""Book C of a school year as others read it: every account, the bank's statement, what is under way; and one lie."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest

from adapters.local_postgres import LocalPostgres
from domain.chart_of_accounts import Account
from domain.events.bank import BankLineMatched, BankReturnMatched
from domain.events.by_hand.cash import CashDeposited
from domain.events.closings.period import PeriodClosed
from domain.events.contribution import CashReceived, PaymentCaptured
from domain.events.dispute import DisputeOpened
from domain.events.external import ExternalPaymentRecorded
from domain.events.payout import PayoutPaid, PayoutRequested, PayoutReturned, PayoutSent
from tests.external_books.bank import Bank
from tests.external_books.comparison import Books, Compared, books_of, compare
from tests.external_books.printed import printed
from tests.external_books.readers import Reader, by_hledger, by_ourselves
from tests.external_books.year import DATES, Year
from tests.kit.databases import fresh_database
from tests.projections.projected_ledger import projected

HLEDGER: Final = shutil.which("hledger")
QUARTER, _, END_OF_YEAR, AFTER = DATES


@pytest.fixture(scope="module")
def year() -> Year:
    """The year, played once."""
    return Year().play()


@pytest.fixture(scope="module")
def books(year: Year, postgres: LocalPostgres) -> Iterator[Books]:
    """Its book C, and our trial balance at the four dates."""
    with fresh_database(postgres) as database, projected(database, year.history.facts) as ledger:
        ledger.catch_up()
        yield books_of(ledger, year.history.facts, year.coop_id, DATES)


def compared(books: Books, bank: Bank, folder: Path, read: Reader = by_ourselves) -> list[Compared]:
    """Export the book, and compare what a reader finds in it."""
    journal = folder / "book-c.journal"
    journal.write_text(books.journal(), encoding="utf-8")
    return list(compare(books, bank, journal, read))


def readers() -> list[Reader]:
    """Ours, and hledger where it is."""
    return [by_ourselves, *([by_hledger(HLEDGER)] if HLEDGER else [])]


def faults(found: list[Compared]) -> list[str]:
    """All that does not hold."""
    return [fault for one in found for fault in one.faults]


def test_the_year_has_every_case_that_an_accountant_asks_about(year: Year) -> None:
    events = [fact.event for fact in year.history.facts]
    contents = [
        {item.contribution_id for item in event.content} for event in events if isinstance(event, PayoutRequested)
    ]
    campaign_of: dict[UUID | None, UUID] = {
        fact.event.contribution_id: fact.stream_id
        for fact in year.history.facts
        if isinstance(fact.event, PaymentCaptured)
    }
    assert any(len({campaign_of.get(one) for one in content} - {None}) == 2 for content in contents)
    sent = {event.payout_id: event.sent_at.date() for event in events if isinstance(event, PayoutSent)}
    lines = {event.payout_id: event.booked_on for event in events if isinstance(event, BankLineMatched)}
    assert any(sent[payout_id] <= date(2025, 8, 31) < lines[payout_id] for payout_id in lines)
    order = [type(event) for event in events]
    assert order.index(PayoutPaid) < order.index(DisputeOpened)
    for kind in (PayoutReturned, BankReturnMatched, CashReceived, CashDeposited, ExternalPaymentRecorded):
        assert kind in order
    closed = [event.kind for event in events if isinstance(event, PeriodClosed)]
    assert (closed.count("month"), closed.count("year")) == (12, 1)


@pytest.mark.parametrize("read", readers())
def test_every_account_is_what_a_reader_of_the_export_finds_at_each_date(
    read: Reader, books: Books, year: Year, tmp_path: Path
) -> None:
    found = compared(books, year.bank, tmp_path, read)
    assert faults(found) == []
    assert [one.day for one in found] == list(DATES)
    # By hand: cards 35 + 3 × 20 + 2 × 6,67 + 4 × 20, cash 3 × 20; payouts 101,67 at the bank and 25 under way.
    first = {name.partition(" ")[0]: cents for name, (_, cents) in found[0].accounts.items() if cents}
    assert first == {"5171": 26_67, "5172": 35_00, "5801": 25_00, "512": 141_67, "530": 20_00, "7561": -248_34}
    assert printed(found, "hledger").endswith("Livre C relu par hledger : aucun écart sur 52 soldes à 4 dates.")


def test_512_is_the_banks_balance_and_the_lines_that_explain_it_and_5801_what_is_under_way(
    books: Books, year: Year, tmp_path: Path
) -> None:
    found = {one.day: one for one in compared(books, year.bank, tmp_path)}
    said = {day: [(line.reference[:5], line.cents) for line in one.differences] for day, one in found.items()}
    assert said[QUARTER] == []
    assert [cents for _, cents in said[END_OF_YEAR]] == [-450, 800, 20_000]
    assert [line.why for line in found[AFTER].differences if line.payout] == [
        "Virement reçu, compte en ligne : ligne pas encore rapprochée"
    ]
    assert {day: one.on_its_way for day, one in found.items()} == dict(
        zip(DATES, (2_500, 6_867, 2_000, 0), strict=True)
    )
    assert found[AFTER].of(Account.PAYOUT_TRANSFERS) == 2_000


@pytest.mark.parametrize("read", readers())
def test_one_posting_that_was_changed_is_found_with_its_account_and_its_date(
    read: Reader, books: Books, year: Year, tmp_path: Path
) -> None:
    """A line of 3 March 2025 goes to another account in the exported book: it is seen from 31 March on."""
    lied = next(row for row in books.rows if row.account == Account.CONTRIBUTIONS and row.paid_on == date(2025, 3, 3))
    changed = [
        row._replace(account=Account.OTHER_INCOME, class_code=None) if row == lied else row for row in books.rows
    ]
    found = compared(books._replace(rows=changed), year.bank, tmp_path, read)
    assert [(len(one.faults), one.day) for one in found] == [(0, QUARTER), *((2, day) for day in DATES[1:])]
    income, other = found[1].faults
    assert income.startswith("7561 Contributions volontaires des familles, au 31 mars 2025")
    assert other.startswith("758 Produits divers de gestion, au 31 mars 2025")
    assert "FAUX : 7561 Contributions volontaires des familles, au 31 mars 2025" in printed(found, "un autre")


def test_an_amount_at_the_bank_that_is_not_the_statements_is_found_by_the_line_it_stands_on(
    books: Books, year: Year, tmp_path: Path
) -> None:
    lied = next(row for row in books.rows if row.account == Account.BANK and row.paid_on == date(2025, 1, 2))
    changed = [row._replace(debit=row.debit + 1) if row == lied else row for row in books.rows]
    found = compared(books._replace(rows=changed), year.bank, tmp_path)
    assert any("512 Banque, au 31 mars 2025 : VIR-" in fault and "au livre" in fault for fault in faults(found))


def test_a_line_of_the_bank_that_nobody_told_is_named_in_the_statement_of_reconciliation(
    books: Books, tmp_path: Path
) -> None:
    year = Year().play()
    year.bank.book("INCONNU", date(2025, 3, 1), -7_000, "Prélèvement inconnu")
    march = compared(books, year.bank, tmp_path)[1]
    assert ("INCONNU", -7_000) in [(line.reference, line.cents) for line in march.differences]
