"""Finding the header row of a table by the names of its columns, whatever their case, accents, order or neighbours."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from adapters.imports.errors import ColumnsDoubled
from adapters.imports.rows import Cell, Row
from adapters.imports.texts import cleaned
from domain.texts.visible import is_blank as is_invisible

HEADER_DEPTH: Final = 20
"""How many lines a title and blank lines may take before the header."""
MAX_TITLE: Final = 200
"""Characters of a title or a label."""
_LOOKED_AT: Final = 200


class HeaderColumn(NamedTuple):
    """Where a field is read: the position of its cell from 0 and its title as written in the file."""

    position: int
    title: str


class Header(NamedTuple):
    """The header row: its line, the recognised fields, the titles of the other columns."""

    line: int
    columns: dict[str, HeaderColumn]
    others: tuple[str, ...]


def fold(text: str) -> str:
    """Reduce a title to its letters and digits, without case or accents: ``N° de commande`` → ``ndecommande``.

    A text longer than any title or label is folded into nothing, which stands for no known one.
    """
    line = cleaned(text, MAX_TITLE)
    return "" if len(line) > MAX_TITLE else letters(line)


def letters(line: str) -> str:
    """Reduce a text that is cleaned already to its letters and digits, without case or accents."""
    plain = line if line.isascii() else unicodedata.normalize("NFKD", line)
    return (plain if plain.isalnum() else "".join(filter(str.isalnum, plain))).casefold()


def match_header(row: Row, titles: Mapping[str, tuple[str, ...]]) -> Header:
    """Recognise the fields of a row of titles; the first synonym present stands for its field.

    Raises:
        ColumnsDoubled: a title that stands for a field occurs twice.

    """
    line, cells = row
    written = [cleaned(cell, MAX_TITLE) if isinstance(cell, str) else "" for cell in cells]
    folded = [fold(title) for title in written]
    columns: dict[str, HeaderColumn] = {}
    for field, synonyms in titles.items():
        found = next((name for name in synonyms if name in folded), None)
        if found is None:
            continue
        if folded.count(found) > 1:
            raise ColumnsDoubled(title=written[folded.index(found)])
        columns[field] = HeaderColumn(folded.index(found), written[folded.index(found)])
    used = {column.position for column in columns.values()}
    others = tuple(title for index, title in enumerate(written) if folded[index] and index not in used)
    return Header(line, columns, others)


def best_row(rows: Iterable[Row], names: frozenset[str]) -> tuple[int, Row | None]:
    """Return the row that holds the most of some folded titles, and how many; the earliest of equals."""
    best: tuple[int, Row | None] = (0, None)
    for row in rows:
        count = len({fold(cell) for cell in row[1] if isinstance(cell, str)} & names)
        if count > best[0]:
            best = (count, row)
    return best


def is_blank(cells: Iterable[Cell]) -> bool:
    """Tell whether a line holds nothing that would be seen."""
    return all(
        cell is None or (isinstance(cell, str) and (not cell or is_invisible(cell[:_LOOKED_AT]))) for cell in cells
    )
