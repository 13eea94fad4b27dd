"""The errors of the API, in Stripe's shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """An answer that is not a success: ``{"error": {"type", "code", "message", "param", …}}``.

    ``more`` holds what the error shows besides, for example ``decline_code`` or the ``payment_intent``; ``headers``
    travel with the answer.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        more: Json | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Say what was wrong, as the SDK will read it."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})
        told = {"type": kind, "code": code, "message": message, "param": param, **(more or {})}
        self.body: Json = {"error": {name: value for name, value in told.items() if value is not None}}


def missing(kind: str, given: str, param: str = "id") -> ApiError:
    """Return Stripe's 404 for an object that is not there, or belongs to another account."""
    return ApiError(f"No such {kind}: '{given}'", status=404, code="resource_missing", param=param)
