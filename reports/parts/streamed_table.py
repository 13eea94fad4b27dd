"""Tables whose rows are read while they are written: an export of a hundred thousand rows is never held as a whole."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from reports.parts.report import TOTAL, Column, Table, Value

ByteSink = io.RawIOBase | io.BytesIO
"""What a file is written into: it is only ever added to."""


class StreamedTable(NamedTuple):
    """A table whose rows can be read once: its French title, what its columns are, and its name in a workbook."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[tuple[Value, ...]]
    sheet: str = ""


def streamed(table: Table) -> StreamedTable:
    """Return a table of a report as one that is read row by row."""
    return StreamedTable(table.title, table.columns, table.rows(), table.sheet)


class StreamTotals:
    """How many rows went by, and the sums of the columns that are added up."""

    def __init__(self, columns: Sequence[Column]) -> None:
        """Begin with no row."""
        self.number = 0
        self._columns = columns
        self._sums = [0 if column.summed else None for column in columns]

    def adding(self, rows: Iterable[tuple[Value, ...]]) -> Iterator[tuple[Value, ...]]:
        """Yield rows, each once it is counted and added."""
        for row in rows:
            self.number += 1
            for place, value in enumerate(row):
                known = self._sums[place]
                if known is not None and isinstance(value, int):
                    self._sums[place] = known + value
            yield row

    def row(self) -> tuple[Value, ...] | None:
        """Return the row of totals, None when no column is added up."""
        if not any(column.summed for column in self._columns):
            return None
        return (TOTAL, *self._sums[1:])
