"""What a zipped workbook may hold, checked before any reader of workbooks sees it.

Another reader may trust the sizes that the archive claims, so each part is unpacked here once, to the claimed size and
no byte further: an archive that lies about them is refused.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from adapters.imports.errors import FileTooLarge, HoldsOtherFiles, SheetTooWide

ZIP_SIGNATURE: Final = b"PK\x03\x04"
_MAX_UNPACKED: Final = 100 * 1024 * 1024
_MAX_WHOLE_PART: Final = 32 * 1024 * 1024
_MAX_PARTS: Final = 1_000
_CHUNK: Final = 1 << 20
_LOCAL_HEADER: Final = 30
_LOCAL_LENGTHS: Final = 26
_TABLES: Final = ("xl/worksheets/", "content.xml")
"""Parts that hold the cells of a sheet: of Excel, of OpenDocument."""
_UNREAD: Final = ("xl/media/", "Thumbnails/", "Pictures/", "META-INF/")
"""Parts that no reader of cells reads: pictures, and OpenDocument's list of parts, which may name its own type."""
_OTHERS: Final = ("xl/externalLinks/", "xl/embeddings/")
# No spreadsheet declares a document type in what is read; the entity attacks all need one.
_DECLARATIONS: Final = (b"<!DOCTYPE", b"<!ENTITY")
_FAR_ROW: Final = re.compile(rb"""\sr\s*=\s*["'][A-Z]{1,3}[0-9]{6,}["'][^>]*(?<!/)>""")
_FAR_COLUMN: Final = re.compile(rb"""\sr\s*=\s*["'][A-Z]{3,}[0-9]+["'][^>]*(?<!/)>""")
"""A cell with something in it below line 99,999, or right of column ZZ: a reader would make room for all between."""
_MOST_CELLS: Final = 16_384
"""Cells that a line of a spreadsheet has, most of them empty: a cell that does not say where it stands is the next."""
_TAIL: Final = 256


def check_parts(data: bytes) -> None:
    """Refuse a zip bomb, files within the file, XML with a declaration, and a sheet with cells that lie far apart.

    Raises:
        FileTooLarge: more than 100 MB once unpacked, more than a thousand parts, or lines that no table has.
        SheetTooWide: a cell further right than any table has.
        HoldsOtherFiles: another file inside, or a link to one.
        zipfile.BadZipFile: damaged, or with XML that no spreadsheet writes.

    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
    if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > _MAX_UNPACKED:
        raise FileTooLarge(parts=len(parts))
    for part in parts:
        if not part.filename.startswith(_TABLES) and part.file_size > _MAX_WHOLE_PART:
            raise FileTooLarge(parts=len(parts))
        if part.filename.startswith(_OTHERS):
            raise HoldsOtherFiles(parts=len(parts))
    for part in parts:
        _check_part(data, part)


def _check_part(data: bytes, part: zipfile.ZipInfo) -> None:
    """Look through one part, chunk by chunk; a relation may name one of any extension as XML.

    UTF-16, which could hide a declaration, shows by its NUL bytes in what is called XML.
    """
    is_xml = part.filename.endswith((".xml", ".rels"))
    refused = (*_DECLARATIONS, b"\0") if is_xml else _DECLARATIONS
    read, table = not part.filename.startswith(_UNREAD), part.filename.startswith(_TABLES)
    tail, cells = b"", 0
    for chunk in _unpacked(data, part):
        if not tail and chunk.startswith(ZIP_SIGNATURE):
            raise HoldsOtherFiles(part=part.header_offset)
        window = tail + chunk
        if read and any(declaration in window for declaration in refused):
            raise zipfile.BadZipFile(f"a declaration in part {part.header_offset}")
        if table:
            cells = _check_cells(window, chunk, cells)
        tail = window[-_TAIL:]


def _check_cells(window: bytes, chunk: bytes, cells: int) -> int:
    """Refuse cells that lie far from the others; return how many the line has where the chunk ends."""
    if _FAR_COLUMN.search(window):
        raise SheetTooWide
    if _FAR_ROW.search(window):
        raise FileTooLarge(part="rows")
    for place, line in enumerate(chunk.split(b"<row")):
        cells = (0 if place else cells) + line.count(b"<c>") + line.count(b"<c ")
        if cells > _MOST_CELLS:
            raise SheetTooWide
    return cells


def _unpacked(data: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Unpack a part to the size that the archive claims for it, and make sure that it ends there."""
    name, extra = struct.unpack_from("<HH", data, part.header_offset + _LOCAL_LENGTHS)
    begin = part.header_offset + _LOCAL_HEADER + name + extra
    packed = data[begin : begin + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED and len(packed) == part.file_size:
        yield packed
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile(f"part {part.header_offset} is packed in an unusual way")
    unpacker, size = zlib.decompressobj(-zlib.MAX_WBITS), 0
    while size <= part.file_size and (chunk := unpacker.decompress(packed, _CHUNK)):
        size += len(chunk)
        packed = unpacker.unconsumed_tail
        yield chunk
    if size != part.file_size or not unpacker.eof:
        raise zipfile.BadZipFile(f"part {part.header_offset} has not the size that the archive claims")
