"""What people say about money that waits: it settled what had come back, or it is the platform's loss or gain."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from domain.campaign.contribution import Contribution, RefundStatus
from domain.campaign.state import Campaign, CampaignCommand
from domain.coop.suspense import check_clearing
from domain.errors import Conflict, NotFound, StillGivenBack
from domain.events.base import Event
from domain.events.held.money import ContributionSuspenseCleared, ReturnedRefundSettled
from domain.vocabulary.keys import Key


class SettleReturnedRefund(CampaignCommand, frozen=True, kw_only=True):
    """Say that a refund made at the provider gave a family what had come back from its card (``refund_id``).

    A refund that came back itself settles its own claim: it should not have been made, and nothing happened.
    """

    KIND: ClassVar[str] = "SettleReturnedRefund"
    refund_id: UUID
    made_id: UUID

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Refuse what is not owed, and a claim that the refund does not cover; a claim is settled whole, and once.

        A refund that came back gave nobody anything: it settles no claim but its own.
        """
        contribution_id = state.external.get(self.made_id)
        if contribution_id is None:
            raise NotFound(refund=self.made_id)
        contribution = state.contributions[contribution_id]
        found, returned = contribution.external[self.made_id], contribution.refunds.get(self.refund_id)
        if returned is None:
            raise NotFound(refund=self.refund_id)
        claim = returned.cents + returned.tip_cents
        in_vain = found.back and self.made_id != self.refund_id
        if returned.status is not RefundStatus.RETURNED or claim > found.left or in_vain:
            raise Conflict(refund=self.refund_id, status=returned.status, left=found.left)
        return (
            ReturnedRefundSettled(
                at=self.at,
                by=self.by,
                refund_id=self.refund_id,
                made_id=self.made_id,
                contribution_id=contribution_id,
                payment_id=returned.payment_id,
                cents=claim,
            ),
        )


class ClearContributionSuspense(CampaignCommand, frozen=True, kw_only=True):
    """Explain, as two people, what waits of a family's payment, by a ``ClearingReason``: the platform's loss or gain.

    Of a payment that was not expected (``refund_id`` is None), as when the platform gave the money back by a transfer;
    or of a refund made at the provider, as far as no child and no tip can bear it.
    """

    KIND: ClassVar[str] = "ClearContributionSuspense"
    contribution_id: UUID
    payment_id: Key
    cents: int
    account: str
    approvers: tuple[str, str]
    reason: str
    refund_id: UUID | None = None
    note_id: UUID | None = None

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Refuse more than waits, or the other way round; ``cents`` is negative for money that had left.

        What the service still gives back by itself may be on its way: nobody explains that.
        """
        check_clearing(self.account, self.approvers, self.reason)
        waiting = self._waiting(state.contribution(self.contribution_id))
        if self.cents == 0 or self.cents * waiting < 0 or abs(self.cents) > abs(waiting):
            raise Conflict(payment=self.payment_id, waiting=waiting, cents=self.cents)
        return (
            ContributionSuspenseCleared(
                at=self.at,
                by=self.by,
                contribution_id=self.contribution_id,
                payment_id=self.payment_id,
                cents=self.cents,
                account=self.account,
                approvers=self.approvers,
                reason=self.reason,
                refund_id=self.refund_id,
                note_id=self.note_id,
            ),
        )

    def _waiting(self, contribution: Contribution) -> int:
        """The signed cents that wait: positive when the platform holds them."""
        if self.refund_id is None:
            held = contribution.on_hold.get(self.payment_id)
            if held is not None and held.tried(self.at):
                raise StillGivenBack(payment=self.payment_id)
            if held is not None:
                return held.left
        else:
            found = contribution.external.get(self.refund_id)
            if found is not None and found.payment_id == self.payment_id:
                return -found.left
        raise NotFound(payment=self.payment_id, refund=self.refund_id)
