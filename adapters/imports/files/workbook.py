"""Reading a workbook of any spreadsheet program (xlsx, ods, xls) from untrusted bytes: its cells, and nothing else.

A strict reader refuses a whole file for a style or a cell that nobody needs; this one looks at values only. It is
written in Rust, so what it meets by surprise is a panic, or the end of the process: files of strangers are read in a
process with limits (``adapters.processes``).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import islice
from typing import Final

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum

from adapters.imports.errors import FileProtected, FileRefused, FileTooLarge, FileUnreadable
from adapters.imports.files.archive import ZIP_SIGNATURE, check_parts
from adapters.imports.headers import HEADER_DEPTH, best_row
from adapters.imports.rows import MAX_COLUMNS, MAX_ROWS, Cell, Row

_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SIGNATURES: Final = (ZIP_SIGNATURE, _COMPOUND)
"""How a workbook begins: one of Excel or OpenDocument, zipped; or one of Excel before 2007."""
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
"""The name under which a compound file holds a workbook that is under a password."""
_MAX_SHEETS: Final = 20
_COMPLETES: Final = 6
"""Known titles that a sheet must have to be a table of its own."""
_PANIC: Final = "PanicException"
"""What the reader raises where its own code gave up; its class is no Exception, and cannot be imported."""


def read_workbook(data: bytes, names: frozenset[str]) -> list[Row]:
    """Read all lines of the sheet whose first lines hold the most of the known titles.

    Raises:
        FileTooLarge: more than MAX_ROWS lines, or more than 100 MB once unpacked.
        FileProtected: under a password.
        FileUnreadable: damaged, or with XML that no spreadsheet writes.
        FileRefused: another of its subclasses, for a workbook that was built to harm.

    """
    try:
        rows = _read(data, names)
    except FileRefused:
        raise
    except Exception as error:  # Libraries have no error of their own for a file made to break them.
        raise FileUnreadable(cause=type(error).__name__) from error
    except BaseException as panic:
        if type(panic).__name__ != _PANIC:
            raise
        raise FileUnreadable(cause=_PANIC) from None
    if len(rows) > MAX_ROWS:
        raise FileTooLarge(rows=len(rows))
    return rows


def _read(data: bytes, names: frozenset[str]) -> list[Row]:
    if data.startswith(ZIP_SIGNATURE):
        check_parts(data)
    elif _ENCRYPTED in data:
        raise FileProtected
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
        tables = [place for place, sheet in enumerate(workbook.sheets_metadata) if sheet.typ is SheetTypeEnum.WorkSheet]
        sheets = [workbook.get_sheet_by_index(place) for place in tables[:_MAX_SHEETS]]
        titles = [best_row(islice(_rows(sheet), HEADER_DEPTH), names)[0] for sheet in sheets]
        chosen = titles.index(max(titles))
        # A table that another sheet completes comes before it, as in a CSV with both; its lines have no number.
        before = [row for place in range(chosen) if titles[place] >= _COMPLETES for row in _rows(sheets[place])]
        return [*((0, cells) for _, cells in before), *islice(_rows(sheets[chosen]), MAX_ROWS + 1)][: MAX_ROWS + 1]


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    """Number the lines as the spreadsheet does, whatever lies empty above the first."""
    if sheet.start is None:
        return
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        yield number, tuple(_plain(cell) for cell in cells[:MAX_COLUMNS])


def _plain(value: object) -> Cell:
    """Keep the kinds of value that a table has; any other is read as its text."""
    return value if isinstance(value, Cell) else str(value)
