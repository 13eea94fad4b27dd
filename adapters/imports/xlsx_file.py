"""Reading an Excel workbook from untrusted bytes: bounded before it is unpacked, no entity, no formula evaluated."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from itertools import islice
from typing import Final, Literal, Protocol, cast

from openpyxl import load_workbook

from adapters.imports.errors import FileTooLarge, FileUnreadable
from adapters.imports.headers import HEADER_DEPTH, best_row
from adapters.imports.rows import MAX_COLUMNS, MAX_ROWS, Cell, Row

XLSX_SIGNATURE: Final = b"PK\x03\x04"
_MAX_UNPACKED: Final = 100 * 1024 * 1024
_MAX_WHOLE_PART: Final = 32 * 1024 * 1024
_MAX_PARTS: Final = 1_000
_MAX_SHEETS: Final = 20
# An Excel file never declares a document type; the entity attacks all need one.
_DECLARATIONS: Final = (b"<!DOCTYPE", b"<!ENTITY")


class _Sheet(Protocol):
    """What is used of the library's read-only sheets, which its types describe as ordinary ones."""

    def reset_dimensions(self) -> None:
        """Forget the size that the file claims."""

    def iter_rows(self, *, max_row: int, max_col: int, values_only: Literal[True]) -> Iterator[tuple[object, ...]]:
        """Read line by line."""


def read_xlsx(data: bytes, names: frozenset[str]) -> list[Row]:
    """Read all lines of the sheet whose first lines hold the most of the known titles.

    Raises:
        FileTooLarge: more than MAX_ROWS lines, or more than 100 MB once unpacked.
        FileUnreadable: damaged, encrypted, or with XML that no spreadsheet writes.

    """
    try:
        _check_parts(data)
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            sheets = cast("list[_Sheet]", workbook.worksheets[:_MAX_SHEETS])
            chosen = max(sheets, key=lambda sheet: best_row(islice(_rows(sheet), HEADER_DEPTH), names)[0])
            rows = list(islice(_rows(chosen), MAX_ROWS + 1))
        finally:
            workbook.close()
    except FileTooLarge:
        raise
    except Exception as error:  # The library has no error of its own for a file made to break it.
        raise FileUnreadable(cause=type(error).__name__) from error
    if len(rows) > MAX_ROWS:
        raise FileTooLarge(rows=len(rows))
    return rows


def _check_parts(data: bytes) -> None:
    """Refuse a zip bomb and any XML with a declaration, before the library sees the file.

    The sizes in the directory can be trusted as bounds: Python's zipfile never unpacks more than they say.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > _MAX_UNPACKED:
            raise FileTooLarge(parts=len(parts))
        for part in parts:
            streamed = part.filename.startswith("xl/worksheets/")
            if not streamed and part.file_size > _MAX_WHOLE_PART:
                raise FileTooLarge(parts=len(parts))
            if not part.filename.startswith("xl/media/"):
                _check_declarations(archive, part)


def _check_declarations(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Look for a declaration, chunk by chunk, in any part: a relation may name one of any extension as XML.

    UTF-16, which could hide a declaration, shows by its NUL bytes in what is called XML.
    """
    is_xml = part.filename.endswith((".xml", ".rels"))
    refused = (*_DECLARATIONS, b"\0") if is_xml else _DECLARATIONS
    tail = b""
    with archive.open(part) as stream:
        while chunk := stream.read(1 << 20):
            window = tail + chunk
            if any(declaration in window for declaration in refused):
                raise zipfile.BadZipFile(f"a declaration in part {part.header_offset}")
            tail = window[-len(_DECLARATIONS[0]) :]


def _rows(sheet: _Sheet) -> Iterator[Row]:
    """Number the lines as the spreadsheet does; a sheet that claims billions of lines is cut just above the cap."""
    # The dimension written in the file is a claim: forgetting it makes the library read what is really there.
    sheet.reset_dimensions()
    lines = sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS, values_only=True)
    for number, cells in enumerate(lines, start=1):
        yield number, tuple(_plain(cell) for cell in cells)


def _plain(value: object) -> Cell:
    """Keep the kinds of value that a table has; any other is read as its text."""
    return value if value is None or isinstance(value, Cell) else str(value)
