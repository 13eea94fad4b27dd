"""What becomes of money that a bank took beyond a payment: it finds its place, or two people say whose loss it is."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from domain.campaign.disputes.facts import contested_shares, find, fitting
from domain.campaign.state import Campaign, CampaignCommand
from domain.coop.suspense import check_clearing
from domain.errors import NotFound
from domain.events.base import Event
from domain.events.dispute import DisputeCleared, DisputeLost, DisputeOpened
from domain.vocabulary.keys import Key


class RecordDisputePlaced(CampaignCommand, frozen=True, kw_only=True):
    """Record that money in suspense fits into the payment after all, as once a refund of it failed."""

    KIND: ClassVar[str] = "PlaceDispute"
    dispute_id: Key

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Contested like the rest; lost with it where the bank has decided. Nothing while there is no place."""
        contribution, dispute = find(state, self.dispute_id)
        cents, tip_cents = fitting(contribution, dispute.payment_id, max(dispute.suspense, 0))
        if not cents + tip_cents:
            return ()
        shares = contested_shares(contribution, cents)
        placed = DisputeOpened(
            at=self.at,
            by=self.by,
            dispute_id=self.dispute_id,
            provider_movement=f"{self.dispute_id}:{len(dispute.movements) + 1}",
            contribution_id=state.disputes[self.dispute_id],
            payment_id=dispute.payment_id,
            cents=cents,
            tip_cents=tip_cents,
            suspense_cents=-cents - tip_cents,
            fee_cents=0,
            shares=shares,
            opened_at=self.at,
        )
        if dispute.open:
            return (placed,)
        lost = DisputeLost(
            at=self.at,
            by=self.by,
            dispute_id=self.dispute_id,
            contribution_id=placed.contribution_id,
            cents=cents,
            tip_cents=tip_cents,
            shares=contribution.taken({share.line: share.cents for share in shares}),
            closed_at=self.at,
        )
        return placed, lost


class ClearDispute(CampaignCommand, frozen=True, kw_only=True):
    """Say as two people, by a ``ClearingReason``, that what a bank took beyond a payment is the platform's loss.

    The same for its gain, where the bank gave back more than it took.
    """

    KIND: ClassVar[str] = "ClearDispute"
    dispute_id: Key
    account: str
    approvers: tuple[str, str]
    reason: str
    note_id: UUID | None = None

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Refuse a dispute of which nothing is in suspense."""
        check_clearing(self.account, self.approvers, self.reason)
        _, dispute = find(state, self.dispute_id)
        if not dispute.suspense:
            raise NotFound(dispute=self.dispute_id, suspense=0)
        return (
            DisputeCleared(
                at=self.at,
                by=self.by,
                dispute_id=self.dispute_id,
                contribution_id=state.disputes[self.dispute_id],
                cents=dispute.suspense,
                account=self.account,
                approvers=self.approvers,
                reason=self.reason,
                note_id=self.note_id,
            ),
        )
