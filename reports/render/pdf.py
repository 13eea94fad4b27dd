"""Reports as PDF/A-3a and PDF/UA-1, set by Typst, with the same report as JSON and CSV attached inside.

The designs of pages hold no data: a report enters as one JSON input, so that nothing a person typed is
ever read as code. The bytes depend on the report alone: the file's clock is the one of its proof.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final

import segno

from reports.parts.provenance import DEMO
from reports.parts.report import Column, Kind, Report, Table, Value, shown
from reports.render.csv_ import csv_files
from reports.render.fonts import FAMILIES, Paper, compiled, on_paper
from reports.render.json_ import to_json

_PAGES: Final = Path(__file__).parent
_NARROW: Final = 6
_WIDE: Final = 30
_WORD: Final = 20
"""How long a word is kept whole before all else."""
_FINE: Final = 120
"""How long a word may be, in characters, that is divided after any of its letters: the longest name of a person."""
_GAP: Final = 2
_AIR: Final = 3
_MANY: Final = 8
_ROOM: Final = {(False, False): 114, (False, True): 132, (True, False): 170, (True, True): 196}
"""How many characters a line of a table holds: by landscape or not, by many columns (smaller letters) or not."""
_DIVIDES: Final = "\u200b"
"""Where a word may be divided; the template takes it out."""
_PIECES: Final = re.compile(r"(?<=[\s-])(?!\d)|(?<=\s)")
"""Where a line may break: after a space, and after a hyphen that no digit follows."""
_RIGHT: Final = (Kind.CENTS, Kind.COUNT)


def to_pdf(report: Report) -> bytes:
    """Set a report on A4 pages; a text that Typst cannot set even so is written in plain letters and numbers."""

    def set_with(paper: Paper) -> bytes:
        inputs = {"report": json.dumps(_payload(report, paper), ensure_ascii=False)}
        return compiled(
            (_PAGES / f"{report.page}.typ").read_bytes(), inputs, int(report.provenance.produced_at.timestamp())
        )

    return on_paper(set_with)


def _payload(report: Report, paper: Paper) -> dict[str, Any]:
    """Return the values of the template, every text ready to be set."""
    proof = report.provenance
    tables = [_table(table, paper, landscape=report.landscape) for table in report.tables]
    turned = not report.landscape and any(map(_is_crowded, tables))
    if turned:
        tables = [_table(table, paper, landscape=True) for table in report.tables]
    return {
        "fonts": FAMILIES,
        "title": paper(report.title),
        "subtitle": paper(report.subtitle),
        "coop": paper(proof.coop),
        "identification": paper(proof.identification),
        "period": paper(proof.period),
        "clock": paper(proof.clock),
        "demo": DEMO if proof.demo else "",
        "restricted": report.restricted,
        "landscape": report.landscape or turned,
        "foot": f"{proof.events} · empreinte du registre {proof.chain_head[:16]}… · produit le {proof.produced}",
        "figures": [[paper(f.label), paper(shown(f.value, f.kind))] for f in report.figures],
        "tables": tables,
        "notes": [paper(note) for note in report.notes],
        "proof": [[label, paper(value)] for label, value in proof.proof()],
        "qr": qr_drawing(proof.verify_at) if proof.verify_at else "",
        "attached": _attached(report),
        "mention": paper(report.mention),
        "signatures": [paper(who) for who in report.signatures],
    }


def _table(table: Table, paper: Paper, *, landscape: bool) -> dict[str, Any]:
    """Return a table as the texts of its cells, with the width and the side of each column."""
    rows = [_cells(table.columns, row, paper) for row in table.rows()]
    # A mark of ours that came with a text would divide it.
    rows = [[value.replace(_DIVIDES, "") for value in row] for row in rows]
    total = table.total()
    last = None if total is None else [shown(v, c.kind) for v, c in zip(total, table.columns, strict=True)]
    many = len(table.columns) > _MANY
    filled = rows if last is None else [*rows, last]
    widths = _widths(table.columns, filled, _ROOM[landscape, many], turns=not landscape)
    inner = _inner(table.columns, widths)
    return {
        "title": paper(table.title),
        "columns": [
            {"label": paper(column.label), "right": column.kind in _RIGHT, "width": width}
            for column, width in zip(table.columns, widths, strict=True)
        ],
        "rows": [[_divided(value, width) for value, width in zip(row, inner, strict=True)] for row in rows],
        "total": last,
        "empty": table.empty,
        "apart": table.apart,
        "small": many,
    }


def _is_crowded(table: dict[str, Any]) -> bool:
    """Tell whether a table has more columns than its line holds: on a page of the other way they have room."""
    return any(column["width"] == 0 for column in table["columns"])


def _cells(columns: Sequence[Column], row: Sequence[Value], paper: Paper) -> list[str]:
    return [
        "" if column.quiet and value == 0 else paper(shown(value, column.kind))
        for column, value in zip(columns, row, strict=True)
    ]


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[str]], room: int, *, turns: bool) -> list[int]:
    """Return the share of the line of each column, from its longest value; headings fold first, then wide texts.

    A text keeps the width of its longest word as long as there is room, up to a bound; words that are longer than
    their column are divided, and headings get a line for each word where the page does not turn. Where even that is
    too much, amounts and days get 0, « as wide as what they hold », and texts share the rest.
    """
    folded, narrow = list(_longest(columns, rows, _heading)), list(_longest(columns, rows, _narrow_heading))
    words = [min(_longest_word(rows, at), _WORD) for at in range(len(columns))]
    whole = list(_longest(columns, rows, len)), words, _WIDE
    held = ((folded, words, cap) for cap in range(_WIDE, _NARROW - 1, -1))
    divided = (
        (longest, [min(word, most) for word in words], _NARROW)
        for most in range(_WORD, _NARROW - 1, -1)
        for longest in ((folded,) if turns else (folded, narrow))
    )
    for longest, least, cap in chain((whole,), held, divided):
        shares = list(_shares(columns, longest, least, cap))
        if sum(shares) <= room:
            return shares
    return [
        0 if column.kind is not Kind.TEXT else min(most, _WIDE) for column, most in zip(columns, folded, strict=True)
    ]


def _inner(columns: Sequence[Column], widths: Sequence[int]) -> list[int]:
    """Return how many characters a line of each column holds without its margins, and at least a few.

    Where columns are as wide as what they hold, nothing is known but that there is little room.
    """
    if 0 in widths:
        return [_NARROW * 2] * len(columns)
    beside = [False, *(column.kind in _RIGHT for column in columns)]
    return [
        max(width - _GAP - (_AIR if air and column.kind is Kind.TEXT else 0), _NARROW)
        for column, width, air in zip(columns, widths, beside, strict=False)
    ]


def _divided(text: str, width: int) -> str:
    """Mark where words may be divided that are longer than a line: after each letter, of very long ones after some."""
    if _length(text) <= width:
        return text
    pieces = _PIECES.split(text)
    return "".join(_DIVIDES.join(_parts(piece)) if _length(piece) > width else piece for piece in pieces)


def _parts(word: str) -> Iterator[str]:
    """Yield the parts that a word may be divided into; each mark costs the page's typesetter time."""
    size = 1 if len(word) <= _FINE else _NARROW
    yield from (word[at : at + size] for at in range(0, len(word), size))


def _longest_word(rows: Sequence[Sequence[str]], at: int) -> int:
    """Return the length of the longest word of a column, which a line breaks after a space or a hyphen of a name."""
    return max((_length(piece) for row in rows for piece in _PIECES.split(row[at])), default=0)


def _shares(columns: Sequence[Column], longest: Sequence[int], least: Sequence[int], cap: int) -> Iterator[int]:
    """Return the width of each column with its margins; texts are held to a cap, and need air beside an amount.

    None is held below its ``least``.
    """
    beside_amount = False
    for column, most, word in zip(columns, longest, least, strict=True):
        if column.kind is Kind.TEXT:
            yield min(most, max(cap, word)) + _GAP + (_AIR if beside_amount else 0)
        else:
            yield most + _GAP
        beside_amount = column.kind in _RIGHT


def _longest(columns: Sequence[Column], rows: Sequence[Sequence[str]], heading: Callable[[str], int]) -> Iterator[int]:
    """Return the length of the longest value or heading of each column."""
    for number, column in enumerate(columns):
        yield max([heading(column.label), _NARROW, *(_length(row[number]) for row in rows)])


def _length(text: str) -> int:
    """Return about how wide a text is, in digits: three capitals take the place of four letters."""
    return len(text) + sum(map(str.isupper, text)) // 3


def _heading(label: str) -> int:
    """Return the width of a heading set on two lines: that of its longer half or word."""
    return max(-(-len(label) // 2), *map(len, label.split(" ")), 0) + 1


def _narrow_heading(label: str) -> int:
    """Return the width of a heading with a line for each of its words."""
    return max(map(len, label.split(" "))) + 1


def qr_drawing(address: str) -> str:
    """Return the QR code of an address as an SVG drawing."""
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", border=0, dark="#1d2a26", xmldecl=False, svgns=True)
    return out.getvalue().decode()


def _attached(report: Report) -> list[dict[str, str]]:
    """Return the files inside the PDF: the report as data, and each table."""
    files = {f"{report.name}.json": to_json(report), **csv_files(report)}
    return [
        {
            "name": name,
            "text": content.decode(),
            "type": "text/csv" if name.endswith(".csv") else "application/json",
            "about": "Table du document" if name.endswith(".csv") else "Données du document",
        }
        for name, content in files.items()
    ]
