"""Adding a participant by hand: a family that paid in cash or on another platform, or had nothing to pay (S-138).

Placed and received are two facts, recorded together or not at all. Cards are for families: they accept the terms.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from domain.aggregate import Intent
from domain.campaign.basket import MAX_CHILDREN, Child
from domain.campaign.payments import RecordCashReceived
from domain.campaign.state import Campaign
from domain.errors import AlreadyExists, LedgerError
from domain.external.payments import EnterExternalPayment
from domain.money import MAX_WRITTEN, plain_euros
from projections import directory
from projections.by_hand.cash_slips import next_slip
from service.auth.actions import Action
from service.baskets.entry import EnteredBasket, place_entered
from service.fields import MAX_EMAIL, MAX_NAME, MAX_PHONE
from service.http.dependencies import charge_limits_of
from service.http.forms import FormBody, text
from service.pages.frame.typed_form import TypedFields, TypedForm
from service.pages.frame.visit import CampaignVisit, campaign_visit
from service.pages.french import tariff_price
from service.pages.participant.correction import class_choices
from service.pages.participant.entry_form import (
    CASH,
    ELSEWHERE,
    NOTHING,
    PLATFORMS,
    EnteredChild,
    EnteredFamily,
    Received,
    digest_of,
    read_entry,
    read_received,
    rows_of,
)

router = APIRouter()
Runner = Annotated[CampaignVisit, Depends(campaign_visit(Action.RUN))]
_ROUTE: Final = "/{association}/collectes/{campaign_id}/participants/ajouter"
_ADD, _REMOVE = "ajouter", "retirer-"
_OWN: Final = ("recu", "jour", "bordereau", "plateforme", "numero", "cle")
"""What the page that asks to confirm asks itself."""
_BESIDE: Final = {
    **dict.fromkeys(("first_name", "last_name"), MAX_NAME),
    "email": MAX_EMAIL,
    **dict.fromkeys(("phone", "moyen", "cle"), MAX_PHONE),
    **{name: MAX_WRITTEN for name in _OWN if name != "cle"},
}
"""The fields beside the children, and how much of each is looked at."""
_MEANS: Final = {CASH: "cash", ELSEWHERE: "external", NOTHING: "card"}
_CLOSED: Final = {
    "draft": "Cette collecte est un brouillon\u00a0: publiez-la d’abord.",
    "archived": "Cette collecte est archivée\u00a0: elle se consulte, rien ne s’y ajoute.",
}


@router.get(_ROUTE)
async def entry_form(visit: Runner) -> Response:
    """Show the form of a family, with one child."""
    return await _show(visit, TypedForm(FormData()), [EnteredChild(0, TypedFields())])


@router.post(_ROUTE)
async def add(visit: Runner, form: FormBody) -> Response:
    """Add or take away a child, show what the basket costs, or add the family: once however often it is sent."""
    typed, rows, step = _typed(form), rows_of(form), text(form, "etape")
    closed, changed = visit.campaign.status in _CLOSED, _changed_rows(rows, step)
    if closed or changed is not None:
        return await _show(visit, typed, changed or rows, 409 if closed else 200)
    known = (await visit.coop_state()).classes.get(visit.campaign.school_year, ())
    campaign = await visit.opened.states.current(Campaign, visit.campaign.campaign_id)
    entry = read_entry(typed, rows, campaign, known, visit.opened.phone_region)
    means = NOTHING if not typed.errors and not entry.due else await _means(visit, typed)
    if typed.errors or step not in ("relire", "enregistrer"):
        return await _show(visit, typed, rows, 422 if typed.errors and step != "corriger" else 200)
    if step == "relire":
        return await _confirm(visit, typed, rows, entry, means)
    received = None if means == NOTHING else read_received(typed, means, entry.due, visit.now, visit.today)
    if typed.errors:
        return await _confirm(visit, typed, rows, entry, means, 422)
    try:
        contribution_id = await _place(visit, form, entry, means, received)
    except LedgerError as refusal:
        return await _confirm(visit, typed, rows, entry, means, refusal.status, refusal.french)
    return visit.go(f"{visit.campaign_base}/participants/{contribution_id}?fait=ajoute")


def _changed_rows(rows: list[EnteredChild], step: str) -> list[EnteredChild] | None:
    """Return the children once one is added or taken away; None where neither is asked for."""
    if step == _ADD and len(rows) < MAX_CHILDREN:
        return [*rows, EnteredChild(max(row.number for row in rows) + 1, TypedFields())]
    if step.startswith(_REMOVE):
        return [row for row in rows if str(row.number) != step.removeprefix(_REMOVE)] or rows
    return None


def _typed(form: FormData) -> TypedForm:
    """Take what was typed beside the children, as it was typed: a child more or less loses nothing of it."""
    typed = TypedForm(form)
    for name, longest in _BESIDE.items():
        typed.text(name, longest)
    return typed


async def _means(visit: CampaignVisit, typed: TypedForm) -> str:
    """Return how the family paid, as the form says it and the association allows it."""
    means = typed.text("moyen")
    if means not in await _offered(visit):
        typed.refuse("moyen", "Choisissez comment la famille a payé.")
    return means


async def _offered(visit: CampaignVisit) -> dict[str, str]:
    """Return how a family may have paid: cash only where the association has it recorded (S-24)."""
    offered = {ELSEWHERE: "Sur une autre plateforme"}
    return {CASH: "En espèces", **offered} if (await visit.policy_of()).policy.cash_recording else offered


async def _place(
    visit: CampaignVisit, form: FormData, entry: EnteredFamily, means: str, received: Received | None
) -> UUID:
    """Place the basket with what was received, and wait until pages show it; return what it became."""
    new_id = partial(visit.new_id, f"{text(form, 'cle')} {digest_of(form)}")
    contribution_id, payer_id = new_id("contribution"), new_id("payer")
    pupils = {new_id(f"child {at}"): pupil for at, pupil in enumerate(entry.pupils)}
    told = zip(pupils, entry.classes, entry.tariffs, entry.prices, strict=True)
    children = tuple(
        Child(participant_id=key, class_label=code, tariff_id=tariff_id, cents=cents)
        for key, code, tariff_id, cents in told
    )
    basket = EnteredBasket(
        campaign_id=visit.campaign.campaign_id,
        coop_id=visit.coop.coop_id,
        contribution_id=contribution_id,
        payer_id=payer_id,
        payer=entry.payer,
        children=children,
        pupils=pupils,
        means=_MEANS[means],
        known_classes=dict((await visit.coop_state()).classes),
        limits=charge_limits_of(visit.request),
    )
    commands = await _received(visit, contribution_id, new_id("payment"), received)
    place = partial(place_entered, visit.opened, basket, commands, visit.stamp)
    try:
        await visit.shown(await run_in_threadpool(place))
    except AlreadyExists as refusal:
        if refusal.values.get("contribution") != contribution_id:
            raise
        await visit.all_shown()
    return contribution_id


async def _received(
    visit: CampaignVisit, contribution_id: UUID, payment_id: UUID, received: Received | None
) -> Sequence[Intent[Any]]:
    """Return the command that records what was received of a basket; none where nothing was to be paid."""
    if received is None:
        return ()
    if not received.platform:
        cash = RecordCashReceived(
            stream_id=visit.campaign.campaign_id,
            contribution_id=contribution_id,
            slip=received.number,
            cents=received.cents,
            paid_at=received.paid_at,
            policy=(await visit.policy_of()).policy,
            stamp=visit.stamp,
        )
        return (cash,)
    elsewhere = EnterExternalPayment(
        stream_id=visit.campaign.campaign_id,
        contribution_id=contribution_id,
        external_payment_id=payment_id,
        platform=received.platform,
        reference=received.number,
        cents=received.cents,
        paid_at=received.paid_at,
        stamp=visit.stamp,
    )
    return (elsewhere,)


async def _show(visit: CampaignVisit, typed: TypedForm, rows: list[EnteredChild], status: int = 200) -> Response:
    campaign = await visit.opened.states.current(Campaign, visit.campaign.campaign_id)
    tariffs = {key: f"{tariff.label} – {tariff_price(tariff)}" for key, tariff in campaign.tariffs.items()}
    free = any(tariff.free for tariff in campaign.tariffs.values())
    labels = await visit.read(directory.class_labels, visit.coop.coop_id, visit.campaign.school_year)
    return await visit.show(
        "participant/entry.html",
        "collectes",
        status,
        help_key="ajouter",
        tab="adherents",
        tab_title="Ajouter",
        closed=_CLOSED.get(visit.campaign.status, ""),
        rows=rows,
        tariffs=tariffs,
        only_tariff=next(iter(tariffs)) if len(tariffs) == 1 else "",
        free=free,
        classes=class_choices(labels),
        means=await _offered(visit),
        full=len(rows) >= MAX_CHILDREN,
        typed=TypedFields(typed.typed),
        errors=typed.errors,
    )


async def _confirm(
    visit: CampaignVisit,
    typed: TypedForm,
    rows: list[EnteredChild],
    entry: EnteredFamily,
    means: str,
    status: int = 200,
    refused: str = "",
) -> Response:
    slip = await visit.read(next_slip, visit.campaign.campaign_id) if means == CASH else ""
    usual = {"recu": plain_euros(entry.due), "jour": visit.today.isoformat(), "bordereau": slip}
    shown = {**usual, **_filled(typed)}
    labels = await visit.read(directory.class_labels, visit.coop.coop_id, visit.campaign.school_year)
    named = [f"{pupil.first_name} {pupil.last_name}" for pupil in entry.pupils]
    kept = {name: value for name, value in _filled(typed).items() if name not in _OWN}
    return await visit.show(
        "participant/entry_confirm.html",
        "collectes",
        status,
        help_key="ajouter",
        tab="adherents",
        tab_title="Ajouter",
        children=list(zip(named, [labels.get(code, code) for code in entry.classes], entry.prices, strict=True)),
        due=entry.due,
        cash=means == CASH,
        nothing=means == NOTHING,
        platforms=PLATFORMS,
        numbers=[row.number for row in rows],
        kept=kept,
        typed=TypedFields(shown),
        errors=typed.errors,
        refused=refused,
        form_key=typed.text("cle") or str(visit.new_id(str(visit.now), "entry")),
    )


def _filled(typed: TypedForm) -> dict[str, str]:
    """What was typed, without what was left empty."""
    return {name: value for name, value in typed.typed.items() if value}
