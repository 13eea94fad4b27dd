"""How each class of a collection stands, to print or to share with colleagues by a secret link (S-165).

The page says how many children take part and what was received, classes of few families together (ADR 63): never what
one family gave, never who gave nothing. A link lasts a month, can be cut, and opens this page alone.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Final, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from psycopg import Connection
from starlette.concurrency import run_in_threadpool

from adapters.class_links import ClassLink
from adapters.people_vault import LinkInvalid
from domain.association.state import Association
from domain.calendar import french_date, french_hour, paris_date
from domain.texts.network_words import wording_of
from projections import directory
from projections.directory import CampaignRow
from reports.on_demand import rendered
from reports.parts.provenance import coop_provenance
from reports.parts.report import Report
from reports.treasury.class_state import ClassState, class_state_report
from service.auth.actions import Action
from service.http.bounds.cpu_bound import DOCUMENT, run_limited
from service.http.dependencies import Slug, clock_of, runtime_of
from service.http.documents import handed_over
from service.http.forms import FormBody, text
from service.pages.frame.visit import CampaignVisit, campaign_visit
from service.pages.french import association_mark
from service.pages.mandataire.live_sheet import Sheet, SheetRow, read_sheet
from service.pages.rendering import page
from service.runtime.open_ledger import OpenLedger

router = APIRouter()
Reader = Annotated[CampaignVisit, Depends(campaign_visit(Action.READ))]
Runner = Annotated[CampaignVisit, Depends(campaign_visit(Action.RUN))]
_ADDRESS: Final = "/{association}/collectes/{campaign_id}/etat-par-classe"
LIFE: Final = timedelta(days=30)
"""How long a link is good."""
MOST_LINKS: Final = 5
"""Links of a collection at a time."""


class ShownLink(NamedTuple):
    """A link as its maker sees it."""

    link_id: UUID
    address: str
    made_on: str
    until: str


@router.get(_ADDRESS)
async def class_state(visit: Reader) -> Response:
    """Show how each class stands, and the links by which colleagues see the same."""
    rules = await visit.policy_of()
    threshold = rules.policy.anonymity_threshold
    sheet: Sheet = await visit.read(read_sheet, visit.campaign, rules.name, visit.base, threshold)
    links = await run_in_threadpool(_links, visit) if visit.may(Action.RUN) else []
    return await visit.show(
        "papers/class_state.html",
        "collectes",
        help_key="etat-classes",
        tab="",
        tab_title="État par classe",
        sheet=sheet,
        threshold=threshold,
        as_of=_as_of(visit),
        links=links,
        full=len(links) >= MOST_LINKS,
        life=LIFE.days,
    )


def _as_of(visit: CampaignVisit) -> str:
    return f"{french_date(visit.today)}, {french_hour(visit.now)}"


def _links(visit: CampaignVisit) -> list[ShownLink]:
    store, address = visit.opened.class_links, runtime_of(visit.request).settings.address
    return [
        ShownLink(
            one.link_id,
            f"{address}{visit.base}/etat/{store.token(one.link_id)}",
            french_date(paris_date(one.made_at)),
            french_date(one.expires_on),
        )
        for one in store.of_campaign(visit.campaign.campaign_id, visit.today)
    ]


@router.post(_ADDRESS)
async def change_links(visit: Runner, form: FormBody) -> Response:
    """Make a link, or cut one."""
    store, campaign_id = visit.opened.class_links, visit.campaign.campaign_id
    cut = text(form, "couper")
    if cut:
        try:
            await run_in_threadpool(store.cut, campaign_id, UUID(cut))
        except ValueError:
            return visit.go(f"{visit.campaign_base}/etat-par-classe")
    else:
        link = ClassLink(visit.new_id(text(form, "cle"), "class link"), campaign_id, visit.now, visit.today + LIFE)
        known = await run_in_threadpool(store.of_campaign, campaign_id, visit.today)
        if len(known) < MOST_LINKS:
            await run_in_threadpool(store.add, link)
    return visit.go(f"{visit.campaign_base}/etat-par-classe#liens")


@router.get(f"{_ADDRESS}.pdf")
async def class_state_file(visit: Reader) -> Response:
    """Give how each class stands as a page to print."""
    rules = await visit.policy_of()
    report = await run_in_threadpool(visit.opened.read, _report, visit, rules)
    return handed_over(await run_limited(DOCUMENT, rendered, report, "pdf"))


def _report(connection: Connection[Any], visit: CampaignVisit, rules: Association) -> Report:
    threshold = rules.policy.anonymity_threshold
    sheet = read_sheet(connection, visit.campaign, rules.name, visit.base, threshold)
    last, head = visit.opened.standing(connection)
    proof = coop_provenance(sheet.coop, rules.name, last, head, visit.now)
    rows, givers = [_state(row) for row in sheet.rows], wording_of(rules.policy.wording).givers
    return class_state_report(proof, visit.campaign.title, givers, rows, _state(sheet.whole), threshold)


def _state(row: SheetRow) -> ClassState:
    return ClassState(row.label, row.participants, row.balance)


@router.get("/{association}/etat/{token}")
async def shared_class_state(association: Slug, token: str, request: Request) -> Response:
    """Show a colleague how each class stands, by the secret of the link alone.

    Raises:
        LinkInvalid: it was never made, was cut or is over, or its collection is gone.

    """
    now = clock_of(request)()
    opened: OpenLedger = await run_in_threadpool(runtime_of(request).ledger, association)
    link = await run_in_threadpool(opened.class_links.find, token, paris_date(now))
    if link is None:
        raise LinkInvalid(purpose="class-state")
    rules = await opened.states.current(Association, opened.ledger.association_id)
    campaign, sheet = await run_in_threadpool(opened.read, _shared, link, rules)
    return page(
        "papers/shared_state.html",
        association=association,
        mark=association_mark(rules.name),
        demo=campaign.demo,
        coop=sheet.identification,
        campaign=campaign,
        sheet=sheet,
        words=wording_of(rules.policy.wording),
        threshold=rules.policy.anonymity_threshold,
        as_of=f"{french_date(paris_date(now))}, {french_hour(now)}",
        until=french_date(link.expires_on),
    )


def _shared(connection: Connection[Any], link: ClassLink, rules: Association) -> tuple[CampaignRow, Sheet]:
    campaign = directory.find_campaign(connection, link.campaign_id)
    if campaign is None:
        raise LinkInvalid(purpose="class-state")
    return campaign, read_sheet(connection, campaign, rules.name, "", rules.policy.anonymity_threshold)
