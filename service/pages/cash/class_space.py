"""The page of a class: what a teacher sees of the school, and nothing else (ADR 70).

It shows the campaigns under way, what the class gave where enough families did, the counts that were sent.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from psycopg import Connection
from starlette.concurrency import run_in_threadpool

from domain.errors import NotFound
from domain.vocabulary.pieces import WITH, Witness
from projections import class_balances, directory
from projections.by_hand import cash_slips, class_counts
from projections.by_hand.class_counts import ClassCountRow
from projections.directory import CampaignRow
from projections.figures import child_rows
from service.members.names import person_names
from service.pages.frame.class_visit import CASH_STATUSES, ClassVisit, TheClass
from service.pages.frame.visit import CoopVisit

router = APIRouter()
PATH: Final = "/{association}/coops/{coop_id}/classes/{class_code}"


class ClassCampaign(NamedTuple):
    """A campaign under way, as a class sees it; without ``received`` too few families would be seen."""

    campaign: CampaignRow
    participants: int
    received: int | None


class ClassSpace(NamedTuple):
    """The campaigns and the counts of a class, the latest first."""

    campaigns: tuple[ClassCampaign, ...]
    counts: tuple[tuple[ClassCountRow, str], ...]


class CountDetail(NamedTuple):
    """What a count is made of: its campaign and class in words, its slips, its notes and coins."""

    title: str
    label: str
    slips: tuple[cash_slips.SlipRow, ...]
    pieces: dict[int, int]


@router.get(PATH)
async def class_page(visit: TheClass) -> Response:
    """Show the page of a class."""
    association = await visit.policy_of()
    threshold = association.policy.anonymity_threshold
    sheet: ClassSpace = await visit.read(_read, visit, threshold)
    return await visit.show(
        "cash/class.html",
        "accueil",
        help_key="classe",
        sheet=sheet,
        cash=association.policy.cash_recording,
        threshold=threshold,
        others=[one for one in visit.own if one[0] != visit.class_code],
    )


@router.get(f"{PATH}/comptages/{{count_id}}")
async def count_page(visit: TheClass, count_id: UUID, fait: str = "") -> Response:
    """Show a count that was sent: its slips, its notes and coins, and the difference between them.

    Raises:
        NotFound: the class has no such count.

    """
    count: ClassCountRow | None = await visit.read(class_counts.find, visit.coop.coop_id, count_id)
    if count is None or count.class_code != visit.class_code:
        raise NotFound(count=count_id)
    return await show_count(
        visit, count, "accueil", (f"Classe {visit.class_label}", visit.class_base), sent=fait == "envoye"
    )


async def show_count(
    visit: CoopVisit, count: ClassCountRow, place: str, back: tuple[str, str], *, sent: bool = False
) -> Response:
    """Show a count; ``back`` is the page that leads to it, by its name and its address below the association's."""
    detail: CountDetail = await visit.read(_detail, count)
    names = await run_in_threadpool(person_names, visit.opened, _member(count.counted_by))
    return await visit.show(
        "cash/count.html",
        place,
        help_key="comptage",
        count=count,
        title=detail.title,
        class_label=detail.label,
        pieces=detail.pieces,
        slips=detail.slips,
        by=next(iter(names.values()), ""),
        witness=WITH[Witness(count.witness)],
        back=back,
        sent=sent,
    )


def _member(actor: str) -> tuple[UUID, ...]:
    """Return the member who sent a count; a program is none."""
    try:
        return (UUID(actor),)
    except ValueError:
        return ()


def _detail(connection: Connection[Any], count: ClassCountRow) -> CountDetail:
    """Read what a count is made of; its slips are those of today, corrected ones as they are now."""
    campaign = directory.find_campaign(connection, count.campaign_id)
    if campaign is None:
        raise NotFound(campaign=count.campaign_id)
    labels = directory.class_labels(connection, campaign.coop_id, campaign.school_year)
    slips = tuple(one for one in cash_slips.of_campaign(connection, count.campaign_id) if one.slip in count.slips)
    pieces = class_counts.pieces_of(connection, (count.count_id,))
    return CountDetail(campaign.title, labels.get(count.class_code, count.class_code), slips, pieces)


def _read(connection: Connection[Any], visit: ClassVisit, threshold: int) -> ClassSpace:
    campaigns = {one.campaign_id: one for one in directory.campaigns_of(connection, visit.coop.coop_id)}
    counts = class_counts.of_coop(connection, visit.coop.coop_id)
    return ClassSpace(
        tuple(
            _seen(connection, one, visit.class_code, threshold)
            for one in campaigns.values()
            if one.status in CASH_STATUSES
        ),
        tuple((one, campaigns[one.campaign_id].title) for one in counts if one.class_code == visit.class_code),
    )


def _seen(connection: Connection[Any], campaign: CampaignRow, code: str, threshold: int) -> ClassCampaign:
    """Read what a class gave to a campaign, where enough families of it did (ADR 63)."""
    groups = child_rows.groups_of(connection, campaign.campaign_id, threshold)
    balances = class_balances.of_campaign(connection, campaign.campaign_id)
    mine = next((one for one in balances if one.class_code == code), None)
    if mine is None or code not in groups.alone:
        return ClassCampaign(campaign, 0, None)
    return ClassCampaign(campaign, mine.participants, mine.balance)
