"""The QR code of a link as pictures: drawn here, by no other site, with the quiet zone that readers ask for (S-126).

The level of correction is M, the next one where it costs no larger code: a smudge on a notebook's cover stays readable.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Final, NamedTuple

import segno

_QUIET: Final = 4
"""Modules of white around the code (ISO/IEC 18004)."""
_SHARP: Final = 1_200
"""Pixels of a side at least: ten centimetres at 300 points an inch."""
_DOTS: Final = 300
_QUALITY: Final = 95


class Drawing(NamedTuple):
    """A form in which the code is given out: its media type, and what draws it."""

    media_type: str
    draw: Callable[[str], bytes]


def png(address: str) -> bytes:
    """Draw the code as a PNG for print."""
    out, code = io.BytesIO(), _code(address)
    code.save(out, kind="png", scale=_scale(code), border=_QUIET, dpi=_DOTS)
    return out.getvalue()


def jpeg(address: str) -> bytes:
    """Draw the code as a JPEG, for programs that take nothing else."""
    from PIL import Image  # noqa: PLC0415 - few ask for it

    out = io.BytesIO()
    with Image.open(io.BytesIO(png(address))) as drawn:
        drawn.convert("L").save(out, "JPEG", quality=_QUALITY, dpi=(_DOTS, _DOTS))
    return out.getvalue()


def svg(address: str) -> bytes:
    """Draw the code as an SVG, sharp at any size: a file of its own, or a part of a page."""
    out = io.BytesIO()
    _code(address).save(
        out, kind="svg", border=_QUIET, dark="#000000", light="#ffffff", xmldecl=False, omitsize=True, nl=False
    )
    return out.getvalue()


DRAWINGS: Final = {
    "png": Drawing("image/png", png),
    "svg": Drawing("image/svg+xml", svg),
    "jpg": Drawing("image/jpeg", jpeg),
}
"""By the ending of the file's name."""


def _code(address: str) -> segno.QRCode:
    return segno.make_qr(address, error="m")


def _scale(code: segno.QRCode) -> int:
    """Return the pixels of a module, so that a side is large enough for print."""
    modules, _ = code.symbol_size(border=_QUIET)
    return -(-_SHARP // int(modules))
