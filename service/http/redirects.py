"""An answer that leads to another page, raised from anywhere in a request."""

from __future__ import annotations


class Redirect(Exception):
    """The request is to go on at another page."""

    def __init__(self, address: str) -> None:
        """Say where."""
        super().__init__("elsewhere")
        self.address = address
