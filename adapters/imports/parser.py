"""From the bytes of a file to its rows: workbook or CSV, then the export that its titles belong to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from adapters.fields import FRANCE
from adapters.imports import assoconnect, helloasso
from adapters.imports.errors import ColumnsMissing, FileTooLarge, FormatUnknown, OrdersOfHelloAsso
from adapters.imports.files.csv_file import read_csv
from adapters.imports.files.workbook import SIGNATURES, read_workbook
from adapters.imports.headers import HEADER_DEPTH, Header, best_row, match_header
from adapters.imports.rows import MAX_BYTES, ParsedFile, Row

_ASSOCONNECT: Final = frozenset(name for synonyms in assoconnect.TITLES.values() for name in synonyms)
_HELLOASSO: Final = frozenset(name for synonyms in helloasso.TITLES.values() for name in synonyms)
_CHILD, _ = assoconnect.REQUIRED["first_name"]
_LIST: Final = "l’export des paiements d’AssoConnect, ou à une liste faite sur le fichier modèle"
_FEWEST: Final = 3
"""Titles that a row must share with an export to be taken for the titles of that export."""


def parse_payments(
    data: bytes,
    phone_region: str = FRANCE,
    known_classes: Collection[str] = (),
    class_asked: bool = False,  # noqa: FBT001, FBT002 (arguments go to a process by their places)
) -> ParsedFile:
    """Read a payments file of a known platform; the file's name and declared type count for nothing.

    ``known_classes`` are the codes of the coop's list, where it has one. Where ``class_asked``, a table of children
    must have a column for the class; else one without it has children without class (S-82).

    Raises:
        FileRefused: one of its subclasses, when the file as a whole cannot be read. A line that cannot be read
            is in ``ParsedFile.errors`` instead.

    """
    if len(data) > MAX_BYTES:
        raise FileTooLarge(size=len(data))
    read = read_workbook if data.startswith(SIGNATURES) else read_csv
    rows = read(data, _ASSOCONNECT | _HELLOASSO)
    # All exports name their columns in the first lines; the one with the most of its own titles there is the one.
    # Lines without a number are another sheet's, and name none of this one's columns.
    own = [row for row in rows if row[0]]
    orders, _ = best_row(own[:HEADER_DEPTH], helloasso.ORDERS)
    helloasso_titles, helloasso_row = best_row(own[:HEADER_DEPTH], _HELLOASSO)
    titles, row = best_row(own[:HEADER_DEPTH], _ASSOCONNECT)
    if orders >= _FEWEST:
        raise OrdersOfHelloAsso(titles=orders)
    if max(titles, helloasso_titles) < _FEWEST:
        wanted = _wanted(class_asked=class_asked)
        missing = _missing(match_header(row or (1, ()), assoconnect.TITLES), wanted) or list(wanted.values())
        raise FormatUnknown(titles=titles, missing=", ".join(missing))
    if helloasso_row and helloasso_titles > titles:
        header = match_header(helloasso_row, helloasso.TITLES)
        _check_missing("l’export des versements de HelloAsso", header, {name: name for name in helloasso.COLUMNS})
        return helloasso.read_cash_out(header, rows)
    header = match_header(_titles_of_children(own) or row or (1, ()), assoconnect.TITLES)
    _check_missing(_LIST, header, _wanted(class_asked=class_asked))
    return assoconnect.read_payments_table(header, rows, phone_region, known_classes)


def _titles_of_children(rows: Sequence[Row]) -> Row | None:
    """Return the titles of the table of children in a file that has another table above it, as our own CSV has."""
    return next((row for row in rows if row[1] and row[1][0] == _CHILD), None)


def _wanted(*, class_asked: bool) -> dict[str, str]:
    """Return the columns that a table of children must have: field → title as the model writes it."""
    titles = {field: title for field, (title, _) in assoconnect.REQUIRED.items()}
    return {field: title for field, title in titles.items() if class_asked or field != assoconnect.CLASS}


def _missing(header: Header, wanted: dict[str, str]) -> list[str]:
    """Return the titles of the columns that a header has not."""
    return [title for field, title in wanted.items() if field not in header.columns]


def _check_missing(table: str, header: Header, wanted: dict[str, str]) -> None:
    """Refuse a header without some columns, naming them as the platform does."""
    if missing := _missing(header, wanted):
        raise ColumnsMissing(table=table, missing=", ".join(missing))
