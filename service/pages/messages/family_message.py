"""A message to the families of the rows that were chosen: written, looked at, sent (S-137); and what was sent before.

The steps are forms that carry the selection: names that were searched for stand in no address.
"""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from adapters.messages import FamilyMessage
from domain.calendar import french_date, paris_date
from domain.campaign.state import Campaign
from domain.errors import InvalidInput, LedgerError
from service.auth.actions import Action
from service.emails.recipients import contact_id_of, reply_address
from service.fields import FieldError, clean_text
from service.http.dependencies import worker_of
from service.http.forms import FormBody
from service.http.trail import note
from service.messages.dispatch import MOST, ChosenFamilies, ChosenOrder, NewMessage, families_of, send_message
from service.pages.community.participants import show_refused
from service.pages.community.selected import read_selected, read_selection
from service.pages.frame.typed_form import TypedForm
from service.pages.frame.visit import CampaignVisit, campaign_visit
from service.trail import TrailKind

router = APIRouter()
CampaignRunner = Annotated[CampaignVisit, Depends(campaign_visit(Action.RUN))]
_ROUTE: Final = "/{association}/collectes/{campaign_id}/participants/message"
LONGEST_SUBJECT: Final = 120
LONGEST_TEXT: Final = 4_000


@router.post(_ROUTE)
async def write(visit: CampaignRunner, form: FormBody) -> Response:
    """Show the form of a message, the message as it will leave, or send it: as the form says."""
    try:
        families = await _families(visit, form)
    except InvalidInput as refusal:
        return await show_refused(visit, form, refusal)
    step, typed = str(form.get("etape", "")), TypedForm(form)
    if step not in {"relire", "envoyer", "modifier"}:
        return await _show(visit, form, TypedForm(form), families, "write")
    message = _message(typed)
    if typed.errors or step == "modifier":
        return await _show(visit, form, typed, families, "write")
    if step == "relire":
        return await _show(visit, form, typed, families, "look")
    new = NewMessage(
        message_id=visit.new_id(typed.text("cle"), "message"),
        coop_id=visit.coop.coop_id,
        campaign_id=visit.campaign.campaign_id,
        sent_by=visit.member.session.member_id,
        message=message,
    )
    await note(visit.request, TrailKind.NAMES_READ, coop_id=visit.coop.coop_id, subject_id=new.message_id)
    outbox = worker_of(visit.request).outbox
    try:
        await run_in_threadpool(send_message, visit.opened, outbox, new, families.orders, visit.now)
    except LedgerError as refusal:
        return await _show(visit, form, typed, families, "look", refusal.french)
    return visit.go(f"{visit.campaign_base}/participants/messages?envoye=1")


@router.get(f"{_ROUTE}s")
async def history(visit: CampaignRunner) -> Response:
    """Show what was sent to families of the campaign: the subject, the day, to how many, and the text."""
    sent = await run_in_threadpool(visit.opened.messages.of_campaign, visit.campaign.campaign_id)
    await note(visit.request, TrailKind.NAMES_READ, coop_id=visit.coop.coop_id)
    return await visit.show(
        "messages/history.html",
        "collectes",
        help_key="messages",
        tab="adherents",
        tab_title="",
        sent=[(one, french_date(paris_date(one.sent_at))) for one in sent],
        done="envoye" in visit.request.query_params,
    )


async def _families(visit: CampaignVisit, form: FormBody) -> ChosenFamilies:
    """Return the families of the selection, by address.

    Raises:
        NothingChosen: no row was chosen.
        NoAddressKnown: none of them has an address.

    """
    chosen = await read_selected(visit, form)
    orders = [ChosenOrder(one.contribution_id, one.payer_id) for one in chosen]
    return await run_in_threadpool(families_of, visit.opened, orders)


def _message(typed: TypedForm) -> FamilyMessage:
    """Read what was typed; what is missing or too long is noted."""
    subject = typed.read("objet", _subject, "", LONGEST_SUBJECT, missing="Indiquez l’objet du message.")
    text = typed.read("texte", _text, "", LONGEST_TEXT, missing="Écrivez le message.")
    return FamilyMessage(subject, text)


def _subject(typed: str) -> str:
    said = clean_text(typed, LONGEST_SUBJECT)
    if not said:
        raise FieldError("Indiquez l’objet du message.")
    if len(said) > LONGEST_SUBJECT:
        raise FieldError(f"L’objet est trop long\u00a0: {LONGEST_SUBJECT} caractères au plus.")
    return said


def _text(typed: str) -> str:
    lines = [clean_text(line, LONGEST_TEXT) for line in typed.splitlines()]
    said = "\n".join(lines).strip()
    if not said:
        raise FieldError("Écrivez le message.")
    if len(said) > LONGEST_TEXT:
        raise FieldError(f"Le message est trop long\u00a0: {LONGEST_TEXT} caractères au plus.")
    return said


async def _show(
    visit: CampaignVisit, form: FormBody, typed: TypedForm, families: ChosenFamilies, step: str, refusal: str = ""
) -> Response:
    campaign = await visit.opened.states.current(Campaign, visit.campaign.campaign_id)
    contact_id = contact_id_of(campaign)
    contact = await run_in_threadpool(visit.opened.vault.get, contact_id) if contact_id else None
    subject, text = typed.text("objet", LONGEST_SUBJECT), typed.text("texte", LONGEST_TEXT)
    return await visit.show(
        "messages/write.html" if step == "write" else "messages/look.html",
        "collectes",
        422 if typed.errors or refusal else 200,
        help_key="messages",
        tab="adherents",
        tab_title="",
        selection=read_selection(form),
        families=len(families.orders),
        without=families.without,
        reply_to=reply_address(contact),
        objet=subject,
        texte=text,
        paragraphs=[line for line in map(str.strip, text.splitlines()) if line],
        errors=typed.errors,
        refusal=refusal,
        most=MOST,
        longest_subject=LONGEST_SUBJECT,
        longest_text=LONGEST_TEXT,
        **({"form_key": key} if (key := typed.text("cle")) else {}),
    )
