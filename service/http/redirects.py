"""An answer that leads to another page, raised from anywhere in a request."""

from __future__ import annotations

from http import HTTPStatus


class Redirect(Exception):
    """The request is to go on at another page."""

    def __init__(self, address: str, status: HTTPStatus = HTTPStatus.SEE_OTHER) -> None:
        """Say where; ``TEMPORARY_REDIRECT`` has a form sent there once more, by POST."""
        super().__init__("elsewhere")
        self.address = address
        self.status = status
