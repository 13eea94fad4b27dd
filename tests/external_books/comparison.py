"""At each date: every account beside another reader's, 512 beside the bank, 5801 beside what is under way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

from domain.calendar import french_date
from domain.chart_of_accounts import CHART, Account, Book
from domain.money import euros
from domain.recorded_event import RecordedEvent
from projections.journal import JournalRow, book_totals
from tests.external_books.bank import Bank
from tests.external_books.export import account_name, as_hledger, references
from tests.external_books.readers import Reader
from tests.projections.projected_ledger import ProjectedLedger

_CHEQUES: Final = ("campaign.failed_refund_repaid.1", "campaign.refund_paid_out_of_band.1")
_PAYOUT: Final = "compte en ligne"


class Books(NamedTuple):
    """Book C of a coop: its lines, what the bank calls them, and our own trial balance at each date."""

    rows: Sequence[JournalRow]
    pieces: dict[int, str]
    trial: Mapping[date, Mapping[str, int]]

    def journal(self) -> str:
        """The book as another program reads it."""
        return as_hledger(self.rows, self.pieces)


class Difference(NamedTuple):
    """One line of the reconciliation statement: what the statement of the bank has and 512 has not, or the reverse."""

    reference: str
    cents: int
    why: str
    payout: bool = False
    fault: bool = False


class Compared(NamedTuple):
    """What was found at one date: accounts by name with ours and theirs, the bank's balance and what explains 512."""

    day: date
    accounts: dict[str, tuple[int, int]]
    bank: int
    differences: tuple[Difference, ...]
    on_its_way: int

    @property
    def faults(self) -> list[str]:
        """What does not hold, each with its account and its date."""
        on = french_date(self.day)
        found = [
            f"{name}, au {on} : {euros(ours)} chez nous, {euros(theirs)} à la relecture"
            for name, (ours, theirs) in self.accounts.items()
            if ours != theirs
        ]
        found += [
            f"{account_name('bank')}, au {on} : {one.reference}, {one.why}" for one in self.differences if one.fault
        ]
        explained = self.bank - sum(one.cents for one in self.differences)
        if self.of(Account.BANK) != explained:
            found.append(f"{account_name('bank')}, au {on} : {euros(explained)} selon la banque")
        if self.of(Account.PAYOUT_TRANSFERS) != self.under_way:
            found.append(f"{account_name('payouts_5801')}, au {on} : {euros(self.under_way)} en route")
        return found

    @property
    def under_way(self) -> int:
        """What the provider and the bank have under way, and what the bank has that was not recognised yet."""
        return self.on_its_way + sum(one.cents for one in self.differences if one.payout)

    def of(self, account: Account) -> int:
        """What the other reader finds on an account."""
        return self.accounts[account_name(account)][1]


def books_of(ledger: ProjectedLedger, facts: Iterable[RecordedEvent], coop_id: UUID, dates: Iterable[date]) -> Books:
    """Read book C of a coop from the read models, which must be up to date."""
    rows = [
        JournalRow(*row)
        for row in ledger.rows(
            "SELECT position, leg, coop_id, campaign_id, class_code, account, book, debit, credit, paid_at, paid_on, "
            "period, late, recorded_at, topic, subject_id FROM journal WHERE coop_id = %s AND book = %s",
            coop_id,
            Book.COOP.value,
        )
    ]
    trial = {
        day: {
            account_name(total.account): total.debit - total.credit
            for total in book_totals(ledger.read, coop_id, Book.COOP, true_at=day)
        }
        for day in dates
    }
    return Books(rows, references(fact for fact in facts if fact.coop_id == coop_id), trial)


def compare(books: Books, bank: Bank, journal: Path, read: Reader) -> Iterator[Compared]:
    """Have the exported journal read at each date, and set it beside our own figures and the bank's."""
    for day, ours in books.trial.items():
        theirs = read(journal, day)
        names = [account_name(account) for account, line in CHART.items() if line.book is Book.COOP]
        accounts = {name: (ours.get(name, 0), theirs.get(name, 0)) for name in names}
        yield Compared(day, accounts, bank.balance(day), tuple(_reconcile(books, bank, day)), bank.on_its_way(day))


def _reconcile(books: Books, bank: Bank, day: date) -> Iterator[Difference]:
    """Name each line that stands on one side alone, by its reference; the same line with two amounts is a fault."""
    ledger: Counter[str] = Counter()
    topics: dict[str, str] = {}
    for row in books.rows:
        if row.account == Account.BANK and row.paid_on <= day:
            reference = books.pieces[row.position]
            ledger[reference] += row.debit - row.credit
            topics[reference] = row.topic
    on_the_statement = bank.by_reference(day)
    for reference in sorted({*ledger, *on_the_statement}):
        cents, label = on_the_statement.get(reference, (0, ""))
        rest = cents - ledger[reference]
        if not rest:
            continue
        if not ledger[reference]:
            payout = label.endswith(_PAYOUT)
            why = f"{label} : ligne pas encore rapprochée" if payout else f"{label} : étranger aux collectes"
            yield Difference(reference, rest, why, payout=payout)
        elif not label and topics[reference] in _CHEQUES:
            yield Difference(reference, rest, "Chèque à une famille : pas encore débité")
        else:
            written = f"{euros(ledger[reference])} au livre, {euros(cents)} au relevé"
            yield Difference(reference, rest, written, fault=True)
