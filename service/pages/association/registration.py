"""Registering a coop: one form, one look at it with the bank's name, then all of it at once (S-02, S-03)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from domain.coop.registration import RegisterCoop
from domain.errors import KeyReused, LedgerError
from projections import directory
from projections.directory import CoopRow
from service.auth.actions import Action
from service.coops.appointments import appoint
from service.coops.bank_accounts import register_bank_account
from service.http.forms import FieldErrors, FormBody, text
from service.http.members import mailer_of
from service.logging import logger
from service.pages.association.registration_form import TypedCoop, appointment, empty_form, read_coop
from service.pages.frame.typed_form import TypedForm
from service.pages.frame.visit import MemberVisit, association_visit

log = logger(__name__)
router = APIRouter()
Office = Annotated[MemberVisit, Depends(association_visit(Action.ADMINISTER))]
_PATH: Final = "/{association}/coops/inscrire"
_PLACE: Final = "inscrire"
_NEEDED: Final = (Action.ADMINISTER, Action.CONFIRM_IBAN, Action.APPOINT)


@router.get(_PATH)
async def registration_form(visit: Office) -> Response:
    """Ask who the coop is, where its money goes and who holds its mandate."""
    return await _show(visit, empty_form(visit.today))


@router.post(_PATH)
async def register(visit: Office, form: FormBody) -> Response:
    """Show back what was typed, with the bank's name; then, once it was looked at, register it."""
    typed, coop = read_coop(form, visit.today)
    key, step = text(form, "cle"), text(form, "etape")
    if step == "corriger":
        return await _show(visit, typed.typed, key=key)
    await _check(visit, typed, coop, key)
    if typed.errors:
        return await _show(visit, typed.typed, typed.errors, key=key)
    if step != "inscrire":
        return await _review(visit, typed, coop, key)
    await visit.decide(*_NEEDED)
    coop_id = await _register(visit, coop, key)
    return visit.go(f"/coops/{coop_id}/cooperative")


async def _check(visit: MemberVisit, typed: TypedForm, coop: TypedCoop, key: str) -> None:
    """Note what only the ledger knows: a number that another coop has, a mandate given to oneself."""
    known: list[CoopRow] = await visit.read(directory.coops)
    mine = visit.new_id(key, "coop")
    number = coop.details.affiliation_number.casefold()
    other = next((one for one in known if one.affiliation_number.casefold() == number and one.coop_id != mine), None)
    if number and other is not None:
        typed.refuse("affiliation_number", f"Ce numéro d’affiliation est déjà celui de «\u00a0{other.name}\u00a0».")
    if coop.profile.email:
        member = await run_in_threadpool(visit.opened.members.members.id_of, coop.profile.email)
        if member is not None and str(member) == visit.principal.actor:
            typed.refuse("email", "C’est votre adresse\u00a0: personne ne se donne un mandat à soi-même.")


async def _register(visit: MemberVisit, coop: TypedCoop, key: str) -> UUID:
    """Register the coop, its account and its mandate holder; sent again, nothing is done twice.

    Once there is a coop, what of the rest is refused shows on its page as still to do.
    """
    coop_id = visit.new_id(key, "coop")
    ledger = visit.opened.ledger
    stamp = visit.stamp_for(coop_id)
    command = RegisterCoop(
        stream_id=coop_id,
        stamp=visit.stamp,
        association_id=ledger.association_id,
        details=coop.details,
        demo=ledger.demo,
    )
    try:
        await visit.do(command, key=f"{key}:coop")
    except KeyReused:
        return coop_id  # sent again with another name: the coop is there, its page says what is left to do
    opened, under = visit.opened, visit.key(key)
    steps: list[Callable[[], int | None]] = []
    if coop.iban:
        account_id = visit.new_id(key, f"account {coop.iban}")
        known = f"{under}:{account_id}"
        steps.append(partial(register_bank_account, opened, coop_id, account_id, coop.iban, stamp, known))
    asked = appointment(visit, key, coop_id, coop.profile, (coop.valid_from, coop.valid_to))
    outbox = mailer_of(visit.request).outbox
    steps.append(partial(appoint, opened, outbox, asked, stamp, f"{under}:{asked.mandate_id}"))
    for step in steps:
        try:
            position = await run_in_threadpool(step)
        except LedgerError as refusal:
            log.info("registration not complete", coop=coop_id, code=refusal.code)
        else:
            await visit.shown(position)
    return coop_id


async def _show(
    visit: MemberVisit, typed: dict[str, str], errors: FieldErrors | None = None, key: str = ""
) -> Response:
    """Show the form; the key of one that was sent stays, so that what is sent again is known again."""
    kept = {"form_key": key} if key else {}
    return await visit.show(
        "association/registration.html",
        _PLACE,
        422 if errors else 200,
        typed=typed,
        errors=errors or FieldErrors(),
        **kept,
    )


async def _review(visit: MemberVisit, typed: TypedForm, coop: TypedCoop, key: str) -> Response:
    """Show back what is about to be registered."""
    kept: dict[str, Any] = {"form_key": key} if key else {}
    known = await run_in_threadpool(_known_member, visit, coop)
    return await visit.show(
        "association/registration_review.html",
        _PLACE,
        typed=typed.typed,
        new=coop,
        known=known,
        **kept,
    )


def _known_member(visit: MemberVisit, coop: TypedCoop) -> str:
    """Return the name of the member whose address was typed, where it is another one than was typed."""
    stores = visit.opened.members.members
    member_id = stores.id_of(coop.profile.email)
    member = None if member_id is None else stores.by_id(member_id)
    name = f"{member.profile.first_name} {member.profile.last_name}" if member else ""
    return "" if name == f"{coop.profile.first_name} {coop.profile.last_name}" else name
