"""One client of the SDK for all threads, and the two ways to ask it: to look at something, or to change something."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final, TypeVar

import stripe

from adapters.payments.errors import ProviderMisuse
from adapters.stripe_provider.identifiers import StripeIds
from adapters.stripe_provider.limits import LIMITS
from adapters.stripe_provider.settings import StripeSettings
from adapters.stripe_provider.wire.failures import translated
from adapters.stripe_provider.wire.pace import Pace
from adapters.stripe_provider.wire.transport import Transport

API_VERSION: Final[str] = stripe.api_version
"""The version of the API that the installed SDK speaks; the endpoints at Stripe must be set to it too."""

PAGE: Final = 100  # the most that one page of a list holds

Answer = TypeVar("Answer")
Thing = TypeVar("Thing", bound=stripe.StripeObject)


def _now() -> datetime:
    return datetime.now(UTC)


class StripeConnection:
    """What every part of the adapter asks Stripe through; may be used from several threads at once."""

    def __init__(self, settings: StripeSettings, *, clock: Callable[[], datetime] = _now) -> None:
        """Make the client ready, without asking anything yet; ``clock`` gives the present instant.

        Raises:
            ProviderMisuse: the SDK was told to print the bodies of its requests.
        """
        if os.environ.get("STRIPE_LOG") or stripe.log:
            raise ProviderMisuse(detail="STRIPE_LOG prints what must not be printed")
        self.ids = StripeIds()
        self.limits = LIMITS
        self.live = settings.live
        self._settings = settings
        self._clock = clock
        self._wire = Transport(
            Pace(settings.calls_per_second),
            connect_timeout=settings.connect_timeout,
            answer_timeout=settings.answer_timeout,
        )
        self._stripe = stripe.StripeClient(
            settings.api_key,
            stripe_version=API_VERSION,
            base_addresses={"api": settings.base_url} if settings.base_url else None,
            max_network_retries=2,
            http_client=self._wire,
        )

    def close(self) -> None:
        """Close the connections; nothing may be asked any more."""
        self._wire.close()

    def _look(self, call: Callable[[], Answer]) -> Answer:
        """Return the answer to a question that changes nothing.

        Raises:
            ProviderError: what the port says.
        """
        return self._ask(call, makes=False)

    def _make(self, call: Callable[[], Answer]) -> Answer:
        """Return the answer to a request that changes something.

        Raises:
            ProviderError: what the port says.
        """
        return self._ask(call, makes=True)

    def _ask(self, call: Callable[[], Answer], *, makes: bool) -> Answer:
        self._wire.begin()
        try:
            return call()
        except stripe.StripeError as error:
            told = translated(error, makes=makes, doubtful=self._wire.doubtful)
        # Raised out here so that the SDK's error, which holds the body of the answer, is no part of it.
        raise told

    def _each(self, first: Callable[[], stripe.ListObject[Thing]]) -> Iterator[Thing]:
        """Yield the objects of a list, page after page as they are wanted.

        Raises:
            ProviderError: what the port says, at any page.
        """
        page = self._look(first)
        while True:
            yield from page.data
            if not page.has_more:
                return
            page = self._look(page.next_page)
