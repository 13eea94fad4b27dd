"""CSV: the statement as a spreadsheet in French opens it, with both balances as its first and last rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Final

from adapters.stripe_sandbox.bank.statement import Statement
from adapters.stripe_sandbox.french import plain_euros

HEADER: Final = ("Date", "Libellé", "Contrepartie", "Référence", "Référence de bout en bout", "Montant", "Solde")


def write_csv(statement: Statement) -> bytes:
    """Write a statement: UTF-8 with a mark, semicolons, decimal commas; negative amounts with a hyphen."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows(_rows(statement))
    return text.getvalue().encode("utf-8-sig")


def _rows(statement: Statement) -> Iterator[tuple[str, ...]]:
    """Give the opening balance, the movements with the balance after each, and the closing balance."""
    yield (_day(statement.first_day), "Solde d’ouverture", "", "", "", "", plain_euros(statement.opening))
    for line, balance in zip(statement.lines, statement.balances(), strict=True):
        texts = (line.label, line.counterparty, line.reference, line.end_to_end)
        yield (_day(line.booked_on), *map(_inert, texts), plain_euros(line.cents), plain_euros(balance))
    yield (_day(statement.last_day), "Solde de clôture", "", "", "", "", plain_euros(statement.closing))


def _inert(text: str) -> str:
    """Keep a text from being read as a formula: descriptors come from outside."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _day(day: date) -> str:
    """Write a day as JJ/MM/AAAA."""
    return f"{day:%d/%m/%Y}"
