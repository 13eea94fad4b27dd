"""An answer that is ready before its route has run, raised from anywhere in a request."""

from __future__ import annotations

from starlette.responses import Response


class EarlyAnswer(Exception):
    """The request is answered by what a dependency of its route, or a check in it, made."""

    def __init__(self, response: Response) -> None:
        """Carry the answer."""
        super().__init__("answered")
        self.response = response
