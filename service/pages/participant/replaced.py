"""What the address of a contribution leads to once its money was corrected or withdrawn: to what replaced it, or why.

An import that corrects a payment records it anew, at the same instant, for a child of the same name.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi.responses import Response
from psycopg import Connection
from starlette.concurrency import run_in_threadpool

from domain.calendar import paris_date
from domain.campaign.state import Campaign
from domain.errors import NotFound
from domain.events.by_hand.cash import CashSlipCorrected
from domain.events.external import ExternalPaymentWithdrawn
from domain.texts.visible import plain_letters
from projections import contributions
from service.http.trail import note
from service.pages.frame.visit import CampaignVisit
from service.pages.participant.reading import facts_of
from service.people import full_name
from service.trail import TrailKind


async def lead_on(visit: CampaignVisit, contribution_id: UUID) -> Response:
    """Lead to what replaced a contribution whose money was withdrawn; where nothing did, say that it was.

    Raises:
        NotFound: the campaign has none of this id, or no money of it was ever withdrawn.

    """
    withdrawn_at: datetime = await visit.read(_withdrawn_at, visit, contribution_id)
    campaign: Campaign = await visit.opened.states.current(Campaign, visit.campaign.campaign_id)
    anew = [key for key, one in campaign.contributions.items() if one.placed_at == withdrawn_at and one.received]
    of_child = {
        line.participant_id: key
        for key in (contribution_id, *anew)
        for line in campaign.contributions[key].lines.values()
    }
    await note(visit.request, TrailKind.NAMES_READ, coop_id=visit.coop.coop_id)
    people = await run_in_threadpool(visit.opened.people, set(of_child))
    names = {child: plain_letters(full_name(person)) for child, person in people.items()}
    wanted = {name for child, name in names.items() if of_child[child] == contribution_id}
    for child, name in names.items():
        if of_child[child] != contribution_id and name in wanted:
            return visit.go(f"{visit.campaign_base}/participants/{of_child[child]}?fait=remplace")
    return await visit.show(
        "participant/withdrawn.html",
        "collectes",
        410,
        help_key="participant",
        tab="adherents",
        tab_title="Détail",
        withdrawn_on=paris_date(withdrawn_at),
    )


def _withdrawn_at(connection: Connection[Any], visit: CampaignVisit, contribution_id: UUID) -> datetime:
    """Return when the last money of a contribution was said never to have been paid."""
    order = contributions.by_id(connection, contribution_id)
    if order is None or order.campaign_id != visit.campaign.campaign_id:
        raise NotFound(contribution=contribution_id)
    events = [fact.event for fact in facts_of(connection, visit, order)]
    withdrawn = [one.at for one in events if isinstance(one, ExternalPaymentWithdrawn | CashSlipCorrected)]
    if not withdrawn:
        raise NotFound(contribution=contribution_id)
    return max(withdrawn)
