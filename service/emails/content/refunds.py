"""E-mails about a refund: made in full, in part or of the tip alone; or failed; and about money that waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from adapters.email import Email
from service.emails.content.rendering import compose
from service.emails.content.values import ChildAmount, EmailEnvelope


@dataclass(frozen=True)
class RefundEmail:
    """What goes back to the card: by child, and of the tip; ``kept_cents`` is what the coop keeps afterwards."""

    campaign: str
    reference: str
    lines: tuple[ChildAmount, ...]
    tip_cents: int
    kept_cents: int

    @property
    def cents(self) -> int:
        """What the coop gives back, tip excluded."""
        return sum(line.cents for line in self.lines)

    @property
    def total_cents(self) -> int:
        """What the card receives."""
        return self.cents + self.tip_cents


def refund_made(envelope: EmailEnvelope, facts: RefundEmail) -> Email:
    """Say what was given back to the card and when it shows."""
    return compose("refund_made", envelope, facts=facts)


def refund_failed(envelope: EmailEnvelope, facts: RefundEmail) -> Email:
    """Say that a refund did not reach the card; ``facts`` are those of the refund that was tried."""
    return compose("refund_failed", envelope, facts=facts)


@dataclass(frozen=True)
class WaitingEmail:
    """Money that waits until somebody says whose it is; ``left`` if it has left the account at the provider.

    ``campaign`` is empty for what is about no campaign; ``reference`` is then the movement's.
    """

    campaign: str
    reference: str
    since: date
    cents: int
    left: bool
    url: str


def money_waits(envelope: EmailEnvelope, facts: WaitingEmail) -> Email:
    """Say that money waits, and who says whose it is."""
    return compose("money_waits", envelope, facts=facts)
