"""One client of the SDK for all threads, and the two ways to ask it: to look at something, or to change something."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, TypeVar

import stripe

from adapters.payments.errors import ProviderMisuse
from adapters.stripe_provider.identifiers import StripeIds
from adapters.stripe_provider.limits import LIMITS
from adapters.stripe_provider.settings import StripeSettings
from adapters.stripe_provider.wire.failures import translated
from adapters.stripe_provider.wire.pace import Pace
from adapters.stripe_provider.wire.reading import Listed, Page, decoded
from adapters.stripe_provider.wire.transport import Transport

API_VERSION: Final[str] = stripe.api_version
"""The version of the API that the installed SDK speaks; the endpoints at Stripe must be set to it too."""

PAGE: Final = 100  # the most that one page of a list holds

Answer = TypeVar("Answer")
Shape = TypeVar("Shape")
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

    def _look_at(self, shape: type[Shape], path: str, **wanted: Any) -> Shape:  # noqa: ANN401 - the SDK's own
        """Return an object of which only what ``shape`` names is read: the SDK would build all that it holds.

        Raises:
            ProviderError: what the port says; ProviderMisuse where it has another shape.
        """
        return decoded(self._look(partial(self._stripe.raw_request, "get", path, **wanted)).body, shape)

    def _make_one(self, shape: type[Shape], path: str, wanted: Mapping[str, object], key: str | None = None) -> Shape:
        """Return what a request made, read as ``_look_at`` reads; ``key`` makes it safe to repeat.

        Raises:
            ProviderError: what the port says; ProviderMisuse where it has another shape.
        """
        named = dict(wanted) if key is None else {**wanted, "idempotency_key": key}
        return decoded(self._make(partial(self._stripe.raw_request, "post", path, **named)).body, shape)

    def _all_of(self, page: type[Page[Listed]], path: str, **wanted: Any) -> Iterator[Listed]:  # noqa: ANN401 - same
        """Yield what is in a list, page after page as it is wanted, read as ``_look_at`` reads.

        Raises:
            ProviderError: what the port says, at any page.
        """
        while True:
            found = self._look_at(page, path, limit=PAGE, **wanted)
            yield from found.data
            if not found.has_more or not found.data:
                return
            wanted["starting_after"] = found.data[-1].id

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
