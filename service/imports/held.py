"""What a campaign holds of a platform's payments, child by child, as an import compares its file with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

from domain.calendar import paris_date
from domain.campaign.contribution import Contribution
from domain.campaign.state import Campaign
from domain.vocabulary.references import is_made_up


class HeldChild(NamedTuple):
    """One child of a payment that is held; ``payment_id`` and ``platform`` are those of another platform's payment.

    ``number`` is the child's place in its contribution. Cash has a slip for its reference, and no payment.
    """

    participant_id: UUID
    contribution_id: UUID
    number: int
    class_code: str
    cents: int
    refunded: int
    day: date
    reference: str
    payment_id: UUID | None = None
    platform: str = ""
    imported: bool = True

    @property
    def left(self) -> int:
        """What of it did not go back, in cents."""
        return self.cents - self.refunded

    @property
    def has_number(self) -> bool:
        """Whether its reference is the other platform's number, and none that an import made up."""
        return not is_made_up(self.reference)

    @property
    def is_cash(self) -> bool:
        """Whether it was paid in cash."""
        return self.payment_id is None


class Held(NamedTuple):
    """All lines of a campaign's payments that came in elsewhere or in cash, by the child's identifier.

    None stands for a child whose payment was withdrawn: its identifier is taken.
    """

    by_participant: Mapping[UUID, HeldChild | None]
    lines: tuple[HeldChild, ...]

    def of_payment(self, payment_id: UUID) -> tuple[HeldChild, ...]:
        """The children of one payment."""
        return tuple(line for line in self.lines if line.payment_id == payment_id)

    def of_slip(self, contribution_id: UUID) -> tuple[HeldChild, ...]:
        """The children of a contribution that was paid in cash."""
        return tuple(line for line in self.lines if line.is_cash and line.contribution_id == contribution_id)


def held_of(campaign: Campaign) -> Held:
    """Return what a campaign holds."""
    by_participant: dict[UUID, HeldChild | None] = {}
    lines: list[HeldChild] = []
    for contribution_id, contribution in campaign.contributions.items():
        by_participant |= {line.participant_id: None for line in contribution.lines.values()}
        paid = [*_elsewhere(contribution_id, contribution), *_in_cash(contribution_id, contribution)]
        by_participant |= {line.participant_id: line for line in paid}
        lines += paid
    return Held(by_participant, tuple(lines))


def _elsewhere(contribution_id: UUID, contribution: Contribution) -> Iterator[HeldChild]:
    """The children of its payments on other platforms."""
    for payment_id, payment in contribution.external_payments.items():
        for number, cents in payment.by_line.items():
            line = contribution.lines[number]
            yield HeldChild(
                participant_id=line.participant_id,
                contribution_id=contribution_id,
                number=number,
                class_code=line.class_code,
                cents=cents,
                refunded=payment.refunded.get(number, 0),
                day=paris_date(payment.paid_at),
                reference=payment.reference,
                payment_id=payment_id,
                platform=payment.platform,
                imported=payment.import_id is not None,
            )


def _in_cash(contribution_id: UUID, contribution: Contribution) -> Iterator[HeldChild]:
    """The children of a contribution that was paid in cash: what is held of each, as slips were corrected."""
    slips = [(slip, kept) for slip, kept in contribution.slips.items() if kept.cents]
    for slip, kept in slips[:1]:
        for number, line in contribution.lines.items():
            yield HeldChild(
                participant_id=line.participant_id,
                contribution_id=contribution_id,
                number=number,
                class_code=line.class_code,
                cents=line.paid,
                refunded=line.paid - line.held,
                day=paris_date(kept.paid_at),
                reference=slip,
                imported=is_made_up(slip),
            )
