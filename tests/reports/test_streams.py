"""Tables that are read row by row: the same file as a report's, whatever their length in the same room."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable, Iterator

import openpyxl
import pytest

from reports.parts.report import Column, Kind, Report, Table, TableCells, Value
from reports.parts.streamed_table import ByteSink, StreamedTable
from reports.render.csv_ import stream_csv, to_csv
from reports.render.xlsx import stream_xlsx, to_xlsx
from tests.reports.example_rows import PROVENANCE

COLUMNS = (Column("Nom"), Column("Montant", Kind.CENTS, summed=True), Column("Nombre", Kind.COUNT, summed=True))
ROWS: tuple[tuple[Value, ...], ...] = (("GALANTE", 1_200, 1), ("=1+1", -300, 2), ("", 0, 0))
Streamer = Callable[[Report, list[StreamedTable], ByteSink], None]


class Sink(io.RawIOBase):
    """Counts bytes, and keeps none."""

    size = 0

    def writable(self) -> bool:
        """It is only ever written to."""
        return True

    def write(self, content: object, /) -> int:
        """Count."""
        length = memoryview(content).nbytes  # type: ignore[arg-type]
        self.size += length
        return length


def report(*tables: Table) -> Report:
    """A report of some tables."""
    return Report(name="r", title="Titre", subtitle="Objet", provenance=PROVENANCE, tables=tables)


def made(rows: int) -> Iterator[tuple[Value, ...]]:
    """Rows that nobody holds."""
    for number in range(rows):
        yield (f"QUATREBARBES {number}", number, 1)


def peak(stream: Streamer, rows: int) -> int:
    """How many bytes of Python are held at most while so many rows are written."""
    tracemalloc.start()
    stream(report(), [StreamedTable("Lignes", COLUMNS, made(rows))], Sink())
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return held


def test_a_streamed_table_is_written_as_a_report_s() -> None:
    table = Table(name="lignes", title="Lignes", columns=COLUMNS, cells=TableCells(COLUMNS, ROWS))
    out = io.BytesIO()
    stream_csv(report(), [StreamedTable("Lignes", COLUMNS, iter(ROWS))], out)
    assert out.getvalue() == to_csv(report(table))
    book = io.BytesIO()
    stream_xlsx(report(), [StreamedTable("Lignes", COLUMNS, iter(ROWS))], book)
    streamed, whole = (openpyxl.load_workbook(io.BytesIO(one)) for one in (book.getvalue(), to_xlsx(report(table))))
    assert streamed.sheetnames == whole.sheetnames == ["Synthèse", "Lignes", "Preuve"]
    assert list(streamed["Lignes"].values) == list(whole["Lignes"].values)
    assert ("Lignes de la feuille «\u00a0Lignes\u00a0»", 3) in list(streamed["Synthèse"].values)


@pytest.mark.parametrize("stream", [stream_csv, stream_xlsx])
def test_six_times_the_rows_take_no_more_room(stream: Streamer) -> None:
    few, many = peak(stream, 2_000), peak(stream, 12_000)
    assert many < few + 300_000


def test_a_workbook_is_written_into_what_can_neither_be_read_nor_sought_in() -> None:
    sink = Sink()
    stream_xlsx(report(), [StreamedTable("Lignes", COLUMNS, made(10))], sink)
    assert sink.size > 1_000
