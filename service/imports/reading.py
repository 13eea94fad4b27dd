"""Reading the file of an import, in a process with limits, and setting apart the lines that no campaign can take."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from msgspec import structs

from adapters.imports import LineError, ParsedFile, PaymentRow, parse_payments
from adapters.imports.rows import MAX_BYTES, MEANS_NOT_IMPORTED, ONLY_THESE, TAKEN
from adapters.processes import Limits, processes
from domain.calendar import french_date
from service.imports.row_ids import paid_day

WORKBOOK: Final = Limits(seconds=180, cpu_seconds=120, memory=2 << 30)
"""What reading a file of payments may take: 50,000 lines of a workbook take some tens of seconds."""


class Bounds(NamedTuple):
    """What a campaign takes: the coop's classes of its year, the earliest day, whether its form asks for a class."""

    classes: tuple[str, ...]
    first_day: date
    class_asked: bool


def read_file(source: Path | bytes, phone_region: str, bounds: Bounds) -> ParsedFile:
    """Read a file of payments.

    Raises:
        FileRefused: the file as a whole cannot be read.
        LimitExceeded: reading it takes more time or memory than a file of payments needs.

    """
    return processes().run(WORKBOOK, parse_payments, _read(source), phone_region, bounds.classes, bounds.class_asked)


def _read(source: Path | bytes) -> bytes:
    """Read a file, no further than one byte above what the parser accepts."""
    if isinstance(source, bytes):
        return source
    with source.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def without_lines(parsed: ParsedFile, lines: Collection[int]) -> ParsedFile:
    """Leave some lines out of all that was read."""
    if not lines:
        return parsed
    return structs.replace(
        parsed,
        rows=tuple(row for row in parsed.rows if row.line not in lines),
        mentions=tuple(one for one in parsed.mentions if one.line not in lines),
        errors=_others(parsed.errors, lines),
        ignored=_others(parsed.ignored, lines),
        doubtful=_others(parsed.doubtful, lines),
    )


def _others(notes: Iterable[LineError], lines: Collection[int]) -> tuple[LineError, ...]:
    return tuple(note for note in notes if note.line not in lines)


def sort(parsed: ParsedFile, first_day: date, today: date) -> tuple[list[PaymentRow], tuple[LineError, ...]]:
    """Set apart the rows that cannot be taken over; all refused lines come in the order of the file."""
    refusals = [(row, _refusal(row, first_day, today)) for row in parsed.rows]
    accepted = [row for row, refusal in refusals if refusal is None]
    refused = [*parsed.errors, *(refusal for _, refusal in refusals if refusal is not None)]
    return accepted, tuple(sorted(refused, key=lambda error: error.line))


def _refusal(row: PaymentRow, first_day: date, today: date) -> LineError | None:
    """Say why a readable row cannot become a contribution: other means than card or cash, or an impossible day."""
    if row.means not in TAKEN:
        return LineError(row.line, "Moyen de paiement", MEANS_NOT_IMPORTED, ONLY_THESE)
    if paid_day(row) > today:
        return LineError(row.line, "Date de paiement", "date-to-come", "date de paiement dans le futur")
    if paid_day(row) < first_day:
        french = f"date de paiement antérieure au {french_date(first_day)}"
        return LineError(row.line, "Date de paiement", "date-too-old", french)
    return None
