"""The bank of the year: what its statements say, and what the provider sent there, told apart from our ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from adapters.stripe_sandbox.bank.statement import BankAccount, Line, statement_of_month
from domain.calendar import add_months, first_of_month


@dataclass
class Bank:
    """One account, in the sandbox's statements; and what is on its way to it, or on its way back, by the provider."""

    account: BankAccount
    lines: list[Line] = field(default_factory=list)
    under_way: list[tuple[date, int]] = field(default_factory=list)
    """What left the provider (positive), was booked by the bank (negative), came back from it: by day."""

    def book(self, reference: str, on: date, cents: int, label: str) -> None:
        """Write a line on the statement."""
        self.lines.append(Line(reference=reference, booked_on=on, cents=cents, label=label, counterparty=""))

    def sent(self, on: date, cents: int) -> None:
        """The provider sends a payout, or has one back (negative)."""
        self.under_way.append((on, cents))

    def receive(self, reference: str, on: date, cents: int, label: str) -> None:
        """Book a payout of the provider, or its return (negative): it is not on its way any more."""
        self.book(reference, on, cents, label)
        self.under_way.append((on, -cents))

    def balance(self, on: date) -> int:
        """The closing balance of the statement of a day, whose month begins where the one before it ended."""
        first = first_of_month(min(line.booked_on for line in self.lines))
        closing = 0
        for month in _months(first, on):
            statement = statement_of_month(self.account, self.lines, month, until=on)
            if statement.opening != closing:
                raise AssertionError(statement.name)
            closing = statement.closing
        return closing

    def by_reference(self, on: date) -> dict[str, tuple[int, str]]:
        """Each line that was booked by a day: its cents and its label."""
        return {line.reference: (line.cents, line.label) for line in self.lines if line.booked_on <= on}

    def on_its_way(self, on: date) -> int:
        """What was between the provider and the bank at the end of a day."""
        return sum(cents for day, cents in self.under_way if day <= on)


def _months(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first = add_months(first, 1)
