"""Reads the SDK's objects: instants, ids that may be expanded, euros, our metadata, and words that must be known."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar
from urllib.parse import quote_plus
from uuid import UUID

import msgspec
import stripe

from adapters.payments.errors import NotKnownYet, OtherCurrency, ProviderMisuse

EURO: Final = "eur"
"""The only currency of the ledger: money in others is on balances of its own, which are not compared."""
Word = TypeVar("Word", bound=StrEnum)
Shape = TypeVar("Shape")
Listed = TypeVar("Listed", bound="Named")


class Named(msgspec.Struct):
    """An object of which at least the id is read."""

    id: str


class Page(msgspec.Struct, Generic[Listed]):
    """A part of a list, and whether there is more."""

    data: list[Listed]
    has_more: bool


class Expanded(msgspec.Struct):
    """Any object that is given whole where its id would do."""

    id: str | None = None


Link = Expanded | str | None
"""What one object says of another: its id, all of it, or nothing yet."""


def path_of(collection: str, name: str, *more: str) -> str:
    """Return where the API has an object, or what belongs to it; whatever its id holds, it is one part of the path."""
    return "/".join((collection, quote_plus(name), *more))


def decoded(body: str, shape: type[Shape]) -> Shape:
    """Read what is needed of an answer.

    Raises:
        ProviderMisuse: it has another shape.
    """
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.DecodeError:
        raise ProviderMisuse(kind=shape.__name__.lstrip("_"), detail="an answer of an unknown shape") from None


def instant(seconds: int) -> datetime:
    """Return the instant of a date of the API's first version."""
    return datetime.fromtimestamp(seconds, UTC)


def iso_instant(text: str) -> datetime:
    """Return the instant of a date of the API's second version.

    Raises:
        ValueError: it is none.
    """
    return datetime.fromisoformat(text).astimezone(UTC)


def id_of(thing: object) -> str | None:
    """Return the id of an object, expanded or not; None where there is none, or none yet."""
    name = thing if isinstance(thing, str) else getattr(thing, "id", None)
    return str(name) if name else None


def named(thing: object, *, about: str, missing: str) -> str:
    """Return the id of an object that another one (``about``) always has in the end.

    Raises:
        NotKnownYet: Stripe has not said it yet: to go on without it would be to invent a key.
    """
    name = id_of(thing)
    if name is None:
        raise NotKnownYet(about=about, missing=missing)
    return name


def euros(cents: int, currency: str) -> int:
    """Return an amount that must be in euros.

    Raises:
        OtherCurrency: it is in another one.
    """
    if currency != EURO:
        raise OtherCurrency(kind="currency", reason=currency)
    return cents


def tags(metadata: stripe.StripeObject | dict[str, str] | None) -> dict[str, str]:
    """Return the metadata of an object, which may have none."""
    if isinstance(metadata, dict):
        return metadata
    found: dict[str, Any] = {} if metadata is None else metadata.to_dict()
    return {name: str(value) for name, value in found.items()}


def uuid_tag(metadata: dict[str, str], name: str) -> UUID | None:
    """Return one of our ids from metadata; None where something else was written there, or nothing."""
    try:
        return UUID(metadata[name])
    except (KeyError, ValueError):
        return None


def known(kind: type[Word], word: str | None) -> Word:
    """Return a word of the API as one of ours that has the same spelling.

    Raises:
        ProviderMisuse: Stripe has a word we do not know; to guess its meaning would be to guess about money.
    """
    try:
        return kind(word or "")
    except ValueError:
        pass
    raise ProviderMisuse(kind=kind.__name__, reason=word or "")
