"""Pictures and files made for tests, good and bad."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Final

from PIL import Image

PDF: Final = (
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R/Size 4>>\nstartxref\n0\n%%EOF\n"
)
"""A blank page, without the table of its parts: readers find them all the same."""
SCRIPT: Final = b"<script>alert(1)</script>"


def picture(
    width: int = 600, height: int = 400, kind: str = "JPEG", *, where: bool = False, turned: bool = False
) -> bytes:
    """A picture with some detail; ``where`` writes a place and a name into it, ``turned`` has it lie on its side."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    image.paste((200, 40, 40), (0, 0, width // 4, height // 4))
    exif = Image.Exif()
    if turned:
        exif[0x0112] = 6
    if where:
        exif[0x010E] = "Marie GALANTE"
        exif.get_ifd(0x8825)[2] = (43.0, 42.0, 12.0)
    written = io.BytesIO()
    image.save(written, kind, exif=exif)
    return written.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    """A part of a PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def bomb(side: int = 30_000) -> bytes:
    """A PNG of a few kilobytes that says that it is nearly a billion pixels."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\x00" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


BROKEN: Final = {
    "empty": b"",
    "text": b"bonjour",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<!doctype html>" + SCRIPT,
    "gif": b"GIF89a" + bytes(100),
    "cut short": picture()[:2_000],
    "a head alone": picture()[:20],
    "bomb": bomb(),
    "pdf": PDF,
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "too heavy": picture() + bytes(8_000_000),
}
