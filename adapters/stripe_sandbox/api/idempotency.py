"""Idempotency keys: the first answer of an operation that began is the answer for a day."""

from __future__ import annotations

import hashlib
import json
from typing import Final

from adapters.stripe_sandbox.errors import ApiError, Json
from adapters.stripe_sandbox.sandbox import Sandbox

_LIFE: Final = 24 * 3600
_LONGEST: Final = 255


def fingerprint(method: str, path: str, params: Json) -> str:
    """Return what two requests with one key must have in common."""
    told = json.dumps([method, path, params], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def recall(sandbox: Sandbox, key: str, mark: str) -> Json | None:
    """Return the answer stored under a key (``status``, ``body``), or nothing if the key is new.

    Raises:
        ApiError: the key is too long, in use right now (409), or was used with other parameters (400).
    """
    _forget_old(sandbox)
    if len(key) > _LONGEST:
        raise ApiError(f"Idempotency keys have at most {_LONGEST} characters.", kind="idempotency_error")
    stored = sandbox.state.replies.get(key)
    if stored is None:
        return None
    if stored["fingerprint"] != mark:
        raise ApiError(
            "Keys for idempotent requests can only be used with the same parameters they were first used with. "
            "Try using a key other than the one given if you meant to execute a different request.",
            kind="idempotency_error",
        )
    if stored["status"] is None:
        raise ApiError(
            "There is currently another in-progress request using this Idempotent Key. Try again in a moment.",
            status=409,
            kind="idempotency_error",
            code="idempotency_key_in_use",
        )
    return stored


def begin(sandbox: Sandbox, key: str, mark: str) -> None:
    """Take a key for an operation that begins."""
    sandbox.state.replies[key] = {"fingerprint": mark, "status": None, "body": None, "at": sandbox.now()}


def drop(sandbox: Sandbox, key: str) -> None:
    """Give a key back: nothing began, or the second version of the API wants failures tried again."""
    sandbox.state.replies.pop(key, None)


def store(sandbox: Sandbox, key: str, status: int, body: str) -> None:
    """Keep the answer of an operation, unless its key was forgotten while it went on."""
    if key in sandbox.state.replies:
        sandbox.state.replies[key] |= {"status": status, "body": body}


def _forget_old(sandbox: Sandbox) -> None:
    """Drop the keys of more than a day ago; the oldest stand first."""
    limit = sandbox.now() - _LIFE
    replies = sandbox.state.replies
    while replies and replies[key := next(iter(replies))]["at"] < limit:
        del replies[key]
