"""Taking over a contribution that another platform collected: placed and received in one decision (S-164…S-167)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID

import msgspec

from domain.campaign.contribution import Contribution
from domain.campaign.state import Campaign, CampaignCommand, CampaignStatus
from domain.errors import CampaignClosed, InvalidInput
from domain.events.base import Event, Line, Tariff, Value
from domain.events.contribution import CashReceived, ContributionPlaced, PaymentCaptured
from domain.money import check_amount
from domain.school_classes import UNASSIGNED, class_code

OFF_TARIFF: Final = "import"
"""The tariff id of an imported amount that is not a price of the campaign (AN-2): kept, and visible as such."""


class ImportedChild(Value, frozen=True, kw_only=True):
    """One row of the payments table: a child, its class as written, its cents."""

    participant_id: UUID
    class_label: str
    cents: int


def _tariff_for(tariffs: dict[str, Tariff], cents: int) -> str:
    """The tariff that has this price, else the mark of an amount off tariff."""
    return next((tariff.tariff_id for tariff in tariffs.values() if cents in tariff.tiers), OFF_TARIFF)


class ImportContribution(CampaignCommand, frozen=True, kw_only=True):
    """Record a contribution already received elsewhere, by card or in cash, under its reference there.

    ``known_classes`` is the coop's list by school year, where it manages one.
    """

    KIND: ClassVar[str] = "ImportContribution"
    contribution_id: UUID
    payer_id: UUID
    commitment: str
    children: tuple[ImportedChild, ...]
    means: str
    payment_ref: str
    tip_cents: int
    paid_at: datetime
    known_classes: dict[int, tuple[str, ...]] = msgspec.field(default_factory=dict)

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Recorded once by contribution and by payment reference; refused into an archived campaign."""
        taken = self.payment_ref in state.payments or self.payment_ref in state.slips
        if taken or self.contribution_id in state.contributions:
            return ()
        if state.status is CampaignStatus.ARCHIVED:
            raise CampaignClosed(campaign=state.id, status=state.status)
        if not self.children or self.means not in ("card", "cash") or (self.means == "cash" and self.tip_cents):
            raise InvalidInput(means=self.means, children=len(self.children))
        check_amount(self.tip_cents, minimum=0)
        check_amount(sum(child.cents for child in self.children))
        placed = ContributionPlaced(
            at=self.at,
            by=self.by,
            contribution_id=self.contribution_id,
            payer_id=self.payer_id,
            commitment=self.commitment,
            lines=self._lines(state),
            tip_cents=self.tip_cents,
            means=self.means,
            instalments=1,
            terms_version="",
        )
        return (placed, self._received(Contribution(placed)))

    def _lines(self, state: Campaign) -> tuple[Line, ...]:
        """One line per row, with its class reduced to its code, that of the coop's list where it has one."""
        known = self.known_classes.get(state.school_year, ())
        return tuple(
            Line(
                line=number,
                participant_id=child.participant_id,
                class_code=class_code(child.class_label, known) if child.class_label.strip() else UNASSIGNED,
                tariff_id=_tariff_for(state.tariffs, child.cents),
                cents=check_amount(child.cents),
            )
            for number, child in enumerate(self.children, start=1)
        )

    def _received(self, contribution: Contribution) -> Event:
        """The payment of all its lines."""
        cents = contribution.due
        shares = contribution.split_payment(cents)
        if self.means == "cash":
            return CashReceived(
                at=self.at,
                by=self.by,
                contribution_id=self.contribution_id,
                slip=self.payment_ref,
                cents=cents,
                shares=shares,
                paid_at=self.paid_at,
            )
        return PaymentCaptured(
            at=self.at,
            by=self.by,
            contribution_id=self.contribution_id,
            payment_id=self.payment_ref,
            instalment=1,
            cents=cents,
            tip_cents=self.tip_cents,
            shares=shares,
            paid_at=self.paid_at,
        )
