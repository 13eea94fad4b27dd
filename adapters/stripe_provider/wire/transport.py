"""The wire below the SDK: one pool of connections for all threads, and a witness of what may have been carried out.

The SDK repeats a request whose answer was lost, and tells only how the last attempt ended. « Connection refused » on
the third attempt says nothing of the first, so each attempt is judged here.
"""

from __future__ import annotations

import logging
import ssl
import threading
import time
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Any, ClassVar, Final, NamedTuple
from urllib.parse import urlsplit

import httpx2
import msgspec
import stripe

from adapters.payments.patience import patience
from adapters.stripe_provider.limits import CRAWLS
from adapters.stripe_provider.wire.pace import Pace, TooSlowError

# No timings of ours, and none of the messages or bodies that the SDK logs below a warning: both may hold an address.
stripe.enable_telemetry = False
logging.getLogger("stripe").addFilter(lambda record: record.levelno >= logging.WARNING)

_NEVER_SENT: Final = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
)
_LINES: Final = httpx2.Limits(max_connections=None, max_keepalive_connections=100)
"""As many connections as calls are under way; those that were used stay open for the next."""
_RETRY: Final = "stripe-should-retry"
"""Says of a 429 that another call held the object for a moment: the SDK asks again by itself, and nothing is slowed."""


class _Error(msgspec.Struct):
    """Stripe's error, whatever it says."""


class _Body(msgspec.Struct):
    """What tells an answer of Stripe from the page of some proxy: an object names its kind, or there is an error."""

    object: str | None = None
    data: list[msgspec.Raw] | None = None
    error: _Error | None = None


class _Attempt(NamedTuple):
    """One request of the SDK."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: Any

    @property
    def account(self) -> str:
        """The coop's account that it is about; nothing for the platform's: Stripe counts each apart."""
        return self.headers.get("Stripe-Account") or self.headers.get("Stripe-Context") or ""

    @property
    def crawl(self) -> bool:
        """Whether it is one of thousands that nobody waits for."""
        return self.method == "GET" and urlsplit(self.url).path.startswith(CRAWLS)


class _Witness(threading.local):
    """What the attempts of this thread's present request leave open."""

    doubtful = False


@cache
def _trusted() -> ssl.SSLContext:
    """The authorities we trust, read once: reading them costs more than all else that a connection begins with."""
    return httpx2.create_ssl_context()


class Transport(stripe.HTTPClient):
    """Carries the requests of the SDK; may be used from several threads at once. Time-outs are in seconds."""

    name: ClassVar[str] = "httpx2"

    def __init__(self, pace: Pace, *, connect_timeout: float, answer_timeout: float) -> None:
        super().__init__()
        self._pace = pace
        until = httpx2.Timeout(answer_timeout, connect=connect_timeout)
        self._http = httpx2.Client(verify=_trusted(), timeout=until, limits=_LINES)
        self._witness = _Witness()

    def begin(self) -> None:
        """Forget what this thread's former request left open."""
        self._witness.doubtful = False

    @property
    def doubtful(self) -> bool:
        """Whether an attempt of this thread's request may have been carried out without our knowing."""
        return self._witness.doubtful

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,  # noqa: ANN401 - the SDK's own signature
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        """Make one attempt, when it is its turn; the SDK decides whether to make another.

        What was refused as one call too many was not carried out: it is asked again when Stripe said, for as long as
        the caller is patient.

        Raises:
            stripe.APIConnectionError: no answer came; its text names the kind of failure and nothing of the request.
            stripe.RateLimitError: there is no turn in time; nothing was asked.
        """
        call = _Attempt(method.upper(), url, headers or {}, post_data)
        end = time.monotonic() + patience()
        while True:
            try:
                self._pace.take(call.account, end - time.monotonic(), crawl=call.crawl)
            except TooSlowError:
                break
            text, status, told = self._attempt(call)
            if status != HTTPStatus.TOO_MANY_REQUESTS or told.get(_RETRY) == "true":
                return text, status, told
            self._pace.refused(call.account, _seconds(told.get("retry-after")))
        raise stripe.RateLimitError("no turn in time", code="rate_limit", http_status=HTTPStatus.TOO_MANY_REQUESTS)

    def _attempt(self, call: _Attempt) -> tuple[str, int, Mapping[str, str]]:
        try:
            answer = self._http.request(call.method, call.url, headers=call.headers, content=call.body)
        except httpx2.RequestError as error:
            self._witness.doubtful |= not isinstance(error, _NEVER_SENT)
            lost = type(error).__name__
        else:
            if _is_stripes(answer):
                # 409: another request with the same key is being carried out at this moment.
                in_between = answer.status_code == HTTPStatus.CONFLICT
                self._witness.doubtful |= in_between or answer.is_server_error
                return answer.text, answer.status_code, answer.headers
            self._witness.doubtful = True
            lost = f"an answer {answer.status_code} that is not Stripe's"
        raise stripe.APIConnectionError(lost, should_retry=True)  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """Close the connections; no request may follow."""
        self._http.close()


def _seconds(told: str | None) -> float:
    """Read for how long Stripe wants to be asked nothing; a second where it does not say."""
    return float(told) if told is not None and told.isdecimal() else 1.0


def _is_stripes(answer: httpx2.Response) -> bool:
    """Tell whether an answer has Stripe's shape; the SDK fails in its own ways on what has not."""
    try:
        body = msgspec.json.decode(answer.content, type=_Body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    if answer.is_success:  # a list of the API's second version does not say what it is
        return body.object is not None or body.data is not None
    return body.error is not None
