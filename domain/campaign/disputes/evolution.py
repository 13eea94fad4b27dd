"""How each event of a dispute changes the state; no rule is checked here, the event already happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from domain.campaign.contribution import Contribution
from domain.campaign.disputes.dispute import Dispute, DisputeStatus
from domain.campaign.state import Campaign
from domain.events.base import Event
from domain.events.dispute import DisputeCleared, DisputeLost, DisputeOpened, DisputeWon, LostDisputeReinstated


def _opened(state: Campaign, event: DisputeOpened) -> None:
    contribution = state.contributions[event.contribution_id]
    dispute = contribution.disputes.setdefault(event.dispute_id, Dispute(event.payment_id))
    state.disputes[event.dispute_id] = event.contribution_id
    dispute.movements.add(event.provider_movement)
    contribution.tip_reserved += event.tip_cents
    dispute.tip_cents += event.tip_cents
    for share in event.shares:
        contribution.lines[share.line].reserved += share.cents
        dispute.by_line[share.line] = dispute.by_line.get(share.line, 0) + share.cents
    held = contribution.on_hold.get(event.payment_id)
    waiting = 0 if held is None else min(max(event.suspense_cents, 0), max(held.left, 0))
    if held is not None and waiting:
        held.left -= waiting
        dispute.on_hold += waiting
    dispute.suspense += event.suspense_cents - waiting
    if event.withdrawn_cents:
        dispute.status = DisputeStatus.OPEN


def _won(state: Campaign, event: DisputeWon) -> None:
    contribution = state.contributions[event.contribution_id]
    dispute = contribution.disputes[event.dispute_id]
    dispute.movements.add(event.provider_movement)
    contribution.tip_reserved -= event.tip_cents
    dispute.tip_cents -= event.tip_cents
    for line, cents in dispute.give_back(event.cents).items():
        contribution.lines[line].reserved -= cents
    _less_beyond(contribution, dispute, event.suspense_cents)
    given_back = event.cents + event.tip_cents + event.suspense_cents
    if given_back and dispute.open and not dispute.cents + dispute.tip_cents + dispute.on_hold:
        dispute.status = DisputeStatus.WON


def _less_beyond(contribution: Contribution, dispute: Dispute, cents: int) -> None:
    """What was taken too much comes back; then what was to go back to the family anyway, which is to go back again."""
    again = min(max(cents - max(dispute.suspense + dispute.cleared, 0), 0), dispute.on_hold)
    if again:
        contribution.on_hold[dispute.payment_id].left += again
        dispute.on_hold -= again
    dispute.suspense -= cents - again


def _lost(state: Campaign, event: DisputeLost) -> None:
    contribution = state.contributions[event.contribution_id]
    dispute = contribution.disputes[event.dispute_id]
    contribution.tip_reserved -= event.tip_cents
    contribution.tip_held -= event.tip_cents
    dispute.tip_cents -= event.tip_cents
    dispute.lost_tip += event.tip_cents
    for share in event.shares:
        line = contribution.lines[share.line]
        line.reserved -= share.cents
        line.held -= share.cents
        dispute.by_line[share.line] -= share.cents
        dispute.lost_by_line[share.line] = dispute.lost_by_line.get(share.line, 0) + share.cents
    dispute.status = DisputeStatus.LOST


def _reinstated(state: Campaign, event: LostDisputeReinstated) -> None:
    contribution = state.contributions[event.contribution_id]
    dispute = contribution.disputes[event.dispute_id]
    dispute.movements.add(event.provider_movement)
    contribution.tip_held += event.tip_cents
    dispute.lost_tip -= event.tip_cents
    for share in event.shares:
        contribution.lines[share.line].held += share.cents
        dispute.lost_by_line[share.line] -= share.cents
    if not dispute.lost_cents + dispute.lost_tip and not dispute.open:
        dispute.status = DisputeStatus.WON


def _cleared(state: Campaign, event: DisputeCleared) -> None:
    dispute = state.contributions[event.contribution_id].disputes[event.dispute_id]
    dispute.suspense -= event.cents
    dispute.cleared += event.cents


HANDLERS: Final[dict[type[Event], Callable[[Any, Any], None]]] = {
    DisputeOpened: _opened,
    DisputeWon: _won,
    DisputeLost: _lost,
    LostDisputeReinstated: _reinstated,
    DisputeCleared: _cleared,
}
"""Of the events of disputes."""
