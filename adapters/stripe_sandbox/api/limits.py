"""How far away the provider is, and how often it lets itself be called: what every call of the API meets.

Stripe measures calls a second per account, 100 in live mode and 25 in a sandbox (docs.stripe.com/rate-limits).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

from adapters.stripe_sandbox.errors import ApiError
from adapters.stripe_sandbox.settings import SandboxSettings

_RATE_LIMITED: Final = {"Retry-After": "1", "Stripe-Rate-Limited-Reason": "global-rate"}
_LOCKED: Final = {"Stripe-Should-Retry": "true"}


class CallLimits:
    """The latency of one sandbox, and a bucket of calls for each of its accounts, which holds those of one second."""

    def __init__(self, settings: SandboxSettings, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with full buckets; ``clock`` is real, since the virtual one may stand still."""
        self._half = settings.latency / 2
        self._per_second = settings.rate_limit
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    async def travel(self) -> None:
        """Let a request, or its answer, be on its way: half of the latency each."""
        if self._half:
            await asyncio.sleep(self._half)

    def take(self, account: str) -> None:
        """Count a call on an account.

        Raises:
            ApiError: it is one too many (429).
        """
        if not self._per_second:
            return
        now = self._clock()
        left, at = self._buckets.get(account, (float(self._per_second), now))
        left = min(self._per_second, left + (now - at) * self._per_second)
        if left < 1:
            raise rate_limited()
        self._buckets[account] = (left - 1, now)


def rate_limited() -> ApiError:
    """Return the answer to one call too many. The SDK leaves it to its caller to slow down."""
    message = "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits."
    return ApiError(message, status=429, code="rate_limit", headers=_RATE_LIMITED)


def locked() -> ApiError:
    """Return the answer where another call holds the object. The SDK is told to try it again by itself."""
    message = (
        "This object cannot be accessed right now because another API request or Stripe process is currently accessing "
        "it. If you see this error intermittently, retry the request."
    )
    return ApiError(message, status=429, code="lock_timeout", headers=_LOCKED)
