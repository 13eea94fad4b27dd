"""Identifiers of imported rows: the same row of any later export has the same ones, and they say nothing of its names.

They are keyed (HMAC-SHA-256 under a secret of the vault): a plain hash of a name can be guessed, this cannot.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import date, datetime
from typing import Final
from uuid import UUID

import msgspec

from adapters.imports import PaymentRow
from adapters.imports.headers import fold
from domain.calendar import paris_date

SECRET_NAME: Final = "import"  # noqa: S105 (the name of a secret, not the secret)
"""The vault's secret that keys the identifiers; it outlives a rotation of the association's key."""

Identity = tuple[str, ...]
"""What stays the same in a row from one export to the next."""


def paid_day(row: PaymentRow) -> date:
    """The Paris day of a payment."""
    return paris_date(row.paid_on) if isinstance(row.paid_on, datetime) else row.paid_on


def identity_of(row: PaymentRow) -> Identity:
    """Reduce a row to what every export of it tells alike: its reference, else child, cents, means and day.

    The order number, the payer, the time of day and the class are left out on purpose: they come and go with
    the columns that were exported, and a class gets corrected. Counting the same money twice would be worse.
    """
    if row.reference:
        return (row.reference,)
    return (fold(row.first_name), fold(row.last_name), str(row.cents), row.means, paid_day(row).isoformat())


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
