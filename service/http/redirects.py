"""The way on to another page, from wherever it is found that somebody belongs there."""

from __future__ import annotations


class Redirect(Exception):
    """Whoever asks belongs to another page now."""

    def __init__(self, address: str) -> None:
        """Say where."""
        super().__init__("elsewhere")
        self.address = address
