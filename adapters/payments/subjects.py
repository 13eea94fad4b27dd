"""What a webhook event is about, in our words: which object of the provider to look at again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum, auto
from typing import Protocol

from domain.vocabulary.keys import Key, check_keys


class Shown(IntEnum):
    """How much a look at a payment showed. What has happened to it stays so: who was told later learns no more."""

    PAID = 1
    """That it was paid."""
    CHARGED = 2
    """That, and what the provider took for it."""


class SubjectKind(Enum):
    """Sorts of objects that a webhook event may have us look at again."""

    PAYMENT = auto()
    DISPUTE = auto()
    CHECKOUT = auto()
    REFUND = auto()
    REFUNDS_OF_PAYMENT = auto()
    """All refunds of a payment: the event names the payment alone."""
    TRANSFER = auto()
    """What came back of a transfer, whoever took it back."""
    PAYOUT = auto()
    ACCOUNT = auto()


@dataclass(frozen=True, slots=True)
class Subject:
    """An object to look at again, by the provider's id.

    ``account`` is the coop's account it is in, if any. ``answers`` are the kinds, as the provider spells them and the
    inbox keeps them, of which one look at the object answers all that wait. ``wants`` is how much a look at a payment
    must have shown to answer it, whenever that was; None where each time may tell something new.
    """

    kind: SubjectKind
    object_id: Key
    account: Key | None
    answers: tuple[str, ...]
    wants: Shown | None = None

    def __post_init__(self) -> None:
        """Refuse an object without a name."""
        check_keys(self)


class Told(Protocol):
    """What a webhook event says of itself, whether it just came or was kept."""

    @property
    def kind(self) -> str:
        """What happened, as the provider spells it."""

    @property
    def object_id(self) -> str | None:
        """The object that it happened to, if any."""

    @property
    def payment(self) -> str | None:
        """The payment that the object belongs to, if it says so."""

    @property
    def account(self) -> str | None:
        """The coop's account that it happened in, if any."""
