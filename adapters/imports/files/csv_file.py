"""Reading a CSV from untrusted bytes: its encoding proved, its separator found by the titles, its size bounded."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import Final

from adapters.imports.errors import EncodingRefused, FileTooLarge, LineUnreadable
from adapters.imports.headers import HEADER_DEPTH, best_row
from adapters.imports.rows import MAX_COLUMNS, MAX_ROWS, Row

_SEPARATORS: Final = (";", "\t", ",")
_WINDOWS_ONLY: Final = bytes(range(0x80, 0xA0))
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


def decode_text(data: bytes) -> str:
    """Decode UTF-8 (with or without a mark), else Windows-1252, else ISO 8859-15.

    Bytes 0x80–0x9F are letters and « € » in Windows-1252 and controls in ISO 8859-15, which tells them apart.

    Raises:
        EncodingRefused: UTF-16, a NUL byte, or bytes that none of the three can mean.

    """
    if data.startswith(_UTF16_MARKS) or b"\0" in data:
        raise EncodingRefused(size=len(data))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        windows = data.translate(None, _WINDOWS_ONLY) != data
    try:
        return data.decode("cp1252" if windows else "iso-8859-15")
    except UnicodeDecodeError as error:
        raise EncodingRefused(size=len(data)) from error


def read_csv(data: bytes, names: frozenset[str]) -> list[Row]:
    """Read all lines, split by the separator under which the most of the known titles appear.

    Raises:
        EncodingRefused: not a text we know.
        FileTooLarge: more than MAX_ROWS lines.
        LineUnreadable: quotes that make no sense, or a cell of more than 131,072 characters.

    """
    text = decode_text(data)
    separator = max(_SEPARATORS, key=lambda candidate: _known_titles(text, candidate, names))
    rows = list(islice(_rows(text, separator), MAX_ROWS + 1))
    if len(rows) > MAX_ROWS:
        raise FileTooLarge(rows=len(rows))
    return rows


def _known_titles(text: str, separator: str, names: frozenset[str]) -> int:
    """Count the known titles in the best of the first lines; a separator that breaks the quotes counts none."""
    try:
        return best_row(islice(_rows(text, separator), HEADER_DEPTH), names)[0]
    except LineUnreadable:
        return -1


def _rows(text: str, separator: str) -> Iterator[Row]:
    """Number each record by the line it begins on, as a text editor shows it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for record in reader:
            yield begins, tuple(record[:MAX_COLUMNS])
            begins = reader.line_num + 1
    except csv.Error as error:
        raise LineUnreadable(line=begins) from error
