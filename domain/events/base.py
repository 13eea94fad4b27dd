"""What an event is: a frozen fact with a versioned topic, and its one canonical encoding in bytes."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Final
from uuid import UUID

import msgspec

from domain.money import Cents, SignedCents


class Event(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A fact that happened; it holds ids and amounts, never a name, an address or a card.

    ``at`` is when it was decided (UTC), ``by`` who decided (an opaque actor id such as ``system``).
    """

    TOPIC: ClassVar[str]
    """``<stream>.<fact>.<version>``: what the log stores; it never changes meaning."""
    LABEL: ClassVar[str]
    """The French name of the fact, as a treasurer reads it."""
    DRAINS: ClassVar[bool] = False
    """Whether it lowers what its coop may spend, so that a payout or refund decided before it must be decided anew."""

    CLOCK: ClassVar[str] = "at"
    """The field that says when it happened for the family, the provider or the bank: statements use it."""
    SUBJECT: ClassVar[str] = ""
    """The field that names what it is about (a contribution, a payout), if anything."""
    BOOKS: ClassVar[str] = ""
    """The field that names the provider's object it books, if it books one: each is booked once in a ledger."""

    at: datetime
    by: str

    @property
    def happened_at(self) -> datetime:
        """The business instant of the fact (ledger.md « Clocks »: ``paid_at``), in UTC."""
        instant: datetime = getattr(self, self.CLOCK)
        return instant

    @property
    def entered(self) -> date | None:
        """The day of an inventory entry, that a later closing makes; None for what is booked when it happened."""
        return None

    @property
    def subject_id(self) -> UUID | None:
        """The contribution, payout or adjustment it is about."""
        subject: UUID | None = getattr(self, self.SUBJECT) if self.SUBJECT else None
        return subject

    @property
    def booking(self) -> str | None:
        """The kind and reference of the provider's object it books; its separator is in no idempotency key."""
        return f"{self.BOOKS}\x1f{getattr(self, self.BOOKS)}" if self.BOOKS else None


class Value(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A part of an event, compared by its content."""


class Share(Value, frozen=True, kw_only=True):
    """What one movement does to one line (one child): its cents and what the line holds afterwards."""

    line: int
    class_code: str
    cents: Cents
    balance: SignedCents


class Line(Value, frozen=True, kw_only=True):
    """One child in a basket: who (by id), in which class, at which tariff, for how many cents."""

    line: int
    participant_id: UUID
    class_code: str
    tariff_id: str
    cents: Cents


class Tariff(Value, frozen=True, kw_only=True):
    """A price of a campaign: cents for the first, second and following children of a family (S-64, S-70).

    ``tiers`` has one amount, or one per rank of child; the last stands for all further children.
    A ``free`` tariff lets the family choose, with ``tiers[0]`` as the minimum.
    """

    tariff_id: str
    label: str
    tiers: tuple[Cents, ...]
    valid_from: date
    valid_to: date
    group: str = ""
    free: bool = False


class SchoolClass(Value, frozen=True, kw_only=True):
    """A class of the coop's list for one school year: its code and how it is shown."""

    code: str
    label: str


class PayoutItem(Value, frozen=True, kw_only=True):
    """One movement of the online account that a payout covers, in whole or in part; money that left it is negative.

    ``kind`` is the fact's topic without version, ``reference`` its own name for the movement.
    """

    kind: str
    reference: str
    cents: SignedCents
    contribution_id: UUID | None = None


class InstalmentTerms(Value, frozen=True, kw_only=True):
    """Payment in several times: how many, and how many months apart (S-94, S-95)."""

    count: int
    interval_months: int


class InstalmentDue(Value, frozen=True, kw_only=True):
    """One future instalment: its number from 2, its Paris date and its split by line."""

    number: int
    due_on: date
    cents: Cents
    shares: tuple[Share, ...]


class StatementBoxes(Value, frozen=True, kw_only=True):
    """The figures of an online-account statement: opening + receipts − disbursements − transfers = closing."""

    opening: SignedCents
    receipts: SignedCents
    disbursements: SignedCents
    transfers: SignedCents
    closing: SignedCents


_encoder: Final = msgspec.json.Encoder(order="sorted")


def encode(event: Event) -> bytes:
    """Return the canonical bytes of an event: JSON, keys sorted, compact, UTF-8. They are what is stored and hashed."""
    return _encoder.encode(event)
