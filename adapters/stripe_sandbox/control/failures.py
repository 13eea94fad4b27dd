"""Failures on demand: the next requests that match fail in the way they were told to."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Literal

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from adapters.stripe_sandbox.api.limits import locked, rate_limited
from adapters.stripe_sandbox.errors import ApiError
from adapters.stripe_sandbox.sandbox import Sandbox

FailureKind = Literal["500_before", "500_during", "lost_response", "timeout", "429", "lock_timeout", "slow"]


@dataclass(frozen=True)
class Failure:
    """One way to fail for the next ``times`` requests whose method and path match (``*`` stands for anything).

    ``500_before`` does nothing and forgets; ``500_during`` is an error that idempotency replays; ``lost_response``
    does the work and then answers 503 or drops the connection (``how``); ``timeout`` does the work and drops the
    connection after ``seconds``; ``429`` (too many calls) and ``lock_timeout`` (another call holds the object; a 429
    too) do nothing; ``slow`` waits for ``seconds``, then works.
    """

    kind: FailureKind
    method: str = "*"
    path: str = "*"
    times: int = 1
    seconds: float = 1.0
    how: Literal["503", "drop"] = "503"

    def before(self) -> None:
        """Fail before anything happened.

        Raises:
            ApiError: 500 or 429, if that is the kind.
        """
        if self.kind == "500_before":
            raise ApiError("An unknown error occurred.", status=500, kind="api_error")
        if self.kind == "429":
            raise rate_limited()
        if self.kind == "lock_timeout":
            raise locked()

    async def wait(self) -> None:
        """Keep a slow request waiting."""
        if self.kind == "slow":
            await asyncio.sleep(self.seconds)


class Dropped(Response):
    """No answer at all: the connection ends."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Close the connection of the server below, or where there is none begin an answer that never ends."""
        del scope
        transport = getattr(getattr(receive, "__self__", None), "transport", None)
        if transport is not None:
            transport.abort()
            return
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})


def queue_failure(sandbox: Sandbox, failure: Failure) -> None:
    """Make the next requests that match fail."""
    sandbox.state.failures.append(asdict(failure))


def take_failure(sandbox: Sandbox, method: str, path: str) -> Failure | None:
    """Return how a request is to fail, if it is."""
    for queued in sandbox.state.failures:
        if fnmatchcase(method, queued["method"]) and fnmatchcase(path, queued["path"]):
            queued["times"] -= 1
            if queued["times"] <= 0:
                sandbox.state.failures.remove(queued)
            return Failure(**queued)
    return None
