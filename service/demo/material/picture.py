"""The picture of the campaign to try: hills, a sun and a school, drawn here so that no photograph is needed."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, ImageDraw

_SIZE: Final = (1200, 675)
_SKY: Final = ((226, 239, 233), (251, 250, 247))
_HILLS: Final = (((143, 190, 168), 420, 90), ((84, 150, 121), 490, 60), ((31, 111, 84), 560, 40))
_SUN: Final = (242, 201, 112)
_WALL, _ROOF, _GLASS = (251, 250, 247), (163, 78, 58), (120, 160, 170)


def draw_school() -> bytes:
    """Draw it, as a PNG."""
    image = Image.new("RGB", _SIZE)
    pen = ImageDraw.Draw(image)
    for y in range(_SIZE[1]):
        part = y / _SIZE[1]
        pen.line((0, y, _SIZE[0], y), tuple(round(a + (b - a) * part) for a, b in zip(*_SKY, strict=True)))
    pen.ellipse((900, 70, 1050, 220), _SUN)
    for colour, top, swing in _HILLS:
        pen.ellipse((-400, top - swing, 900, top + 900), colour)
        pen.ellipse((350, top + swing // 2, 1700, top + 900), colour)
    pen.rectangle((470, 390, 730, 560), _WALL)
    pen.polygon(((450, 390), (750, 390), (600, 300)), _ROOF)
    pen.rectangle((575, 470, 625, 560), _ROOF)
    for x in (495, 540, 640, 685):
        pen.rectangle((x, 420, x + 25, 455), _GLASS)
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()
