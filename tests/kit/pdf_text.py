"""Reads the text of a PDF from what its pages draw: each glyph through its font's table back to Unicode."""

import io
import re
from collections.abc import Iterator

import pikepdf

_RANGE = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>")
_ONE = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>")
_BLOCK = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)


def pages(content: bytes) -> list[str]:
    """Return the text of each page, in the order it is drawn, texts drawn apart on lines of their own."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return ["".join(_drawn(page)) for page in pdf.pages]


def _drawn(page: pikepdf.Page) -> Iterator[str]:
    """The texts that a page draws."""
    tables = {name: _to_unicode(font) for name, font in page.resources.get("/Font", {}).items()}
    table: dict[int, str] = {}
    for instruction in pikepdf.parse_content_stream(page):
        operands, operator = list(instruction.operands), instruction.operator
        if str(operator) == "Tf":
            table = tables[str(operands[0])]
        elif str(operator) == "Tj":
            yield _text(bytes(operands[0]), table)
        elif str(operator) == "TJ":
            yield from (_text(bytes(part), table) for part in operands[0] if isinstance(part, pikepdf.String))
        elif str(operator) == "ET":
            yield "\n"


def _to_unicode(font: pikepdf.Object) -> dict[int, str]:
    """The characters of a font's glyphs, by code."""
    table: dict[int, str] = {}
    for kind, body in _BLOCK.findall(font["/ToUnicode"].read_bytes()):
        if kind == b"char":
            table |= {int(code, 16): _utf16(text) for code, text in _ONE.findall(body)}
            continue
        for first, last, text in _RANGE.findall(body):
            start = int(first, 16)
            base = _utf16(text)
            for code in range(start, int(last, 16) + 1):
                table[code] = base[:-1] + chr(ord(base[-1]) + code - start)
    return table


def _utf16(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be")


def _text(codes: bytes, table: dict[int, str]) -> str:
    """Read two-byte glyph codes."""
    return "".join(table.get(int.from_bytes(codes[at : at + 2], "big"), "\ufffd") for at in range(0, len(codes), 2))
