"""Pictures: decoded by Pillow as one of three kinds, within bounds, and drawn again: nothing of the file remains.

What cameras and programs write into pictures (places, names, previews) is not taken over; the way up is.
"""

from __future__ import annotations

import hashlib
import io
import threading
import warnings
from typing import Final, NamedTuple

from PIL import Image, ImageOps

from adapters.files.errors import PictureRefused
from adapters.files.references import PictureRef

MAX_PICTURE: Final = 8_000_000
"""Bytes of a file that is looked into."""
MAX_PIXELS: Final = 40_000_000
WIDTHS: Final = (480, 800, 1200)
"""Pixels across of the drawings that pages choose from."""
_PHOTO: Final = 480
_KINDS: Final = ("JPEG", "PNG", "WEBP")
_QUALITY: Final = 78
_AT_ONCE: Final = threading.BoundedSemaphore(2)
"""A picture of 40 megapixels takes 160 MB while it is drawn."""
_ERRORS: Final = (OSError, SyntaxError, ValueError, ArithmeticError, Image.DecompressionBombError, Warning)
"""What Pillow raises for files that are broken or made to break it."""


class DrawnPicture(NamedTuple):
    """A picture drawn again: its name, and the bytes of each drawing by its width."""

    ref: PictureRef
    drawings: dict[int, bytes]


def draw_picture(content: bytes) -> DrawnPicture:
    """Draw a campaign's picture again as WebP, as wide as pages need it and never wider than it was.

    Raises:
        PictureRefused: no picture of ours.

    """
    with _AT_ONCE:
        image = _decode(content)
        widths = [width for width in WIDTHS if width < image.width] + [min(image.width, WIDTHS[-1])]
        drawings = {width: _encode(_narrowed(image, width), "WEBP") for width in sorted(set(widths))}
    largest = max(drawings)
    height = max(1, round(image.height * largest / image.width))
    return DrawnPicture(PictureRef(hashlib.sha256(drawings[largest]).hexdigest(), largest, height), drawings)


def draw_photo(content: bytes) -> bytes:
    """Draw a child's photo again as a JPEG of 480 pixels at most.

    Raises:
        PictureRefused: no picture of ours.

    """
    with _AT_ONCE:
        image = _decode(content)
        image.thumbnail((_PHOTO, _PHOTO))
        return _encode(image, "JPEG")


def _decode(content: bytes) -> Image.Image:
    """Decode a picture upright on white, after looking at its size."""
    if not 0 < len(content) <= MAX_PICTURE:
        raise PictureRefused(size=len(content))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=_KINDS) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise PictureRefused(size=opened.width * opened.height)
                # A JPEG is decoded no larger than needed; other kinds are as they are.
                opened.draft("RGB", (2 * WIDTHS[-1], 2 * WIDTHS[-1]))
                upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except _ERRORS as error:
        raise PictureRefused(kind=type(error).__name__) from error
    white = Image.new("RGBA", upright.size, "white")
    return Image.alpha_composite(white, upright).convert("RGB")


def _narrowed(image: Image.Image, width: int) -> Image.Image:
    if width == image.width:
        return image
    return image.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS)


def _encode(image: Image.Image, kind: str) -> bytes:
    """Encode the pixels alone; ``info`` would bring along what the file said of itself."""
    image.info.clear()
    written = io.BytesIO()
    image.save(written, kind, quality=_QUALITY, optimize=True)
    return written.getvalue()
