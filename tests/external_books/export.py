"""Book C of a coop as a plain-text journal in hledger's format: one transaction an event, at its day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final
from uuid import UUID

from domain.chart_of_accounts import CHART, Account, Book
from domain.events import EVENT_TYPES
from domain.events.base import Event
from domain.recorded_event import RecordedEvent
from projections.journal import JournalRow

_LABELS: Final = {kind.TOPIC: kind.LABEL for kind in EVENT_TYPES}
_INDENT: Final = "    "


def account_name(account: str, class_code: str | None = None) -> str:
    """An account as a program of accounting reads it: its number and label, and the class below it."""
    line = CHART[Account(account)]
    return f"{line.number} {line.label}" + (f":{class_code}" if class_code else "")


def references(facts: Iterable[RecordedEvent]) -> dict[int, str]:
    """What the bank calls each event that moves account 512, by position; what has no name of its own has an id's."""
    return {fact.position: _reference(fact.event) for fact in facts}


def _reference(event: Event) -> str:
    named = getattr(event, "bank_line_id", None) or getattr(event, "reference", None)
    if named:
        return str(named)
    refund_id = getattr(event, "refund_id", None)
    return f"R-{refund_id.hex[:12].upper()}" if isinstance(refund_id, UUID) else ""


def as_hledger(rows: Iterable[JournalRow], pieces: dict[int, str]) -> str:
    """Write the lines of one book, in the order of the log, as hledger reads them."""
    lines = ["; Livre C, exporté du journal", "commodity 1000.00 EUR", ""]
    lines += [f"account {account_name(account)}" for account, line in CHART.items() if line.book is Book.COOP]
    known = sorted(rows, key=lambda row: (row.position, row.leg))
    lines += sorted({f"account {account_name(row.account, row.class_code)}" for row in known if row.class_code})
    for position, legs in groupby(known, key=lambda row: row.position):
        lines += ["", *_transaction(position, list(legs), pieces.get(position, ""))]
    return "\n".join(lines) + "\n"


def _transaction(position: int, legs: list[JournalRow], piece: str) -> Iterator[str]:
    first = legs[0]
    code = f"({piece}) " if piece else ""
    yield f"{first.paid_on.isoformat()} {code}{_LABELS[first.topic]}  ; position:{position}"
    for leg in legs:
        yield f"{_INDENT}{account_name(leg.account, leg.class_code)}  {_euros(leg.debit - leg.credit)}"


def _euros(cents: int) -> str:
    sign, whole = "-" if cents < 0 else "", abs(cents)
    return f"{sign}{whole // 100}.{whole % 100:02} EUR"
