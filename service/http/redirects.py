"""Answers raised from anywhere in a request: one that leads to another page, and one that is made already."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import Response


class Redirect(Exception):
    """The request is to go on at another page."""

    def __init__(self, address: str, status: HTTPStatus = HTTPStatus.SEE_OTHER) -> None:
        """Say where; ``TEMPORARY_REDIRECT`` has a form sent there once more, by POST."""
        super().__init__("elsewhere")
        self.address = address
        self.status = status


class EarlyAnswer(Exception):
    """The request is answered by what a dependency of its route, or a check in it, made."""

    def __init__(self, response: Response) -> None:
        """Carry the answer."""
        super().__init__("answered")
        self.response = response
