"""The accounts that the simulated bank keeps: one for each IBAN a coop gave, with what its payouts wrote on it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Final, NamedTuple

from adapters.stripe_sandbox.bank.statement import BankAccount, Line, Statement, statement_of_month
from adapters.stripe_sandbox.connect.statements import StatementLine, statement_lines
from adapters.stripe_sandbox.french import first_of_month, next_month, paris_date
from adapters.stripe_sandbox.sandbox import Sandbox

PAYER: Final = "STRIPE"
# Source: ISO 20022 external codes of return reasons.
_REASONS: Final = {"account_closed": "AC04", "no_account": "AC01", "debit_not_authorized": "AG01"}
_UNSAID: Final = "MS03"


class Kept(NamedTuple):
    """An account with all its lines, in the order in which they were booked."""

    account: BankAccount
    lines: tuple[Line, ...]


def kept_accounts(sandbox: Sandbox) -> dict[str, Kept]:
    """Return the accounts by IBAN, in the order in which they were first given; the holder is the last one given."""
    holders: dict[str, str] = {}
    for identifier in sandbox.state.table("bank_account"):
        hidden = sandbox.state.hidden[identifier]
        holders[hidden["iban"]] = hidden["holder"] or ""
    lines: dict[str, list[Line]] = {iban: [] for iban in holders}
    for number, written in enumerate(statement_lines(sandbox), 1):
        lines[written.iban].append(_line(sandbox, written, number))
    return {iban: Kept(BankAccount(iban, holder), tuple(lines[iban])) for iban, holder in holders.items()}


def today(sandbox: Sandbox) -> date:
    """Return the day in Paris, by the virtual clock."""
    return paris_date(datetime.fromtimestamp(sandbox.now(), UTC))


def statements(kept: Kept, until: date) -> list[Statement]:
    """Return the statements of an account from its first movement to a day, newest first; one at least."""
    first = min([line.booked_on for line in kept.lines], default=until)
    return [statement_of_month(kept.account, kept.lines, month, until=until) for month in _months(first, until)][::-1]


def _months(first: date, last: date) -> Iterable[date]:
    """Give the first day of each month from one day to another."""
    month = first_of_month(first)
    while month <= last:
        yield month
        month = next_month(month)


def _line(sandbox: Sandbox, written: StatementLine, number: int) -> Line:
    """Read a line as a bank writes it; its number in the log makes a reference that never changes."""
    back = written.kind == "return"
    failure = sandbox.get("payout", written.payout_id)["failure_code"] if back else None
    return Line(
        reference=f"BQ{number:010d}",
        booked_on=written.booked_on,
        cents=written.cents,
        label=f"{'RETOUR ' if back else ''}VIR SEPA {PAYER} {written.reference}",
        counterparty=PAYER,
        end_to_end=written.trace,
        returned=_REASONS.get(failure or "", _UNSAID) if back else "",
    )
