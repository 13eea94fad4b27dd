"""A family contests a card payment at its bank: the money is blocked, then given back or lost."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from domain.campaign.contribution import Contribution, Dispute
from domain.campaign.state import Campaign, CampaignCommand
from domain.errors import Conflict, NotFound
from domain.events.base import Event, Share
from domain.events.dispute import DisputeLost, DisputeOpened, DisputeWon
from domain.money import check_amount


def _find(state: Campaign, dispute_id: str) -> tuple[Contribution, Dispute]:
    """Return a dispute and its contribution, or refuse."""
    contribution_id = state.disputes.get(dispute_id)
    if contribution_id is None:
        raise NotFound(dispute=dispute_id)
    contribution = state.contributions[contribution_id]
    return contribution, contribution.disputes[dispute_id]


class RecordDisputeOpened(CampaignCommand, frozen=True, kw_only=True):
    """Record that a bank took back a payment: the coop's cents, the tip and the provider's dispute fee."""

    KIND: ClassVar[str] = "OpenDispute"
    dispute_id: str
    payment_id: str
    cents: int
    tip_cents: int
    fee_cents: int
    opened_at: datetime

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Recorded once; never more than what the contribution still holds of the payment."""
        if self.dispute_id in state.disputes:
            return ()
        contribution_id = state.payments.get(self.payment_id)
        if contribution_id is None:
            raise NotFound(payment=self.payment_id)
        contribution = state.contributions[contribution_id]
        free, tip_free = contribution.contestable(self.payment_id)
        for cents in (self.cents, self.tip_cents, self.fee_cents):
            check_amount(cents, minimum=0)
        if self.cents > free or self.tip_cents > tip_free:
            raise Conflict(dispute=self.dispute_id, cents=self.cents, free=free)
        by_line = contribution.split_held(self.cents)
        shares = tuple(
            Share(line=n, class_code=contribution.lines[n].class_code, cents=c, balance=contribution.lines[n].held)
            for n, c in by_line.items()
        )
        return (
            DisputeOpened(
                at=self.at,
                by=self.by,
                dispute_id=self.dispute_id,
                contribution_id=contribution_id,
                payment_id=self.payment_id,
                cents=self.cents,
                tip_cents=self.tip_cents,
                fee_cents=self.fee_cents,
                shares=shares,
                opened_at=self.opened_at,
            ),
        )


class RecordDisputeWon(CampaignCommand, frozen=True, kw_only=True):
    """Record that the bank gave the payment back."""

    KIND: ClassVar[str] = "WinDispute"
    dispute_id: str
    closed_at: datetime

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Recorded once; a lost dispute cannot be won."""
        _, dispute = _find(state, self.dispute_id)
        if dispute.won:
            return ()
        if not dispute.open:
            raise Conflict(dispute=self.dispute_id, lost=True)
        return (
            DisputeWon(
                at=self.at,
                by=self.by,
                dispute_id=self.dispute_id,
                contribution_id=state.disputes[self.dispute_id],
                cents=dispute.cents,
                tip_cents=dispute.tip_cents,
                closed_at=self.closed_at,
            ),
        )


class RecordDisputeLost(CampaignCommand, frozen=True, kw_only=True):
    """Record that the bank kept the payment: the contribution is unpaid after all."""

    KIND: ClassVar[str] = "LoseDispute"
    dispute_id: str
    closed_at: datetime

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Recorded once; a won dispute cannot be lost."""
        contribution, dispute = _find(state, self.dispute_id)
        if not dispute.open:
            if dispute.won:
                raise Conflict(dispute=self.dispute_id, won=True)
            return ()
        return (
            DisputeLost(
                at=self.at,
                by=self.by,
                dispute_id=self.dispute_id,
                contribution_id=state.disputes[self.dispute_id],
                cents=dispute.cents,
                tip_cents=dispute.tip_cents,
                shares=contribution.taken(dispute.by_line),
                closed_at=self.closed_at,
            ),
        )
