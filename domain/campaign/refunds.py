"""Giving money back to a family: in full, by child, or the tip alone; never more than it paid (invariant 4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID, uuid5

from domain.allocation import split_within
from domain.campaign.contribution import Contribution, RefundStatus
from domain.campaign.held.returns import elsewhere_came_back, owed
from domain.campaign.state import Campaign, CampaignCommand, CampaignFundsCommand
from domain.errors import AlreadyExists, Conflict, InvalidInput, LedgerCorrupt, NotFound, RefundTooLarge
from domain.events.base import Event, Value
from domain.events.refund import (
    ExternalRefundAllocated,
    ExternalRefundFound,
    RefundFailed,
    RefundRequested,
    RefundSettled,
)
from domain.external.errors import CollectedByOtherPlatform
from domain.funds import CoopFunds
from domain.money import check_amount, euros
from domain.vocabulary.keys import Key
from domain.vocabulary.reasons import RefundReason, listed_reason, provider_code

_ENDED: Final = frozenset({RefundStatus.FAILED, RefundStatus.RETURNED, RefundStatus.REPAID})


class LineAmount(Value, frozen=True, kw_only=True):
    """Some cents of one child's line."""

    line: int
    cents: int


class RequestRefund(CampaignFundsCommand, frozen=True, kw_only=True):
    """Ask to give back some cents, by line or in proportion, and some of the tip, for a ``RefundReason``.

    ``by_line`` names the lines; otherwise ``cents`` is spread over what each line holds.
    """

    KIND: ClassVar[str] = "RequestRefund"
    refund_id: UUID
    contribution_id: UUID
    cents: int
    tip_cents: int
    reason: str
    by_line: tuple[LineAmount, ...] = ()
    note_id: UUID | None = None

    def decide_with_funds(self, state: Campaign, funds: CoopFunds) -> tuple[Event, ...]:
        """Refuse above what is refundable, above what the coop may spend, and during a dispute.

        The tip is not the coop's: it goes back whatever the coop has left.
        """
        if self.refund_id in state.refunds or self.refund_id in funds.reserved:
            raise AlreadyExists(refund=self.refund_id)
        contribution = state.contribution(self.contribution_id)
        check_amount(self.cents, minimum=0)
        check_amount(self.tip_cents, minimum=0)
        listed_reason(RefundReason, self.reason)
        if self.cents + self.tip_cents == 0:
            raise InvalidInput(refund=self.refund_id, cents=self.cents, tip=self.tip_cents)
        if contribution.means == "external":
            raise CollectedByOtherPlatform(contribution=self.contribution_id)
        if contribution.disputed or contribution.unexplained or contribution.means != "card":
            raise Conflict(contribution=self.contribution_id, disputed=contribution.disputed)
        split = self._split(contribution)
        if self.cents:
            funds.check(self.cents)
        return tuple(self._requests(contribution, split))

    def _requests(self, contribution: Contribution, split: dict[int, int]) -> Iterator[RefundRequested]:
        """One request per payment that the money goes back to, the latest payment first: its card is the freshest.

        The first has the refund's own id, the others ids made from it and their payment.
        """
        left, tip_left, owed, refund_id = self.cents, self.tip_cents, dict(split), self.refund_id
        for payment_id in reversed(contribution.payments):
            cents, tip_cents = contribution.returnable(payment_id)
            cents, tip_cents = min(cents, left), min(tip_cents, tip_left)
            if cents + tip_cents == 0:
                continue
            numbers = list(owed)
            parts = dict(zip(numbers, split_within(cents, list(owed.values())), strict=True)) if cents else {}
            yield RefundRequested(
                at=self.at,
                by=self.by,
                refund_id=refund_id,
                contribution_id=self.contribution_id,
                payment_id=payment_id,
                cents=cents,
                tip_cents=tip_cents,
                shares=contribution.taken({number: part for number, part in parts.items() if part}),
                reason=self.reason,
                note_id=self.note_id,
            )
            left, tip_left = left - cents, tip_left - tip_cents
            owed = {number: cents - parts.get(number, 0) for number, cents in owed.items()}
            refund_id = uuid5(self.refund_id, payment_id)
        if left or tip_left:
            raise LedgerCorrupt(contribution=self.contribution_id, cents=left, tip=tip_left)

    def _split(self, contribution: Contribution) -> dict[int, int]:
        """The cents by line, each within what its line may give."""
        return split_refund(contribution, self.cents, self.tip_cents, self.by_line)


def split_refund(
    contribution: Contribution, cents: int, tip_cents: int, by_line: tuple[LineAmount, ...]
) -> dict[int, int]:
    """Return the cents that each line gives back: those named, or in proportion to what each holds.

    Raises:
        RefundTooLarge: more than is left of the contribution, of a line or of the tip.
        InvalidInput: the lines named do not add up to the amount, or do not exist.

    """
    refundable = {number: max(line.refundable, 0) for number, line in contribution.lines.items()}
    total = sum(refundable.values())
    if cents > total or tip_cents > contribution.tip_held - contribution.tip_reserved:
        raise RefundTooLarge(refundable_euros=euros(total), asked=cents, tip=tip_cents)
    if not by_line:
        return contribution.split_held(cents)
    split = {part.line: check_amount(part.cents) for part in by_line}
    if len(split) != len(by_line) or sum(split.values()) != cents or not split.keys() <= refundable.keys():
        raise InvalidInput(by_line=[part.line for part in by_line])
    for number, part in split.items():
        if part > refundable[number]:
            raise RefundTooLarge(refundable_euros=euros(refundable[number]), line=number, asked=part)
    return split


class RecordRefundSettled(CampaignCommand, frozen=True, kw_only=True):
    """Record that the provider gave the money back."""

    KIND: ClassVar[str] = "SettleRefund"
    refund_id: UUID
    provider_refund: Key
    settled_at: datetime

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Recorded once; another provider reference for the same refund is refused."""
        contribution_id = state.refunds.get(self.refund_id)
        if contribution_id is None:
            raise NotFound(refund=self.refund_id)
        contribution = state.contributions[contribution_id]
        refund = contribution.refunds[self.refund_id]
        if refund.status is not RefundStatus.REQUESTED:
            if refund.provider_refund != self.provider_refund:
                raise Conflict(refund=self.refund_id, status=refund.status)
            return ()
        return (
            RefundSettled(
                at=self.at,
                by=self.by,
                refund_id=self.refund_id,
                contribution_id=contribution_id,
                provider_refund=self.provider_refund,
                cents=refund.cents,
                tip_cents=refund.tip_cents,
                shares=contribution.taken(refund.by_line),
                settled_at=self.settled_at,
            ),
        )


class RecordRefundFailed(CampaignCommand, frozen=True, kw_only=True):
    """Record that a refund did not reach the card, before or after it seemed settled; ``reason`` is the provider's."""

    KIND: ClassVar[str] = "FailRefund"
    refund_id: UUID
    reason: str
    failed_at: datetime

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Recorded once; one that was made at the provider left before it could come back."""
        if self.refund_id in state.external:
            return elsewhere_came_back(state, self.refund_id, self.reason, self.failed_at, self.stamp)
        contribution_id = state.refunds.get(self.refund_id)
        if contribution_id is None:
            raise NotFound(refund=self.refund_id)
        refund = state.contributions[contribution_id].refunds[self.refund_id]
        if refund.status in _ENDED:
            return ()
        return (
            RefundFailed(
                at=self.at,
                by=self.by,
                refund_id=self.refund_id,
                contribution_id=contribution_id,
                cents=refund.cents,
                tip_cents=refund.tip_cents,
                was_settled=refund.status is RefundStatus.SETTLED,
                reason=provider_code(self.reason),
                failed_at=self.failed_at,
            ),
        )


class RecordExternalRefund(CampaignCommand, frozen=True, kw_only=True):
    """Record a refund that was made at the provider, not here; its amount waits to be allocated."""

    KIND: ClassVar[str] = "RecordExternalRefund"
    refund_id: UUID
    payment_id: Key
    provider_refund: Key
    cents: int
    settled_at: datetime

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Recorded once by refund."""
        contribution_id = state.payments.get(self.payment_id)
        if contribution_id is None:
            raise NotFound(payment=self.payment_id)
        if self.refund_id in state.external:
            return ()
        return (
            ExternalRefundFound(
                at=self.at,
                by=self.by,
                refund_id=self.refund_id,
                contribution_id=contribution_id,
                payment_id=self.payment_id,
                provider_refund=self.provider_refund,
                cents=check_amount(self.cents),
                settled_at=self.settled_at,
            ),
        )


class AllocateExternalRefund(CampaignCommand, frozen=True, kw_only=True):
    """Say whose money a refund made at the provider was: so much of the tip, the rest of the children's lines."""

    KIND: ClassVar[str] = "AllocateExternalRefund"
    refund_id: UUID
    tip_cents: int
    by_line: tuple[LineAmount, ...] = ()

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Refuse more than what is left of the lines or the tip; once explained, it stays so."""
        contribution_id = state.external.get(self.refund_id)
        if contribution_id is None:
            raise NotFound(refund=self.refund_id)
        contribution = state.contributions[contribution_id]
        found = contribution.external[self.refund_id]
        if found.left <= 0:
            return ()
        cents = found.left - check_amount(self.tip_cents, minimum=0)
        if cents < 0:
            raise InvalidInput(refund=self.refund_id, cents=found.left, tip=self.tip_cents)
        split = split_refund(contribution, cents, self.tip_cents, self.by_line)
        return (
            ExternalRefundAllocated(
                at=self.at,
                by=self.by,
                refund_id=self.refund_id,
                contribution_id=contribution_id,
                payment_id=found.payment_id,
                cents=cents,
                tip_cents=self.tip_cents,
                shares=contribution.taken(split),
                owed=owed(contribution, self.refund_id),
            ),
        )
