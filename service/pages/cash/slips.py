"""Numbered slips of a class to print and cut off: no name is printed, and no list of children exists (ADR 70)."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import Response
from psycopg import Connection

from domain.errors import NotFound, PolicyForbids
from domain.money import euros
from domain.texts.network_words import wording_of
from projections import directory, storefront
from projections.by_hand import cash_slips
from reports.on_demand import rendered_slips
from reports.parts.report import slug
from reports.sheets.cash import SlipSheet
from service.cash.typed_counts import LAST_NUMBER, next_slip_number, slip_reference
from service.http.bounds.cpu_bound import DOCUMENT, run_limited
from service.http.dependencies import runtime_of
from service.http.documents import handed_over
from service.pages.cash.class_space import PATH
from service.pages.frame.class_visit import ClassCampaignVisit, TheClassCampaign

router = APIRouter()
_SLIPS: Final = f"{PATH}/collectes/{{campaign_id}}/bordereaux"
PER_PAGE: Final = ("8", "6", "4")
MOST: Final = 200
"""Slips of one file."""
_TARIFFS: Final = 4
"""Prices that a slip has room for."""
_NAME: Final = 40


@router.get(_SLIPS)
async def slips_form(visit: TheClassCampaign) -> Response:
    """Ask how many slips are to be printed, and from which number on."""
    visit.check_takes_cash()
    await _check(visit)
    first = await visit.read(_next_number, visit)
    return await visit.show(
        "cash/slips.html",
        visit.place,
        help_key="bordereaux",
        first=first,
        most=MOST,
        last=LAST_NUMBER,
        per_page=PER_PAGE,
    )


@router.get(f"{_SLIPS}.pdf")
async def slips_file(
    visit: TheClassCampaign,
    nombre: Annotated[int, Query(ge=1, le=MOST)] = 30,
    premier: Annotated[int, Query(ge=1, le=LAST_NUMBER)] = 1,
    par_page: Annotated[Literal["8", "6", "4"], Query()] = "8",
) -> Response:
    """Give numbered slips to print.

    Raises:
        NotFound: the campaign takes no slips.

    """
    visit.check_takes_cash()
    await _check(visit)
    policy = await visit.policy_of()
    prices, listed = await visit.read(_shown, visit)
    voluntary = f"{wording_of(policy.policy.wording).gift.capitalize()} volontaire\u00a0: aucun enfant n’est exclu."
    mark = (slip_reference(visit.class_code, "1") or "-1").removesuffix("-1")
    sheet = SlipSheet(
        name=f"bordereaux-{slug(visit.campaign.title)[:_NAME]}-{slug(visit.class_label)}",
        title=visit.campaign.title,
        coop=visit.coop.name,
        identification=visit.coop.identification(policy.name),
        class_label=visit.class_label,
        class_mark=mark,
        numbers=tuple(str(number) for number in range(premier, min(premier + nombre, LAST_NUMBER + 1))),
        tariffs=prices,
        voluntary=voluntary,
        link=_link(visit, listed=listed),
        per_page=int(par_page),
        demo=visit.campaign.demo,
        produced_at=visit.now,
    )
    return handed_over(await run_limited(DOCUMENT, rendered_slips, sheet))


async def _check(visit: ClassCampaignVisit) -> None:
    """Refuse where the association has no cash recorded.

    Raises:
        PolicyForbids: its rules say so.

    """
    if not (await visit.policy_of()).policy.cash_recording:
        raise PolicyForbids(means="cash")


def _link(visit: ClassCampaignVisit, *, listed: bool) -> str:
    """Return the address of the form, with the class alone; nothing where there is no public form."""
    if not visit.campaign.by_link:
        return ""
    address = runtime_of(visit.request).settings.address
    query = f"?{urlencode({'classe': visit.class_code})}" if listed else ""
    return f"{address}{visit.base}/contribuer/{visit.campaign.campaign_id}{query}"


def _shown(connection: Connection[Any], visit: ClassCampaignVisit) -> tuple[tuple[str, ...], bool]:
    """Read the prices of the campaign, as slips say them, and whether the class is on the list of its year."""
    shown = storefront.find(connection, visit.campaign.campaign_id)
    if shown is None:
        raise NotFound(campaign=visit.campaign.campaign_id)
    prices = tuple(
        f"{one.label}\u00a0: {'montant libre' if one.free else euros(one.tiers[0])}" for one in shown.tariffs[:_TARIFFS]
    )
    labels = directory.class_labels(connection, visit.coop.coop_id, visit.campaign.school_year)
    return prices, visit.class_code in labels


def _next_number(connection: Connection[Any], visit: ClassCampaignVisit) -> int:
    """Return the number from which the next slips of the class are printed."""
    used = [one.slip for one in cash_slips.of_campaign(connection, visit.campaign.campaign_id)]
    return next_slip_number(visit.class_code, used)
