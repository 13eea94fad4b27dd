"""What a report is made of: tables of typed columns, as pandas frames for its formats, figures, notes, and its proof.

Amounts are integer cents of euro from the rows to the writer of a format; only the formats write them as euros.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, cast

from domain.calendar import french_date
from domain.money import NARROW_NBSP, euros
from reports.parts.provenance import Provenance

if TYPE_CHECKING:
    import pandas as pd

Value = str | int | date | None
"""A cell: a text, a number of cents, a count, a day; None where there is none."""
Format = Literal["json", "csv", "xlsx", "pdf"]
"""The formats that a report takes."""
TOTAL: Final = "Total"


class Kind(StrEnum):
    """What the values of a column are, whatever the format that shows them."""

    TEXT = "text"
    CENTS = "cents"
    DATE = "date"
    COUNT = "count"


class Column(NamedTuple):
    """A column: its French heading, the kind of its values, if it is added up, and if its zeros stay blank on paper."""

    label: str
    kind: Kind = Kind.TEXT
    summed: bool = False
    quiet: bool = False


class Figure(NamedTuple):
    """One number or word that a report puts forward, with its French label."""

    label: str
    value: Value
    kind: Kind = Kind.CENTS


_NUMBERS: Final = frozenset({Kind.CENTS, Kind.COUNT})


class TableCells:
    """The rows of a table, each number exact: a whole one of 64 bits.

    ``frame`` is made once a format asks for it: a document that is made to be checked, or for a program, needs none.
    """

    def __init__(self, columns: Sequence[Column], rows: Iterable[tuple[Value, ...]]) -> None:
        """Take rows as wide as the columns.

        Raises:
            TypeError: a cell of cents or of a count is no whole number.
            OverflowError: it has more than 64 bits.
            ValueError: a row has not as many cells as there are columns.

        """
        self.rows = tuple(rows)
        self._columns = columns
        self._values = list(zip(*self.rows, strict=True)) or [()] * len(columns)
        for column, values in zip(columns, self._values, strict=True):
            if column.kind in _NUMBERS:
                array("q", cast("Iterable[int]", values))

    def numbers(self, place: int) -> tuple[int, ...]:
        """Return the numbers of a column of cents or counts, by its place."""
        return cast("tuple[int, ...]", self._values[place])

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The rows as a frame with exact types: cents and counts as 64-bit integers, even when there is no row."""
        from reports.parts.frames import frame_of  # noqa: PLC0415 (pandas takes longer to load than most documents)

        named = zip(self._columns, self._values, strict=True)
        return frame_of({column.label: (column.kind in _NUMBERS, values) for column, values in named})


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table: the name of its file or sheet, a French title, its cells, and what its columns are.

    ``empty`` is what is said where it has no row; ``apart`` sets it on pages of its own, after the proof. ``sheet`` is
    its name in a workbook, where the title is longer than the 31 characters that a sheet may have.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    cells: TableCells
    empty: str = "Aucune ligne."
    apart: bool = False
    sheet: str = ""

    @property
    def frame(self) -> pd.DataFrame:
        """The cells as a frame."""
        return self.cells.frame

    def rows(self) -> Iterator[tuple[Value, ...]]:
        """Return the rows as plain Python values, in order."""
        columns: list[list[Any]] = [self.frame[column.label].tolist() for column in self.columns]
        return zip(*columns, strict=True)

    def total(self) -> tuple[Value, ...] | None:
        """Return the row of totals, None when no column is added up."""
        if not any(column.summed for column in self.columns):
            return None
        sums: list[Value] = [sum(self.cells.numbers(at)) if c.summed else None for at, c in enumerate(self.columns)]
        return (TOTAL, *sums[1:])

    def sum_of(self, label: str) -> int:
        """Return the sum of a column of cents or counts."""
        return sum(self.numbers(label))

    def numbers(self, label: str) -> tuple[int, ...]:
        """Return a column of cents or counts."""
        return self.cells.numbers([column.label for column in self.columns].index(label))


@dataclass(frozen=True, kw_only=True)
class Report:
    """A document before it takes a format. ``name`` makes the file's name; ``restricted`` when it names people.

    On paper, ``page`` is the design that sets it, ``mention`` what stands across its head, ``signatures`` who signs.
    """

    name: str
    title: str
    subtitle: str
    provenance: Provenance
    tables: tuple[Table, ...]
    figures: tuple[Figure, ...] = ()
    notes: tuple[str, ...] = ()
    restricted: bool = False
    landscape: bool = False
    page: str = "template"
    mention: str = ""
    signatures: tuple[str, ...] = ()


def shown(value: Value, kind: Kind) -> str:
    """Write a value for a person: ``1 800,00 €``, ``3 juillet 2024``, ``1 234``."""
    if value is None:
        return ""
    if isinstance(value, int):
        return euros(value) if kind is Kind.CENTS else f"{value:,}".replace(",", NARROW_NBSP)
    return french_date(value) if isinstance(value, date) else value


def slug(text: str) -> str:
    """Reduce a text to what a file name may hold everywhere: lower-case letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "sans-nom"
