"""What a bank does with a contested payment: facts, recorded whatever they are (ADR 42).

What was taken beyond what is left of the payment waits in suspense: a family never gets more than it gave without
somebody saying whose loss that is.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from domain.campaign.contribution import Contribution
from domain.campaign.disputes.dispute import Dispute
from domain.campaign.state import Campaign, CampaignCommand
from domain.errors import NotFound
from domain.events.base import Event, Share
from domain.events.dispute import DisputeLost, DisputeOpened, DisputeWon, LostDisputeReinstated
from domain.money import check_amount
from domain.vocabulary.keys import Key


def find(state: Campaign, dispute_id: str) -> tuple[Contribution, Dispute]:
    """Return a dispute and its contribution.

    Raises:
        NotFound: the campaign has no such dispute.

    """
    contribution_id = state.disputes.get(dispute_id)
    if contribution_id is None:
        raise NotFound(dispute=dispute_id)
    contribution = state.contributions[contribution_id]
    return contribution, contribution.disputes[dispute_id]


def fitting(contribution: Contribution, payment_id: str, cents: int) -> tuple[int, int]:
    """Return how much of an amount fits into what is left of a payment: the coop's part first, then the tip."""
    if payment_id not in contribution.payments:
        return 0, 0
    free, tip_free = contribution.contestable(payment_id)
    part = min(cents, free)
    return part, min(cents - part, tip_free)


def contested_shares(contribution: Contribution, cents: int) -> tuple[Share, ...]:
    """Spread contested cents over the lines, which still hold them."""
    return tuple(
        Share(line=n, class_code=contribution.lines[n].class_code, cents=c, balance=contribution.lines[n].held)
        for n, c in contribution.split_held(cents).items()
    )


class RecordDisputeOpened(CampaignCommand, frozen=True, kw_only=True):
    """Record that a bank took ``cents`` of a payment back, tip and all, and the provider's fee for it."""

    KIND: ClassVar[str] = "OpenDispute"
    dispute_id: Key
    provider_movement: Key
    payment_id: Key
    cents: int
    fee_cents: int
    opened_at: datetime

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Recorded once by movement, whatever is left of the payment."""
        contribution_id = state.payments.get(self.payment_id, state.on_hold.get(self.payment_id))
        if contribution_id is None:
            raise NotFound(payment=self.payment_id)
        contribution = state.contributions[contribution_id]
        known = contribution.disputes.get(self.dispute_id)
        if known is not None and self.provider_movement in known.movements:
            return ()
        cents, tip_cents = fitting(contribution, self.payment_id, check_amount(self.cents, minimum=0))
        return (
            DisputeOpened(
                at=self.at,
                by=self.by,
                dispute_id=self.dispute_id,
                provider_movement=self.provider_movement,
                contribution_id=contribution_id,
                payment_id=self.payment_id,
                cents=cents,
                tip_cents=tip_cents,
                suspense_cents=self.cents - cents - tip_cents,
                fee_cents=self.fee_cents,
                shares=contested_shares(contribution, cents),
                opened_at=self.opened_at,
            ),
        )


class RecordDisputeWon(CampaignCommand, frozen=True, kw_only=True):
    """Record that a bank gave ``cents`` back, of what is contested or of what was lost; the fee as it was kept.

    What it had taken beyond the payment comes back first: until then the family has more than it gave.
    """

    KIND: ClassVar[str] = "WinDispute"
    dispute_id: Key
    provider_movement: Key
    cents: int
    fee_cents: int
    closed_at: datetime

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Recorded once by movement; what was never taken waits in suspense."""
        contribution, dispute = find(state, self.dispute_id)
        if self.provider_movement in dispute.movements:
            return ()
        left = check_amount(self.cents, minimum=0)
        parts = []
        for there in (dispute.beyond, dispute.cents, dispute.tip_cents, dispute.lost_cents, dispute.lost_tip):
            parts.append(min(left, there))
            left -= parts[-1]
        beyond, cents, tip_cents, lost, lost_tip = parts
        contribution_id = state.disputes[self.dispute_id]
        won = DisputeWon(
            at=self.at,
            by=self.by,
            dispute_id=self.dispute_id,
            provider_movement=self.provider_movement,
            payment_id=dispute.payment_id,
            contribution_id=contribution_id,
            cents=cents,
            tip_cents=tip_cents,
            suspense_cents=beyond + left,
            fee_cents=self.fee_cents,
            closed_at=self.closed_at,
        )
        if not lost + lost_tip:
            return (won,)
        alone = not cents + tip_cents + won.suspense_cents
        again = LostDisputeReinstated(
            at=self.at,
            by=self.by,
            dispute_id=self.dispute_id,
            provider_movement=self.provider_movement,
            payment_id=dispute.payment_id,
            contribution_id=contribution_id,
            cents=lost,
            tip_cents=lost_tip,
            fee_cents=self.fee_cents if alone else 0,
            shares=contribution.given(dispute.split_lost(lost)),
            reinstated_at=self.closed_at,
        )
        return (again,) if alone else (won, again)


class RecordDisputeLost(CampaignCommand, frozen=True, kw_only=True):
    """Record that a bank keeps what is contested: so much of the contribution is unpaid after all."""

    KIND: ClassVar[str] = "LoseDispute"
    dispute_id: Key
    closed_at: datetime

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Recorded once for what is contested; a bank that changes its mind moves money, which is recorded first."""
        contribution, dispute = find(state, self.dispute_id)
        if not dispute.open and not dispute.cents + dispute.tip_cents:
            return ()
        return (
            DisputeLost(
                at=self.at,
                by=self.by,
                dispute_id=self.dispute_id,
                contribution_id=state.disputes[self.dispute_id],
                cents=dispute.cents,
                tip_cents=dispute.tip_cents,
                shares=contribution.taken({line: cents for line, cents in dispute.by_line.items() if cents}),
                closed_at=self.closed_at,
            ),
        )
