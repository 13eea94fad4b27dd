"""The one module of the sandbox that imports the SDK: its version, its classes, its signature."""

from __future__ import annotations

from functools import cache, reduce
from importlib import import_module
from typing import Any, Final, get_args

import stripe
from stripe._api_version import _ApiVersion  # no public name says which version the SDK speaks
from stripe._request_options import RequestOptions

from adapters.stripe_sandbox.errors import Json

API_VERSION: Final[str] = _ApiVersion.CURRENT
OPTIONS: Final = frozenset(RequestOptions.__annotations__)  # travel in headers, never in a body

EVENT_TYPES: Final[frozenset[str]] = frozenset(get_args(stripe.Event.__annotations__["type"]))

# Fields that are there only when their meaning is true: Stripe leaves them out, it does not send null.
_LEFT_OUT: Final = frozenset({"OBJECT_NAME", "deleted"})


@cache
def params(name: str) -> Any:  # noqa: ANN401 - a TypedDict has no type of its own
    """Return the TypedDict of a request, by its name below ``stripe.params``: ``checkout.SessionCreateParams``."""
    package, _, kind = name.rpartition(".")
    return getattr(import_module(f"stripe.params.{package}".rstrip(".")), kind)


@cache
def fields(name: str) -> frozenset[str]:
    """Return the fields of a response class, by its name below ``stripe``: ``checkout.Session``."""
    return frozenset(reduce(getattr, name.split("."), stripe).__annotations__) - _LEFT_OUT


def shape(name: str, /, **known: Any) -> Json:  # noqa: ANN401 - the fields of the API are what they are
    """Return an object of the API: the given fields, and null for all others its class has.

    Raises:
        KeyError: the class of the SDK has no such field.
    """
    return dict.fromkeys(sorted(fields(name))) | exact(name, **known)


def exact(name: str, /, **known: Any) -> Json:  # noqa: ANN401 - the fields of the API are what they are
    """Return an object of the API with the given fields only, for classes that hold a field for each way of paying.

    Raises:
        KeyError: the class of the SDK has no such field.
    """
    if unknown := known.keys() - fields(name):
        raise KeyError(f"{name} has no {', '.join(sorted(unknown))}")
    return known


def sign(payload: str, secret: str, timestamp: int) -> str:
    """Return the ``Stripe-Signature`` header of a delivery."""
    return str(stripe.WebhookSignature.generate_signature_header(payload, secret, timestamp))
