"""How events name files: one line of text that says all a page needs to offer them (docs/adr/0018).

A picture is ``<sha256>-<width>x<height>``; a file is ``<sha256>/<bytes>/<name>``. The digest is in hexadecimal.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple, Self

_PICTURE: Final = re.compile(r"([0-9a-f]{64})-([1-9][0-9]{0,4})x([1-9][0-9]{0,4})")
_ATTACHMENT: Final = re.compile(r"([0-9a-f]{64})/([1-9][0-9]{0,8})/([^/\x00-\x1f]{1,120})")


class PictureRef(NamedTuple):
    """A picture: its digest, and the pixels of its largest drawing."""

    digest: str
    width: int
    height: int

    def __str__(self) -> str:
        """As an event names it."""
        return f"{self.digest}-{self.width}x{self.height}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read what an event names; None for no picture."""
        found = _PICTURE.fullmatch(text)
        return None if found is None else cls(found[1], int(found[2]), int(found[3]))


class AttachmentRef(NamedTuple):
    """A file to download: its digest, its bytes, the name it is offered under."""

    digest: str
    size: int
    name: str

    def __str__(self) -> str:
        """As an event names it."""
        return f"{self.digest}/{self.size}/{self.name}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the reference that an event's text names; None when the text is no reference."""
        found = _ATTACHMENT.fullmatch(text)
        return None if found is None else cls(found[1], int(found[2]), found[3])
