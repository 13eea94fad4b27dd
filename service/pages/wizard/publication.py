"""Step 5, publication: by link or not, the opening window, the responsible, the charter (S-48, S-49, S-102…S-112)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Annotated, Any, Final, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from domain.aggregate import Intent
from domain.association.state import Association
from domain.campaign.publication import SetPublication
from domain.campaign.state import Campaign, CampaignStatus
from domain.coop.mandates import AcceptCharter
from domain.coop.state import Coop
from domain.errors import CouncilDecisionInvalid, InvalidInput
from domain.vocabulary.references import check_council_decision, council_decision
from service.auth.actions import Action
from service.campaigns.publication import holders_on, mandate_of, publication_of
from service.charters import CharterText, charter_in_force
from service.fields import FieldError
from service.http.forms import FormBody, text
from service.members.names import person_names
from service.pages.campaign.history import last_publication
from service.pages.campaign.words import SettingLine, opening_lines
from service.pages.frame.visit import CampaignVisit, campaign_visit
from service.pages.wizard.days import instant_of, read_day, read_hour, to_the_minute, typed_day, typed_hour
from service.pages.wizard.saves import DIGEST, NewContacts, StepSave, digest_of, read_settings, save_step
from service.pages.wizard.steps import (
    NEXT,
    PAYMENT,
    PUBLICATION,
    TARIFFS,
    after,
    in_order,
    settings_of,
    show_step,
)

router = APIRouter()
Runner = Annotated[CampaignVisit, Depends(campaign_visit(Action.RUN))]
PREVIEW: Final = "apercu"
PUBLISH: Final = "publier"
DRAFT: Final = "brouillon"
_LINK: Final = "lien"
_FIRST_HOUR: Final = "00:00"
_LAST_HOUR: Final = "23:59"
_LONGEST: Final = 40
"""Characters of a decision that an address may bring."""
_TYPED: Final = ("by_link", "from_day", "from_hour", "to_day", "to_hour", "responsible", "decided_on", "minutes")
_FIELDS: Final = (*_TYPED[:5], "blockers", *_TYPED[5:], "charter")
"""All fields, in the order of the page."""


class OpeningChoices(NamedTuple):
    """What step 5 sets: how families come to the form, and when; to the minute, as its form has it."""

    by_link: bool = True
    opens_at: datetime | None = None
    closes_at: datetime | None = None


class Decision(NamedTuple):
    """What a campaign goes on line by: who is responsible, what the Conseil decided, if the charter is agreed to."""

    responsible_id: UUID
    council_decision: str
    agrees: bool


async def _read(_visit: CampaignVisit, campaign: Campaign) -> OpeningChoices:
    return OpeningChoices(campaign.by_link, to_the_minute(campaign.opens_at), to_the_minute(campaign.closes_at))


def _saves(decision: Decision | None) -> StepSave[OpeningChoices]:
    """Return how step 5 is saved: with a decision the campaign goes on line by the same write."""

    async def commands(
        visit: CampaignVisit, _stored: OpeningChoices, given: OpeningChoices, _contacts: NewContacts
    ) -> list[Intent[Any]]:
        wanted: list[Intent[Any]] = [
            SetPublication(
                stream_id=visit.campaign.campaign_id,
                by_link=given.by_link,
                opens_at=given.opens_at,
                closes_at=given.closes_at,
                stamp=visit.stamp,
            )
        ]
        return wanted if decision is None else [*wanted, *await _publication(visit, decision)]

    return StepSave(PUBLICATION, _read, commands, _lines, always=decision is not None)


async def _publication(visit: CampaignVisit, decision: Decision) -> list[Intent[Any]]:
    """Return what accepts the charter, if that is still to be done and is agreed to, and what publishes."""
    association = await visit.policy_of()
    coop = await visit.opened.states.current(Coop, visit.coop.coop_id)
    accepted, mandate = coop.charter_accepted, mandate_of(coop, visit.member.session.member_id, visit.today)
    commands: list[Intent[Any]] = []
    if decision.agrees and mandate is not None and accepted != association.charter_version:
        accepted = association.charter_version
        commands.append(
            AcceptCharter(
                stream_id=coop.id,
                version=accepted,
                mandate_id=mandate,
                published_charter=association.charter_version,
                stamp=visit.stamp,
            )
        )
    published = publication_of(
        visit.campaign.campaign_id,
        decision.responsible_id,
        decision.council_decision,
        coop,
        association,
        visit.stamp,
    )
    return [*commands, msgspec.structs.replace(published, charter_accepted=accepted)]


def _lines(content: OpeningChoices) -> Iterator[SettingLine]:
    return opening_lines(content.by_link, content.opens_at, content.closes_at)


class Responsibility(NamedTuple):
    """What must be settled before a campaign goes on line, as it is now."""

    holders: tuple[UUID, ...]
    """Who may be responsible: the asker who holds a mandate, else who does."""
    charter: CharterText | None
    """The charter that is still to be accepted, None where there is none."""
    mandated: bool
    """Whether the asker holds a mandate."""
    blockers: list[tuple[str, str]]
    """What is to be done in another step first: a sentence, and the address below the campaign's."""


async def responsibility_of(visit: CampaignVisit) -> Responsibility:
    """Return what must be settled before the campaign goes on line."""
    association: Association = await visit.policy_of()
    coop = await visit.opened.states.current(Coop, visit.coop.coop_id)
    asker = visit.member.session.member_id
    mandated = coop.has_mandate(asker, visit.today)
    holders = (asker,) if mandated else holders_on(coop, visit.today)
    pending = coop.charter_accepted != association.charter_version
    allowed = {*coop.policy_within(association.policy).means}
    campaign = await settings_of(visit)
    blockers = []
    if not campaign.tariffs:
        blockers.append(("Indiquez au moins un tarif.", TARIFFS.address))
    if not {*campaign.means} <= allowed:
        blockers.append(("Un moyen de paiement n’est plus autorisé pour votre coopérative.", PAYMENT.address))
    charter = await run_in_threadpool(charter_in_force, visit.opened, association) if pending else None
    return Responsibility(holders, charter, mandated, blockers)


@router.get("/{association}/collectes/{campaign_id}/etapes/publication")
async def publication(visit: Runner, decision: str = "", pv: str = "") -> Response:
    """Show how families come to the form, its window, and what is needed to put it on line.

    A draft keeps no decision: until it is published its day and the number of its minutes are in the address.
    """
    stored = (await read_settings(visit, _saves(None))).content
    last = await run_in_threadpool(last_publication, visit)
    decided_on, _, minutes = last.council_decision.partition(" ") if last else ("", "", "")
    typed = {
        **dict.fromkeys(_TYPED, ""),
        "by_link": _LINK if stored.by_link else "aucun",
        "from_day": typed_day(stored.opens_at),
        "from_hour": typed_hour(stored.opens_at, _FIRST_HOUR),
        "to_day": typed_day(stored.closes_at),
        "to_hour": typed_hour(stored.closes_at, _LAST_HOUR),
        "decided_on": decision[:_LONGEST] or decided_on,
        "minutes": pv[:_LONGEST] or minutes,
    }
    return await _show(visit, typed, {}, digest_of(stored))


@router.post("/{association}/collectes/{campaign_id}/etapes/publication")
async def change_publication(visit: Runner, form: FormBody) -> Response:
    """Save step 5 as a draft, for a preview, or to put the campaign on line; or show what is wrong."""
    action, typed = text(form, "action") or NEXT, {name: text(form, name) for name in _TYPED}
    given, errors = _given(typed)
    publishes = action == PUBLISH and visit.campaign.status != CampaignStatus.PUBLISHED
    needed, decision = await responsibility_of(visit), None
    decided = _decided(typed, visit.today, errors, required=publishes)
    if publishes:
        decision = _decision(form, typed, needed, decided, errors)
        if needed.blockers and not errors:
            errors["blockers"] = needed.blockers[0][0]
    if errors:
        told = in_order(errors, _FIELDS)
        return await _show(visit, typed, told, text(form, DIGEST), agrees=_agrees(form, needed))
    both = await save_step(visit, _saves(decision), form, given)
    if both is not None:
        return both
    if action == PREVIEW:
        return visit.go(f"{visit.campaign_base}/apercu{_query(typed, decided)}")
    if publishes:
        return visit.go(f"{visit.campaign_base}/diffusion?fait=publie")
    if action == DRAFT and visit.campaign.status == CampaignStatus.DRAFT:
        return visit.go(f"{visit.campaign_base}{PUBLICATION.address}{_query(typed, decided, fait=DRAFT)}")
    return after(visit, PUBLICATION, action)


def _query(typed: dict[str, str], decided: str, **more: str) -> str:
    """Return what an address says of the decision, so that it is there again where one comes back to this step."""
    day, _, minutes = decided.partition(" ")
    said = {**more, "decision": day if typed["decided_on"].strip() else "", "pv": minutes}
    query = urlencode({name: value for name, value in said.items() if value})
    return f"?{query}" if query else ""


def _given(typed: dict[str, str]) -> tuple[OpeningChoices, dict[str, str]]:
    """Read the window; what is wrong is said by field."""
    errors: dict[str, str] = {}
    if typed["by_link"] not in (_LINK, "aucun"):
        errors["by_link"] = "Choisissez comment le formulaire est publié."
    opens_at = _instant(typed, "from", _FIRST_HOUR, errors)
    closes_at = _instant(typed, "to", _LAST_HOUR, errors)
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        errors["to_day"] = "La fin vient avant le début\u00a0: changez l’une des deux dates."
    return OpeningChoices(typed["by_link"] == _LINK, opens_at, closes_at), errors


def _instant(typed: dict[str, str], end: str, otherwise: str, errors: dict[str, str]) -> datetime | None:
    """Read one end of the window, None where no day is given; without an hour it is that of the day's own end."""
    if not typed[f"{end}_day"].strip():
        return None
    day: date | None = None
    hour: time | None = None
    try:
        day = read_day(typed[f"{end}_day"])
    except FieldError as refusal:
        errors[f"{end}_day"] = refusal.french
    try:
        hour = read_hour(typed[f"{end}_hour"].strip() or otherwise)
    except FieldError as refusal:
        errors[f"{end}_hour"] = refusal.french
    return None if day is None or hour is None else instant_of(day, hour)


def _decided(typed: dict[str, str], today: date, errors: dict[str, str], *, required: bool) -> str:
    """Read what the Conseil decided and when; what is wrong is said by field, a day that is missing where one must be.

    Without a day the number of the minutes is read as one of today's.
    """
    written, day = typed["decided_on"].strip(), today
    try:
        day = read_day(written) if written or required else today
        return check_council_decision(council_decision(day, typed["minutes"].strip()), today)
    except CouncilDecisionInvalid:
        late = "La décision du Conseil ne peut pas être à venir\u00a0: indiquez la date à laquelle elle a été prise."
        known = day <= today
        errors["minutes" if known else "decided_on"] = CouncilDecisionInvalid.sentence if known else late
    except InvalidInput as refusal:
        missing = "Indiquez la date de la décision du conseil de coopérative."
        errors["decided_on"] = refusal.french if written else missing
    return ""


def _decision(
    form: FormData, typed: dict[str, str], needed: Responsibility, decided: str, errors: dict[str, str]
) -> Decision | None:
    """Read what a publication needs beside the settings; what is missing is said by field."""
    agrees = _agrees(form, needed)
    if needed.charter is not None and not (agrees and needed.mandated and needed.charter.text):
        errors["charter"] = _charter_sentence(needed)
    by_id = {str(one): one for one in needed.holders}
    responsible = by_id.get(typed["responsible"]) or (needed.holders[0] if len(by_id) == 1 else None)
    if responsible is None:
        errors["responsible"] = (
            "Choisissez le mandataire responsable."
            if by_id
            else "Aucun mandat n’est en cours\u00a0: l’association départementale peut en donner un."
        )
        return None
    return None if errors else Decision(responsible, decided, agrees)


def _agrees(form: FormData, needed: Responsibility) -> bool:
    """Tell whether the box of the charter in force is ticked: agreeing to an earlier text is not agreeing to this."""
    return needed.charter is not None and text(form, "charter") == str(needed.charter.version)


def _charter_sentence(needed: Responsibility) -> str:
    """Say what is missing of the charter."""
    if needed.charter is not None and not needed.charter.text:
        return "Le texte de la charte n’est pas en ligne\u00a0: demandez à votre association de la publier de nouveau."
    if not needed.mandated:
        return "Un mandataire de la coopérative doit d’abord accepter la charte des collectes."
    return "Cochez la case pour accepter la charte des collectes."


async def _show(
    visit: CampaignVisit, typed: dict[str, str], errors: dict[str, str], digest: str, *, agrees: bool = False
) -> Response:
    needed = await responsibility_of(visit)
    names = await run_in_threadpool(person_names, visit.opened, needed.holders)
    return await show_step(
        visit,
        PUBLICATION,
        errors,
        typed=typed,
        digest=digest,
        needed=needed,
        names=[(str(one), names[one]) for one in needed.holders],
        agrees=agrees,
        today=visit.today.isoformat(),
    )
