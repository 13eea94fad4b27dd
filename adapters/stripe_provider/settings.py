"""How Stripe is reached: the key, the secrets of the three endpoints, and how long to wait."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from adapters.payments.errors import ProviderMisuse
from adapters.payments.port import Endpoint
from adapters.stripe_provider.limits import LIVE_CALLS, TEST_CALLS

_KEY: Final = re.compile(r"(?:sk|rk)_(live|test)_\w+", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeSettings:
    """What the adapter needs to know.

    ``base_url`` is where the API is, Stripe's own address if None. ``webhook_secrets`` are the secrets that may sign
    the webhook events of each endpoint: two of them while one is being replaced. ``live`` says whether real money
    moves. Time-outs are in seconds, for one attempt. ``calls`` is how many calls a second one account takes from this
    process, where that is not what Stripe says in public.
    """

    api_key: str = field(repr=False)
    live: bool
    base_url: str | None = None
    webhook_secrets: Mapping[Endpoint, tuple[str, ...]] = field(default_factory=dict, repr=False)
    connect_timeout: float = 5.0
    answer_timeout: float = 30.0
    calls: int | None = None

    @property
    def calls_per_second(self) -> int:
        """How many calls a second one account takes. What is at another address tells by its refusals if it is less."""
        if self.calls is not None:
            return self.calls
        return TEST_CALLS if not self.live and self.base_url is None else LIVE_CALLS

    def __post_init__(self) -> None:
        """Refuse a key of the other mode, and a live key that would leave for another address than Stripe's.

        Raises:
            ProviderMisuse: ``detail`` says why; it never holds the key.
        """
        key = _KEY.fullmatch(self.api_key)
        if key is None:
            raise ProviderMisuse(detail="not a secret or restricted key")
        if (key[1] == "live") is not self.live:
            raise ProviderMisuse(detail="key of the other mode")
        if self.live and self.base_url is not None:
            raise ProviderMisuse(detail="live key for another address")
