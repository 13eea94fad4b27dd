"""CFONB 120: the statement as French banks send it, records of 120 characters.

Source: CFONB, « Relevé de compte sur support informatique », July 2004; its evolution for transfers of August 2007
gives the qualifiers of the complements (NPY the payer's name, RCN the client's reference, LCC the free label).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from adapters.stripe_sandbox.bank.statement import BankAccount, Line, Statement
from adapters.stripe_sandbox.bank.texts import plain_latin

_POSITIVE, _NEGATIVE = "{ABCDEFGHI", "}JKLMNOPQR"
_TRANSFER_RECEIVED, _TAKEN_BACK = "05", "99"  # virements reçus; annulations et régularisations
_DIGITS: Final = 13
_LABEL, _COMPLEMENT, _REFERENCE = 31, 70, 16


def write_cfonb120(statement: Statement) -> bytes:
    """Write a statement: old balance (01), movements (04) with their complements (05), new balance (07)."""
    return "".join(f"{record}\r\n" for record in _records(statement)).encode("ascii")


def _records(statement: Statement) -> Iterator[str]:
    """Give the records in order; the old balance is dated with the last day of the period before."""
    account = statement.account
    before = date.fromordinal(statement.first_day.toordinal() - 1)
    yield _balance("01", account, before, statement.opening)
    for number, line in enumerate(statement.lines, 1):
        yield _movement(account, line, number)
        for qualifier, text in _complements(line):
            yield f"{_head('05', account)}{_code(line)}{_day(line.booked_on)}{'':5}{qualifier}{text:<70}{'':2}"
    yield _balance("07", account, statement.last_day, statement.closing)


def _head(record: str, account: BankAccount) -> str:
    """Write positions 1 to 32: record, bank, internal code, branch, currency, decimals, number."""
    return f"{record}{account.bank}{'':4}{account.branch}EUR2{'':1}{account.number}"


def _balance(record: str, account: BankAccount, day: date, cents: int) -> str:
    """Write a balance at the end of a day."""
    return f"{_head(record, account)}{'':2}{_day(day)}{'':50}{signed_amount(cents)}{'':16}"


def _movement(account: BankAccount, line: Line, number: int) -> str:
    """Write a movement: its codes, days of booking and value, label, number, amount and reference."""
    days = f"{_day(line.booked_on)}{'':2}{_day(line.booked_on)}"
    label = plain_latin(line.label, _LABEL).upper()
    reference = plain_latin(line.reference, _REFERENCE)
    return (
        f"{_head('04', account)}{_code(line)}{days}{label:<31}{'':2}{number:07d}{'':2}"
        f"{signed_amount(line.cents)}{reference:<16}"
    )


def _complements(line: Line) -> Iterator[tuple[str, str]]:
    """Give the qualifier and text of each complement that says something."""
    texts = {"LCC": line.label, "NPY": line.counterparty, "RCN": line.end_to_end}
    for qualifier, text in texts.items():
        written = plain_latin(text, _COMPLEMENT)
        if written:
            yield qualifier, written


def _code(line: Line) -> str:
    """Choose the interbank code of the operation."""
    return _TAKEN_BACK if line.returned else _TRANSFER_RECEIVED


def _day(day: date) -> str:
    """Write a day as JJMMAA."""
    return f"{day:%d%m%y}"


def signed_amount(cents: int) -> str:
    """Write an amount in 14 characters; the last one holds both the last digit and the sign."""
    digits = f"{abs(cents):0{_DIGITS + 1}d}"
    return digits[:-1] + (_NEGATIVE if cents < 0 else _POSITIVE)[int(digits[-1])]
