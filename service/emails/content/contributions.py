"""E-mails about a contribution: its confirmation, its receipt, the holders' notification (S-97, S-99, S-214).

And what a coop writes itself to families that contributed: its words as they are, in a letter like the others (S-137).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from adapters.email import Email
from service.emails.content.rendering import compose
from service.emails.content.values import ChildAmount, DuePayment, EmailEnvelope


@dataclass(frozen=True)
class ConfirmationEmail:
    """A first payment that was received: the basket by child, the tip apart, what is still to come.

    ``message`` is what the coop wrote for this campaign (S-97), plain text, possibly empty. The tip is paid at once
    and goes to the platform (S-209). ``manage_url`` is where what is still to come can be stopped.
    """

    campaign: str
    reference: str
    paid_on: date
    lines: tuple[ChildAmount, ...]
    tip_cents: int
    receipt_url: str
    message: str = ""
    later: tuple[DuePayment, ...] = ()
    manage_url: str = ""

    @property
    def due_cents(self) -> int:
        """What the basket costs, tip excluded."""
        return sum(line.cents for line in self.lines)

    @property
    def first_cents(self) -> int:
        """What the coop has received: the basket less the instalments to come."""
        return self.due_cents - sum(due.cents for due in self.later)

    @property
    def paid_cents(self) -> int:
        """What was debited, tip included (S-212)."""
        return self.first_cents + self.tip_cents


@dataclass(frozen=True)
class RegistrationEmail:
    """A basket of nothing that was placed, by child; ``message`` is what the coop wrote for this campaign (S-97)."""

    campaign: str
    reference: str
    placed_on: date
    lines: tuple[ChildAmount, ...]
    message: str = ""


@dataclass(frozen=True)
class ReceiptEmail:
    """Where the receipt of a contribution is, until which day, and for which cents, tip included."""

    campaign: str
    reference: str
    paid_cents: int
    until: date
    receipt_url: str


@dataclass(frozen=True)
class ClassAmount:
    """One child of a basket as the mandate holders see it: its class and its cents, without its name."""

    school_class: str
    cents: int


@dataclass(frozen=True)
class NotificationEmail:
    """A contribution that came in (S-99).

    No name: addresses of this list are typed by hand, and the page that shows names wants a sign-in.
    """

    campaign: str
    reference: str
    paid_on: date
    lines: tuple[ClassAmount, ...]
    received_cents: int
    url: str

    @property
    def due_cents(self) -> int:
        """What the basket costs, tip excluded."""
        return sum(line.cents for line in self.lines)

    @property
    def later_cents(self) -> int:
        """What instalments will bring."""
        return self.due_cents - self.received_cents


def confirmation(envelope: EmailEnvelope, facts: ConfirmationEmail) -> Email:
    """Confirm a payment to the family, with the campaign's own message (S-97) and a link to the receipt (S-214)."""
    return compose("confirmation", envelope, facts=facts)


def registration(envelope: EmailEnvelope, facts: RegistrationEmail) -> Email:
    """Confirm to the family a basket for which there is nothing to pay: no payment, and so no receipt."""
    return compose("registration", envelope, facts=facts)


def receipt(envelope: EmailEnvelope, facts: ReceiptEmail) -> Email:
    """Send the link to the receipt, « attestation de paiement »: neither an invoice nor a tax receipt."""
    return compose("receipt", envelope, facts=facts)


def notification(envelope: EmailEnvelope, facts: NotificationEmail) -> Email:
    """Tell one address of the campaign's list that a contribution came in (S-99)."""
    return compose("notification", envelope, facts=facts)


def cards_tested(envelope: EmailEnvelope, campaign: str, on: date, url: str) -> Email:
    """Say that many cards were refused on a campaign, what was done, and that there is nothing to do."""
    return compose("cards_tested", envelope, campaign=campaign, on=on, url=url)


@dataclass(frozen=True)
class DisputeEmail:
    """What a bank took beyond a payment: of which order and dispute, how much, on which day; the campaign's page."""

    campaign: str
    reference: str
    dispute: str
    cents: int
    on: date
    url: str


def dispute_to_explain(envelope: EmailEnvelope, told: DisputeEmail) -> Email:
    """Say that a bank took more than was left of a payment, and that two people must say whose loss that is."""
    return compose("dispute_to_explain", envelope, told=told)


@dataclass(frozen=True)
class CoopMessage:
    """A message: its subject and text as they were typed, the campaign that it is about, where to ask for no more."""

    title: str
    text: str
    campaign: str
    stop_url: str

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The lines of the text that say something."""
        return tuple(line for line in map(str.strip, self.text.splitlines()) if line)

    def __repr__(self) -> str:
        """Say nothing: a message may name people, and must not reach a log or a traceback."""
        return "CoopMessage(…)"


def family_message(envelope: EmailEnvelope, facts: CoopMessage) -> Email:
    """Write what a coop says to one family."""
    return compose("family_message", envelope, facts=facts)
