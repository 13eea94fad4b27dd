"""The disputes of a coop as its campaigns hold them: what is contested, was lost, and waits to be explained."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from uuid import UUID

from adapters.log.event_store import EventStore
from domain.campaign.state import Campaign


class DisputeRow(NamedTuple):
    """One dispute, by the provider's name, in cents.

    ``to_explain`` is what a bank took beyond its payment, negative when it gave back more than it took: it is in
    suspense until two people say whose loss or gain it is. ``explained`` is what they said of it so far.
    """

    dispute_id: str
    campaign_id: UUID
    contribution_id: UUID
    payment_id: str
    status: str
    contested: int
    tip_contested: int
    lost: int
    tip_lost: int
    to_explain: int
    explained: int


def disputes_of(store: EventStore, campaign_ids: Iterable[UUID]) -> list[DisputeRow]:
    """Return the disputes of some campaigns, those to be explained first."""
    found = [row for campaign_id in campaign_ids for row in _of_one(store.load(Campaign, campaign_id))]
    return sorted(found, key=lambda row: (not row.to_explain, row.status, row.dispute_id))


def _of_one(campaign: Campaign) -> Iterator[DisputeRow]:
    for dispute_id, contribution_id in campaign.disputes.items():
        dispute = campaign.contributions[contribution_id].disputes[dispute_id]
        yield DisputeRow(
            dispute_id=dispute_id,
            campaign_id=campaign.id,
            contribution_id=contribution_id,
            payment_id=dispute.payment_id,
            status=dispute.status.value,
            contested=dispute.cents,
            tip_contested=dispute.tip_cents,
            lost=dispute.lost_cents,
            tip_lost=dispute.lost_tip,
            to_explain=dispute.suspense,
            explained=dispute.cleared,
        )
