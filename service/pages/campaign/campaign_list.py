"""The campaigns of a coop by status, and copies of them: « Formulaires » (S-11, S-22, S-113…S-118)."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from adapters.people_vault import Person
from domain.calendar import fiscal_year, fiscal_year_label
from domain.campaign.state import Campaign
from domain.errors import AlreadyExists, AmountInvalid, PolicyForbids
from projections import directory
from projections.directory import CampaignRow
from service.auth.actions import Action
from service.campaigns.copies import CopyPlan, copy_commands
from service.http.dependencies import charge_limits_of
from service.http.forms import FormBody, text
from service.pages.campaign.words import purpose_name
from service.pages.frame.visit import CampaignVisit, CoopVisit, campaign_visit, coop_visit, window_sentence
from service.pages.wizard.saves import NewContacts, carry_out
from service.pages.wizard.steps import INFORMATION

router = APIRouter()
CoopReader = Annotated[CoopVisit, Depends(coop_visit(Action.READ))]
Runner = Annotated[CampaignVisit, Depends(campaign_visit(Action.RUN))]
GROUPS: Final = (
    ("draft", "Brouillons"),
    ("published", "Publiées"),
    ("suspended", "Ventes suspendues"),
    ("archived", "Archivées"),
)
"""The statuses in the order of the page; archived campaigns are folded away (S-117)."""
DONE: Final = {
    "abandon": "Le brouillon est abandonné. Il reste parmi les archivées, d’où «\u00a0Dupliquer\u00a0» en refait un.",
    "archive": "La collecte est archivée. Ses comptes restent consultables.",
}
"""What was done on the page before."""

_PURPOSE_GONE: Final = (
    "Votre association n’autorise plus l’objet de cette collecte\u00a0: elle ne peut pas être reprise. "
    "Créez une collecte avec un objet de la liste. Rien n’a été enregistré."
)


@router.get("/{association}/coops/{coop_id}/collectes")
async def campaigns(visit: CoopReader, fait: str = "") -> Response:
    """List the campaigns of a coop by status, and offer last year's again."""
    return await _show(visit, done=DONE.get(fait, ""))


async def _show(visit: CoopVisit, status: int = 200, done: str = "", refused: str = "") -> Response:
    found: list[CampaignRow] = await visit.read(directory.campaigns_of, visit.coop.coop_id)
    this = fiscal_year(visit.today)
    last = max((one.school_year for one in found if one.school_year < this and _ran(one)), default=None)
    groups = [(status, label, [one for one in found if one.status == status]) for status, label in GROUPS]
    return await visit.show(
        "campaign/list.html",
        "collectes",
        status,
        groups=groups,
        any=bool(found),
        last=[one for one in found if one.school_year == last and _ran(one)],
        last_year="de l’an dernier" if last in (None, this - 1) else f"de {fiscal_year_label(last)}",
        this_year=fiscal_year_label(this),
        year_of=fiscal_year_label,
        purpose_name=purpose_name,
        window=lambda one: window_sentence(one, visit.now),
        done=done,
        refused=refused,
    )


def _ran(one: CampaignRow) -> bool:
    """Tell whether a campaign was on line: no draft, and none that was abandoned."""
    return one.status != "draft" and (one.by_link or one.status != "archived")


@router.post("/{association}/collectes/{campaign_id}/copie")
async def copy_campaign(visit: Runner, form: FormBody) -> Response:
    """Copy the settings of a campaign into a new draft, of this school year where that is asked for (S-118)."""
    key, again = text(form, "cle") or token_urlsafe(12), "reprendre" in form
    source = await run_in_threadpool(visit.opened.ledger.store.load, Campaign, visit.campaign.campaign_id)
    old_contact = source.details.contact_id if source.details else None
    ids = [*source.notified, *((old_contact,) if old_contact else ())]
    known = await run_in_threadpool(visit.opened.vault.get_many, ids) if ids else {}
    contacts = NewContacts({visit.new_id(key, str(one)): _address_of(person) for one, person in known.items()})
    campaign_id = visit.new_id(key, "campaign")
    plan = CopyPlan(
        campaign_id=campaign_id,
        school_year=max(fiscal_year(visit.today), source.school_year) if again else source.school_year,
        contact_id=_new_id(visit, key, old_contact, known),
        notified=tuple(visit.new_id(key, str(one)) for one in source.notified if one in known),
        policy=await visit.policy_here(),
        limits=charge_limits_of(visit.request),
        stamp=visit.stamp,
    )
    try:
        await carry_out(visit, copy_commands(source, plan), contacts)
    except AlreadyExists:  # the button was pressed twice: the copy is there
        await visit.all_shown()
        return visit.go(f"/collectes/{campaign_id}{INFORMATION.address}?fait=copie")
    except (PolicyForbids, AmountInvalid) as refusal:
        sentence = _PURPOSE_GONE if isinstance(refusal, PolicyForbids) else refusal.french
        return await _show(CoopVisit(visit, visit.coop), refusal.status, refused=sentence)
    return visit.go(f"/collectes/{campaign_id}{INFORMATION.address}?fait=copie")


def _new_id(visit: CampaignVisit, key: str, one: UUID | None, known: dict[UUID, Any]) -> UUID | None:
    return visit.new_id(key, str(one)) if one is not None and one in known else None


def _address_of(person: Person) -> Person:
    return Person("", "", person.email, person.phone)
