"""Taking over a contribution that another platform collected: placed and received in one decision (S-164…S-167)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID

import msgspec

from domain.campaign.contribution import Contribution
from domain.campaign.state import Campaign, CampaignFundsCommand, CampaignStatus
from domain.errors import CampaignClosed, InvalidInput
from domain.events.base import Event, Line, Tariff, Value
from domain.events.contribution import CashReceived, ContributionPlaced
from domain.events.external import ExternalPaymentRecorded
from domain.funds import CoopFunds
from domain.money import check_amount
from domain.school_classes import UNASSIGNED, class_code
from domain.vocabulary.keys import Key
from domain.vocabulary.platforms import listed_platform, platform_reference

OFF_TARIFF: Final = "import"
"""The tariff id of an imported amount that is not a price of the campaign (AN-2): kept, and visible as such."""


class ImportedChild(Value, frozen=True, kw_only=True):
    """One row of the payments table: a child, its class as written, its cents."""

    participant_id: UUID
    class_label: str
    cents: int


def _tariff_for(tariffs: dict[str, Tariff], cents: int) -> str:
    """The tariff that has this price, else the mark of an amount off tariff.

    Where all tariffs are free it is the first that takes the amount; beside prices, what it was given for is not known.
    """
    fixed = {key: one for key, one in tariffs.items() if not one.free}
    if fixed:
        return next((key for key, one in fixed.items() if cents in one.tiers), OFF_TARIFF)
    return next((key for key, one in tariffs.items() if one.tiers[0] <= cents), OFF_TARIFF)


class ImportContribution(CampaignFundsCommand, frozen=True, kw_only=True):
    """Record a contribution that another platform received, under its reference there, or that came in cash.

    ``means`` is ``external`` or ``cash``; ``import_id`` names the import that brings it. A tip left to the other
    platform is that platform's: no import books it. ``known_classes`` is the coop's list by school year, where it
    manages one.
    """

    KIND: ClassVar[str] = "ImportContribution"
    contribution_id: UUID
    payer_id: UUID
    commitment: str
    children: tuple[ImportedChild, ...]
    means: str
    platform: str
    reference: Key
    external_payment_id: UUID
    import_id: UUID
    paid_at: datetime
    known_classes: dict[int, tuple[str, ...]] = msgspec.field(default_factory=dict)

    def decide_with_funds(self, state: Campaign, funds: CoopFunds) -> tuple[Event, ...]:
        """Recorded once by contribution and by reference, in one collection of the coop that is not archived."""
        platform, reference = listed_platform(self.platform), platform_reference(self.reference)
        taken = (platform, reference) in state.external_references or reference in state.slips
        if taken or self.contribution_id in state.contributions:
            return ()
        if state.status is CampaignStatus.ARCHIVED:
            raise CampaignClosed(campaign=state.id, status=state.status)
        if not self.children or self.means not in ("external", "cash"):
            raise InvalidInput(means=self.means, children=len(self.children))
        state.check_external_day(self.paid_at, self.at)
        if self.means == "external":
            funds.external.check_new(platform, reference)
        check_amount(sum(child.cents for child in self.children))
        placed = ContributionPlaced(
            at=self.at,
            by=self.by,
            contribution_id=self.contribution_id,
            payer_id=self.payer_id,
            commitment=self.commitment,
            lines=self._lines(state),
            tip_cents=0,
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
                slip=self.reference,
                cents=cents,
                shares=shares,
                paid_at=self.paid_at,
            )
        return ExternalPaymentRecorded(
            at=self.at,
            by=self.by,
            external_payment_id=self.external_payment_id,
            contribution_id=self.contribution_id,
            platform=self.platform,
            reference=self.reference,
            cents=cents,
            shares=shares,
            paid_at=self.paid_at,
            import_id=self.import_id,
        )
