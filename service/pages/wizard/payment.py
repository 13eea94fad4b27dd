"""Step 4, payment and confirmation: means, instalments, the message, who is notified (S-87…S-101)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Any, Final, NamedTuple
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from adapters.people_vault import Person
from domain.aggregate import Intent
from domain.allocation import split_equally
from domain.calendar import add_months, french_date
from domain.campaign.settings import MAX_NOTIFIED, MIN_INSTALMENTS, SetNotifications, SetPaymentOptions
from domain.campaign.state import Campaign
from domain.errors import AmountInvalid, InvalidInput
from domain.events.association import Policy
from domain.events.base import InstalmentTerms
from domain.money import euros
from service.auth.actions import Action
from service.fields import MAX_EMAIL, MAX_LONG_TEXT, FieldError, read_email, read_long_text
from service.http.dependencies import charge_limits_of
from service.http.forms import FormBody, text
from service.http.trail import note
from service.pages.campaign.words import MEANS, NOTHING, SettingLine, payment_lines
from service.pages.frame.visit import CampaignVisit, campaign_visit
from service.pages.wizard.saves import DIGEST, NewContacts, StepSave, as_chosen, digest_of, read_settings, save_step
from service.pages.wizard.steps import BACK, NEXT, PAYMENT, after, settings_of, show_step
from service.trail import TrailKind

router = APIRouter()
Runner = Annotated[CampaignVisit, Depends(campaign_visit(Action.RUN))]
MORE: Final = "parametres"
"""What the button « Enregistrer et activer d'autres paramètres » sends (S-100)."""
_LONGEST_LIST: Final = MAX_NOTIFIED * (MAX_EMAIL + 2)
_EXAMPLE_CENTS: Final = 3_000
"""What the example of instalments is of where there is no tariff yet: 30,00 €."""


class PaymentChoices(NamedTuple):
    """What step 4 sets; who is notified is by addresses, which are in the vault."""

    means: tuple[str, ...] = ()
    instalments: InstalmentTerms | None = None
    message: str = ""
    notified: tuple[str, ...] = ()


async def _read(visit: CampaignVisit, campaign: Campaign) -> PaymentChoices:
    means = tuple(one for one in MEANS if one in campaign.means)
    instalments, message, ids = campaign.instalments, campaign.message, campaign.notified
    known = await run_in_threadpool(visit.opened.vault.get_many, ids) if ids else {}
    return PaymentChoices(means, instalments, message, tuple(known[one].email for one in ids if one in known))


async def _commands(
    visit: CampaignVisit, stored: PaymentChoices, given: PaymentChoices, contacts: NewContacts
) -> list[Intent[Any]]:
    """Change the options, and name who is new among the notified; who stays keeps their id."""
    campaign = await settings_of(visit)
    campaign_id, ids, chosen = visit.campaign.campaign_id, campaign.notified, campaign.payment_chosen
    commands: list[Intent[Any]] = []
    if given[:-1] != stored[:-1] or not chosen:
        commands.append(
            SetPaymentOptions(
                stream_id=campaign_id,
                means=given.means,
                instalments=given.instalments,
                message=given.message,
                policy=await visit.policy_here(),
                limits=charge_limits_of(visit.request),
                stamp=visit.stamp,
            )
        )
    if given.notified != stored.notified:
        known = await run_in_threadpool(visit.opened.vault.get_many, ids) if ids else {}
        named = tuple(_contact_id(email, known, contacts) for email in given.notified)
        commands.append(SetNotifications(stream_id=campaign_id, contact_ids=named, stamp=visit.stamp))
    return commands


def _contact_id(email: str, known: dict[UUID, Person], contacts: NewContacts) -> UUID:
    found = next((key for key, person in known.items() if person.email == email), None)
    if found is None:
        found = uuid4()
        contacts[found] = Person("", "", email)
    return found


def _lines(content: PaymentChoices) -> Iterator[SettingLine]:
    yield from payment_lines(content.means, content.instalments, content.message)
    yield SettingLine("notified", "Notifications par e-mail", ", ".join(content.notified) or NOTHING)


SAVE: Final = StepSave(PAYMENT, _read, _commands, _lines)
"""How step 4 is saved."""


@router.get("/{association}/collectes/{campaign_id}/etapes/paiement")
async def payment(visit: Runner, request: Request) -> Response:
    """Show the means of payment, the instalments, the message, and who is notified."""
    await note(request, TrailKind.NAMES_READ, coop_id=visit.coop.coop_id)
    stored = (await read_settings(visit, SAVE)).content
    terms = stored.instalments
    typed = {
        "split": "1" if terms else "",
        "count": str(terms.count) if terms else "",
        "interval": str(terms.interval_months) if terms else "",
        "message": stored.message,
        "notified": ", ".join(stored.notified),
    }
    return await _show(visit, stored.means, typed, {}, digest_of(stored), terms)


@router.post("/{association}/collectes/{campaign_id}/etapes/paiement")
async def change_payment(visit: Runner, form: FormBody) -> Response:
    """Save step 4, or show what is wrong in it; the button of the example shows it and saves nothing."""
    policy = await visit.policy_here()
    action, digest, typed = text(form, "action") or NEXT, text(form, DIGEST), _typed(form)
    given, errors = _given(form, typed, policy)
    saves = action in (NEXT, BACK, MORE)
    if errors or not saves:
        wrong = {name: said for name, said in errors.items() if saves or name in ("count", "interval")}
        return await _show(visit, given.means, typed, wrong, digest, given.instalments)
    try:
        both = await save_step(visit, as_chosen(visit, SAVE), form, given)
    except AmountInvalid as refusal:
        return await _show(visit, given.means, typed, {"count": refusal.french}, digest, given.instalments)
    if both is not None:
        return both
    return visit.go(f"{visit.coop_base}/parametres") if action == MORE else after(visit, PAYMENT, action)


def _typed(form: FormData) -> dict[str, str]:
    return {
        "split": text(form, "split"),
        "count": text(form, "count"),
        "interval": text(form, "interval"),
        "message": text(form, "message", MAX_LONG_TEXT),
        "notified": text(form, "notified", _LONGEST_LIST),
    }


def _given(form: FormData, typed: dict[str, str], policy: Policy) -> tuple[PaymentChoices, dict[str, str]]:
    """Read what was typed; what is wrong is said by field."""
    errors: dict[str, str] = {}
    chosen = {one for one in form.getlist("means") if isinstance(one, str)}
    means = tuple(one for one in MEANS if one in chosen)
    if not means:
        errors["means"] = "Choisissez au moins un moyen de paiement."
    if chosen - {*policy.means}:
        errors["means"] = "Ce moyen de paiement est fermé\u00a0: choisissez la carte bancaire."
    terms = _terms(typed, policy, errors) if typed["split"] else None
    message = ""
    try:
        message = read_long_text(typed["message"])
    except InvalidInput as refusal:
        errors["message"] = refusal.french
    return PaymentChoices(means, terms, message, _addresses(typed["notified"], errors)), errors


def _terms(typed: dict[str, str], policy: Policy, errors: dict[str, str]) -> InstalmentTerms | None:
    """Read the instalments, within what the association allows (S-94, S-95)."""
    count = _number(typed["count"], MIN_INSTALMENTS, policy.max_instalments)
    interval = _number(typed["interval"], 1, policy.max_interval_months)
    if count is None:
        errors["count"] = (
            f"Indiquez le nombre de paiements\u00a0: de {MIN_INSTALMENTS} à {policy.max_instalments} fois."
        )
    if interval is None:
        errors["interval"] = f"Indiquez l’intervalle\u00a0: de 1 à {policy.max_interval_months} mois."
    return None if count is None or interval is None else InstalmentTerms(count=count, interval_months=interval)


def _number(text: str, least: int, most: int) -> int | None:
    """Read a whole number between two others."""
    typed = text.strip()
    if not (typed.isascii() and typed.isdigit() and len(typed) <= len("00")):
        return None
    return int(typed) if least <= int(typed) <= most else None


def _addresses(typed: str, errors: dict[str, str]) -> tuple[str, ...]:
    """Read addresses between commas, each once (S-99); lines and semicolons are taken as well."""
    parts = [part.strip() for part in typed.replace(";", ",").replace("\n", ",").split(",")]
    found: dict[str, str] = {}
    for part in filter(None, parts):
        try:
            email = read_email(part)
        except FieldError:
            errors["notified"] = (
                f"L’adresse numéro {len(found) + 1} n’est pas valable. "
                "Séparez les adresses par une virgule, par exemple dominique@courriel.fr, claire@courriel.fr."
            )
            return ()
        found.setdefault(email.casefold(), email)
    if len(found) > MAX_NOTIFIED:
        errors["notified"] = f"Indiquez {MAX_NOTIFIED} adresses au plus."
    return tuple(found.values())


async def _show(
    visit: CampaignVisit,
    means: tuple[str, ...],
    typed: dict[str, str],
    errors: dict[str, str],
    digest: str,
    terms: InstalmentTerms | None,
) -> Response:
    policy, allowed = await visit.policy_here(), (await visit.policy_of()).policy.means
    tariffs = (await settings_of(visit)).tariffs.values()
    cents = next(filter(None, chain.from_iterable(tariff.tiers for tariff in tariffs)), _EXAMPLE_CENTS)
    parts = split_equally(cents, terms.count) if terms else ()
    days = [add_months(visit.today, at * terms.interval_months) for at in range(terms.count)] if terms else []
    return await show_step(
        visit,
        PAYMENT,
        errors,
        typed=typed,
        chosen=means,
        means=MEANS,
        policy=policy,
        allowed=allowed,
        digest=digest,
        least=MIN_INSTALMENTS,
        advanced=bool(typed["notified"] or "notified" in errors),
        example=[(french_date(day), euros(part)) for day, part in zip(days, parts, strict=True)],
        example_of=euros(cents),
        longest_list=_LONGEST_LIST,
    )
