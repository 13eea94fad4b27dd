"""The statement of an account over a month: typed lines between two balances; a month begins where another ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from adapters.stripe_sandbox.french import end_of_month, first_of_month

_COUNTRY_AND_KEY = 4
_FRENCH_LENGTH = 27
_BANK, _BRANCH, _ACCOUNT = slice(4, 9), slice(9, 14), slice(14, 25)


@dataclass(frozen=True, slots=True)
class Line:
    """A movement of an account. ``cents`` is positive for a credit.

    ``reference`` is the bank's own, unique in the account. ``label`` is what a person reads, ``end_to_end`` the
    payer's reference that travels with a transfer. ``returned`` is the ISO 20022 code of the reason (``AC04``: account
    closed) when the line takes back an earlier credit.
    """

    reference: str
    booked_on: date
    cents: int
    label: str
    counterparty: str
    end_to_end: str = ""
    returned: str = ""


@dataclass(frozen=True, slots=True)
class BankAccount:
    """An account of the simulated bank: whose it is and its French IBAN, without spaces."""

    iban: str
    holder: str

    def __post_init__(self) -> None:
        """Refuse what the formats of French banks cannot hold.

        Raises:
            ValueError: not a French IBAN.
        """
        if len(self.iban) != _FRENCH_LENGTH or not self.iban.startswith("FR") or not self.iban.isalnum():
            raise ValueError("A French IBAN has FR, two digits and 23 letters or digits.")

    @property
    def bank(self) -> str:
        """The code of the bank: five characters."""
        return self.iban[_BANK]

    @property
    def branch(self) -> str:
        """The code of the branch: five characters."""
        return self.iban[_BRANCH]

    @property
    def number(self) -> str:
        """The number of the account in its branch: eleven characters."""
        return self.iban[_ACCOUNT]

    @property
    def key(self) -> str:
        """The two digits that check the other three."""
        return self.iban[_ACCOUNT.stop :]

    @property
    def iban_spaced(self) -> str:
        """The IBAN as it is printed, in groups of four."""
        groups = range(0, len(self.iban), _COUNTRY_AND_KEY)
        return " ".join(self.iban[start : start + _COUNTRY_AND_KEY] for start in groups)


@dataclass(frozen=True, slots=True)
class Statement:
    """What happened on an account from one day to another, both included. ``opening`` is in cents."""

    account: BankAccount
    first_day: date
    last_day: date
    opening: int
    lines: tuple[Line, ...]

    @property
    def closing(self) -> int:
        """The balance at the end of the last day, in cents."""
        return self.opening + sum(line.cents for line in self.lines)

    @property
    def number(self) -> int:
        """The number of the statement: its year and month, ``202611``."""
        return self.first_day.year * 100 + self.first_day.month

    @property
    def name(self) -> str:
        """How its files are called, without the ending: ``releve-FR76…-2026-11``."""
        return f"releve-{self.account.iban}-{self.first_day:%Y-%m}"

    def balances(self) -> list[int]:
        """Return the balance after each line, in cents."""
        return list(accumulate((line.cents for line in self.lines), initial=self.opening))[1:]


def statement_of_month(
    account: BankAccount, lines: Iterable[Line], month: date, *, until: date | None = None
) -> Statement:
    """Make the statement of the month of a day from all the lines of the account; its first balance ever is zero.

    A month that is not over ends with ``until``. Lines of one day keep the order in which they were given.
    """
    first, last = first_of_month(month), end_of_month(month)
    last = last if until is None else max(first, min(last, until))
    ordered = sorted(lines, key=lambda line: line.booked_on)
    opening = sum(line.cents for line in ordered if line.booked_on < first)
    return Statement(account, first, last, opening, tuple(line for line in ordered if first <= line.booked_on <= last))
