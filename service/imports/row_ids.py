"""Identifiers of imported rows: the same row of any later export has the same ones, and they say nothing of its names.

They are keyed (HMAC-SHA-256 under a secret of the vault): a plain hash of a name can be guessed, this cannot.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from datetime import date, datetime
from typing import Final
from uuid import UUID

import msgspec

from adapters.imports import Means, Mention, PaymentRow
from adapters.imports.headers import letters
from domain.calendar import paris_date

SECRET_NAME: Final = "import"  # noqa: S105 (the name of a secret, not the secret)
"""The vault's secret that keys the identifiers; it outlives a rotation of the association's key."""

Identity = tuple[str, ...]
"""What stays the same in a row from one export to the next."""
Row = PaymentRow | Mention
_NUMBERED: Final = "numbered"


def paid_day(row: PaymentRow) -> date:
    """The Paris day of a payment."""
    return _day(row.paid_on)


def mentioned_day(row: Row) -> date | None:
    """The Paris day of a line's payment, where the line says one."""
    return None if row.paid_on is None else _day(row.paid_on)


def _day(paid_on: date | datetime) -> date:
    return paris_date(paid_on) if isinstance(paid_on, datetime) else paid_on


def identities_of(row: Row) -> tuple[Identity, ...]:
    """Reduce a row to what exports of it tell alike, the surest first.

    A platform's own number comes before what people wrote. An amount identifies nothing: it is what gets corrected,
    as a class is. Nor do the order number, the payer and the time of day: they come and go with the columns that
    were exported, and counting the same money twice would be worse.
    """
    if row.reference:
        return ((row.reference,),)
    means = None if row.means is None else "cash" if row.means is Means.CASH else "external"
    return tuple(identities(row.transaction, row.ticket, child_of(row), means, mentioned_day(row)))


def child_of(row: Row) -> Identity:
    """The name of a row's child, as it is compared; empty where the line has none."""
    return (letters(row.first_name), letters(row.last_name)) if row.first_name or row.last_name else ()


def identities(
    transaction: str, ticket: str, child: Identity, means: str | None, day: date | None
) -> Iterator[Identity]:
    """What identifies one child's payment: transaction and ticket, transaction and child, or child, means and day.

    The last is for what has no number on one side at least: two numbers that differ are two payments. So a line
    without a number may also be what is held under any, and that is how ``identities_held`` tells what is.
    """
    number = letters(transaction)
    if number and ticket:
        yield ("ticket", number, letters(ticket))
    if number and child:
        yield ("transaction", number, *child)
    if child and means is not None and day is not None:
        yield (*child, means, day.isoformat())
        if not number:
            yield (_NUMBERED, *child, means, day.isoformat())


def identities_held(transaction: str, ticket: str, child: Identity, means: str, day: date) -> Iterator[Identity]:
    """What identifies a payment that is held, whose child is known."""
    told = tuple(identities(transaction, ticket, child, means, day))
    if not transaction:
        return iter(told[:1])
    return iter((*told[:-1], (_NUMBERED, *told[-1])))


class Identifiers:
    """The identifiers of one campaign's imported rows."""

    def __init__(self, secret: bytes, campaign_id: UUID) -> None:
        """Bind the secret to a campaign: the same family in two campaigns has unrelated identifiers."""
        self._secret = secret
        self._campaign_id = campaign_id

    def digest(self, use: str, *parts: str) -> bytes:
        """Return the keyed hash of some parts for one use."""
        message = msgspec.json.encode([use, str(self._campaign_id), *parts])
        return hmac.digest(self._secret, message, hashlib.sha256)

    def uuid(self, use: str, *parts: str) -> UUID:
        """Return an identifier for one use, random without the secret."""
        return UUID(bytes=self.digest(use, *parts)[:16], version=4)

    def participant(self, identity: Identity, occurrence: int) -> UUID:
        """Return the identifier of a row: its identity and which of its identical occurrences it is, from 1."""
        return self.uuid("participant", *identity, str(occurrence))

    def key(self, first_participant: UUID) -> str:
        """Return the idempotency key of the contribution that begins with a row."""
        return f"import:{self._campaign_id}:{self.digest('key', str(first_participant)).hex()}"
