"""The configuration of a campaign: what is set step by step, and its status (S-113…S-120)."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from domain.campaign.publication import AbandonDraft, ArchiveCampaign, SuspendCampaign
from domain.campaign.state import CampaignStatus
from domain.coop.state import Coop
from domain.errors import Conflict, CouncilDecisionInvalid, LedgerError
from domain.texts.network_words import wording_of
from service.auth.actions import Action
from service.campaigns.publication import publication_of
from service.contacts.person_fields import own_labels
from service.fields import french_phone
from service.http.trail import note
from service.members.names import person_names
from service.pages.campaign.history import decision_sentence, last_publication
from service.pages.campaign.words import (
    SettingLine,
    addresses,
    contact_lines,
    details_lines,
    opening_lines,
    payment_lines,
    purpose_name,
    question_lines,
    tariff_lines,
)
from service.pages.frame.visit import CampaignVisit, campaign_visit
from service.pages.wizard.publication import responsibility_of
from service.pages.wizard.steps import FORM, INFORMATION, PAYMENT, PUBLICATION, TARIFFS, Step, settings_of, titles
from service.pages.wizard.uploads import drawing_of
from service.trail import TrailKind

router = APIRouter()
Reader = Annotated[CampaignVisit, Depends(campaign_visit(Action.READ))]
Runner = Annotated[CampaignVisit, Depends(campaign_visit(Action.RUN))]
Administrator = Annotated[CampaignVisit, Depends(campaign_visit(Action.ADMINISTER))]
DONE: Final = {
    "enregistre": "C’est enregistré. Les familles le voient dès maintenant.",
    "suspendu": "La collecte est suspendue. Les échéances en cours continuent.",
    "publie": "La collecte est de nouveau en ligne, au même lien.",
}
"""What was done on the page before."""
_NO_DRAFT: Final = "Cette collecte a déjà été publiée\u00a0: seule l’association départementale peut l’archiver."


@router.get("/{association}/collectes/{campaign_id}/configuration")
async def configuration(visit: Reader, request: Request, fait: str = "") -> Response:
    """Show what is set, step by step, and the status."""
    if visit.may(Action.RUN):
        await note(request, TrailKind.NAMES_READ, coop_id=visit.coop.coop_id)
    return await _show(visit, done=DONE.get(fait, ""))


@router.post("/{association}/collectes/{campaign_id}/suspension")
async def suspend(visit: Runner) -> Response:
    """Suspend the sales: the page stays, its button is off (S-116)."""
    await visit.do(SuspendCampaign(stream_id=visit.campaign.campaign_id, stamp=visit.stamp))
    return visit.go(f"{visit.campaign_base}/configuration?fait=suspendu")


@router.post("/{association}/collectes/{campaign_id}/reprise")
async def put_back(visit: Runner) -> Response:
    """Put a suspended campaign back on line, by the decision that it was published by; else step 5 asks for one."""
    last = await run_in_threadpool(last_publication, visit)
    needed = await responsibility_of(visit)
    if last is None or not needed.holders or needed.charter is not None or needed.blockers:
        return visit.go(f"{visit.campaign_base}{PUBLICATION.address}")
    association = await visit.policy_of()
    coop = await visit.opened.states.current(Coop, visit.coop.coop_id)
    responsible = last.responsible_id if last.responsible_id in needed.holders else needed.holders[0]
    decided, campaign_id = last.council_decision, visit.campaign.campaign_id
    try:
        await visit.do(publication_of(campaign_id, responsible, decided, coop, association, visit.stamp))
    except CouncilDecisionInvalid:  # of before decisions were days: it is asked for anew
        return visit.go(f"{visit.campaign_base}{PUBLICATION.address}")
    return visit.go(f"{visit.campaign_base}/configuration?fait=publie")


@router.post("/{association}/collectes/{campaign_id}/archivage")
async def archive(visit: Administrator) -> Response:
    """Put the campaign away, read-only, with all its accounts (S-117); one of which money is to move is refused."""
    try:
        await visit.do(ArchiveCampaign(stream_id=visit.campaign.campaign_id, stamp=visit.stamp))
    except LedgerError as refusal:
        return await _show(visit, status=refusal.status, refused=refusal.french)
    return visit.go(f"{visit.coop_base}/collectes?fait=archive")


@router.post("/{association}/collectes/{campaign_id}/abandon")
async def abandon(visit: Runner) -> Response:
    """Put away a draft that was never on line; it stays among the archived ones."""
    try:
        await visit.do(AbandonDraft(stream_id=visit.campaign.campaign_id, stamp=visit.stamp))
    except Conflict:
        return await _show(visit, status=Conflict.status, refused=_NO_DRAFT)
    return visit.go(f"{visit.coop_base}/collectes?fait=abandon")


async def _show(visit: CampaignVisit, status: int = 200, done: str = "", refused: str = "") -> Response:
    runs = visit.may(Action.RUN)
    parts = await _parts(visit, contact=runs)
    last = await run_in_threadpool(last_publication, visit)
    named = await run_in_threadpool(person_names, visit.opened, [last.responsible_id] if last else [])
    if last is not None:
        parts[PUBLICATION] += [
            SettingLine("responsible", "Mandataire responsable", named[last.responsible_id]),
            SettingLine("decision", "Décision du Conseil", decision_sentence(last.council_decision)),
        ]
    words = titles(wording_of((await visit.policy_of()).policy.wording))
    return await visit.show(
        "campaign/configuration.html",
        "collectes",
        status,
        help_key="configuration",
        tab="configuration",
        tab_title="Configuration",
        parts=[(step, words[step.key], lines) for step, lines in parts.items()],
        edits=runs and visit.campaign.status != CampaignStatus.ARCHIVED,
        purpose=purpose_name(visit.campaign.purpose),
        abandons=runs and visit.campaign.status == CampaignStatus.DRAFT,
        drawing=await run_in_threadpool(drawing_of, visit.opened, await _picture(visit)),
        done=done,
        refused=refused,
    )


async def _picture(visit: CampaignVisit) -> str:
    details = (await settings_of(visit)).details
    return details.picture if details else ""


async def _parts(visit: CampaignVisit, *, contact: bool) -> dict[Step, list[SettingLine]]:
    """Say what is set in each step; the addresses of people only to who may change them."""
    own = await run_in_threadpool(own_labels, visit.opened, visit.coop.coop_id)
    campaign = await settings_of(visit)
    details, notified = campaign.details, campaign.notified
    parts = {
        INFORMATION: [] if details is None else list(details_lines(details)),
        TARIFFS: list(tariff_lines(campaign.tariffs.values())),
        FORM: list(question_lines(campaign.fields, own)),
        PAYMENT: [
            *payment_lines(campaign.means, campaign.instalments, campaign.message),
            SettingLine("notified", "Notifications par e-mail", addresses(len(notified))),
        ],
        PUBLICATION: list(opening_lines(campaign.by_link, campaign.opens_at, campaign.closes_at)),
    }
    contact_id = details.contact_id if details and contact else None
    if contact_id is not None:
        person = await run_in_threadpool(visit.opened.vault.get, contact_id)
        if person is not None:
            parts[INFORMATION] += contact_lines(person.email, french_phone(person.phone))
    return parts
