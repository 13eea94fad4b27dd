"""A document as it is sent."""

from __future__ import annotations

from typing import NamedTuple


class Rendered(NamedTuple):
    """A document ready to be sent: its bytes, its media type and the name of its file."""

    content: bytes
    media_type: str
    filename: str
