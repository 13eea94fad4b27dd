"""Facts that several e-mails share; amounts in cents, days in Paris, links complete and already signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.texts.network_words import CONTRIBUTION, Wording


@dataclass(frozen=True)
class EmailEnvelope:
    """To whom an e-mail goes and who writes it.

    ``key`` names the e-mail for ever (an event's id and the e-mail's kind): the same key is the same message.
    ``coop`` is the name shown for the sender, ``identification`` the coop's regulated line (S-56).
    ``words`` are those of the association for what families give (S-25).
    ``reply_to`` is the contact of the campaign or of the association (S-60), if there is one.
    """

    to: str
    key: str
    coop: str
    identification: str
    reply_to: str = ""
    demo: bool = False
    words: Wording = CONTRIBUTION

    def __repr__(self) -> str:
        """Say nothing: an envelope is an address, and must not reach a log or a traceback."""
        return "Envelope(…)"


@dataclass(frozen=True)
class ChildAmount:
    """One child of a basket as the family reads it, and its cents (S-198)."""

    name: str
    school_class: str
    tariff: str
    cents: int

    def __repr__(self) -> str:
        """Say nothing: it holds a child's name."""
        return "ChildAmount(…)"


@dataclass(frozen=True)
class DuePayment:
    """A payment to come: its day and its cents (S-96)."""

    on: date
    cents: int


@dataclass(frozen=True)
class Instalment:
    """One instalment of a contribution: the ``number``-th of ``count``, its day and its cents (S-94…S-96)."""

    campaign: str
    reference: str
    number: int
    count: int
    on: date
    cents: int
