"""From the bytes of a file to its rows: workbook or CSV, then the export that its titles belong to."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from adapters.fields import FRANCE
from adapters.imports import assoconnect, helloasso
from adapters.imports.csv_file import read_csv
from adapters.imports.errors import ColumnsMissing, FileTooLarge
from adapters.imports.headers import HEADER_DEPTH, best_row, match_header
from adapters.imports.rows import MAX_BYTES, ParsedFile
from adapters.imports.xlsx_file import XLSX_SIGNATURE, read_xlsx

_ASSOCONNECT: Final = frozenset(name for synonyms in assoconnect.TITLES.values() for name in synonyms)
_HELLOASSO: Final = frozenset(name for synonyms in helloasso.TITLES.values() for name in synonyms)


def parse_payments(data: bytes, phone_region: str = FRANCE, known_classes: Collection[str] = ()) -> ParsedFile:
    """Read a payments file of a known platform; the file's name and declared type count for nothing.

    ``known_classes`` are the codes of the coop's list, where it has one.

    Raises:
        FileRefused: one of its subclasses, when the file as a whole cannot be read. A line that cannot be read
            is in ``ParsedFile.errors`` instead.

    """
    if len(data) > MAX_BYTES:
        raise FileTooLarge(size=len(data))
    read = read_xlsx if data.startswith(XLSX_SIGNATURE) else read_csv
    rows = read(data, _ASSOCONNECT | _HELLOASSO)
    # Both exports name their columns in the first lines; the one with more of its own titles there is the one.
    helloasso_titles, helloasso_row = best_row(rows[:HEADER_DEPTH], _HELLOASSO)
    titles, row = best_row(rows[:HEADER_DEPTH], _ASSOCONNECT)
    if helloasso_row and helloasso_titles > titles:
        header = match_header(helloasso_row, helloasso.TITLES)
        _check_missing([name for name in helloasso.COLUMNS if name not in header.columns])
        return helloasso.read_cash_out(header, rows)
    wanted = {field: title for field, (title, _) in assoconnect.REQUIRED.items()}
    header = match_header(row or (1, ()), assoconnect.TITLES)
    _check_missing([title for field, title in wanted.items() if field not in header.columns])
    return assoconnect.read_payments_table(header, rows, phone_region, known_classes)


def _check_missing(missing: list[str]) -> None:
    """Refuse a header without some columns, naming them as the platform does."""
    if missing:
        raise ColumnsMissing(missing=", ".join(missing))
