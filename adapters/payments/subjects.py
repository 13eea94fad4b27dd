"""What a webhook event is about, in our words: which object of the provider to look at again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from domain.vocabulary.keys import Key, check_keys


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
    inbox keeps them, of which one look at the object answers all that wait.
    """

    kind: SubjectKind
    object_id: Key
    account: Key | None
    answers: tuple[str, ...]

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
    def account(self) -> str | None:
        """The coop's account that it happened in, if any."""
