"""A coop's bank accounts: one person registers an IBAN that is shown back, another confirms it (S-02, S-163)."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from adapters.fields.banks import bank_of
from adapters.fields.iban import MAX_IBAN, read_iban, spaced_iban
from domain.coop.bank_accounts import ConfirmBankAccount, WithdrawBankAccount
from domain.errors import AlreadyExists, LedgerError, NotFound
from service.auth.actions import Action
from service.coops.bank_accounts import (
    BankAccountStatus,
    ShownAccount,
    register_bank_account,
    shown_accounts,
    whole_iban,
)
from service.http.forms import FieldErrors, FormBody, text
from service.http.trail import note
from service.pages.frame.typed_form import TypedForm
from service.pages.frame.visit import CoopVisit, coop_visit
from service.trail import TrailKind

router = APIRouter()
Confirming = Annotated[CoopVisit, Depends(coop_visit(Action.CONFIRM_IBAN))]
_NEW: Final = "/{association}/coops/{coop_id}/cooperative/comptes/nouveau"
_ONE: Final = "/{association}/coops/{coop_id}/cooperative/comptes/{bank_account_id}"
_PLACE: Final = "parametres"
_HELP: Final = "cooperative"
_KNOWN: Final = "Ce compte est déjà celui de la coopérative, ou attend déjà sa confirmation."
CHECKS: Final = {
    "match": "Le titulaire est la coopérative",
    "close": "Le nom du titulaire est proche",
    "unavailable": "La banque ne répond pas, le RIB est sous mes yeux",
    "none": "Le titulaire est un autre",
}
"""The answers to the check of the payee, as the page offers them."""


@router.get(_NEW)
async def new_account_form(visit: Confirming) -> Response:
    """Ask for an IBAN."""
    return await _show_new(visit)


@router.post(_NEW)
async def register_account(visit: Confirming, form: FormBody) -> Response:
    """Show the IBAN back with its bank's name; then register it."""
    typed, key, step = TypedForm(form), text(form, "cle"), text(form, "etape")
    iban = typed.read("iban", read_iban, "", MAX_IBAN)
    if typed.errors or step != "enregistrer":
        return await _show_new(visit, typed, key, iban if step != "corriger" else "")
    account_id = visit.new_id(key, f"account {iban}")
    under = f"{visit.key(key)}:{account_id}"
    register = partial(register_bank_account, visit.opened, visit.coop.coop_id, account_id, iban, visit.stamp, under)
    try:
        position = await run_in_threadpool(register)
    except AlreadyExists:
        typed.refuse("iban", _KNOWN)
        return await _show_new(visit, typed, key)
    await visit.shown(position)
    return visit.go(f"{visit.coop_base}/cooperative")


@router.get(_ONE)
async def account_page(visit: Confirming, bank_account_id: UUID) -> Response:
    """Show an account, with what can be done about it; whole to who may confirm it, which is noted."""
    return await _show_one(visit, await _account(visit, bank_account_id))


@router.post(_ONE)
async def change_account(visit: Confirming, bank_account_id: UUID, form: FormBody) -> Response:
    """Confirm an account as the second person, or withdraw it."""
    account, key = await _account(visit, bank_account_id), text(form, "cle")
    coop_id, stamp = visit.coop.coop_id, visit.stamp
    try:
        if text(form, "action") == "retirer":
            withdrawal = WithdrawBankAccount(stream_id=coop_id, stamp=stamp, bank_account_id=bank_account_id)
            await visit.do(withdrawal, key=f"{key}:withdrawal")
        else:
            check = text(form, "payee_check")
            if check not in CHECKS:
                return await _show_one(visit, account, "Dites ce que la banque répond sur le titulaire.", 422)
            ties = tuple((await visit.policy_of()).ties)
            confirmation = ConfirmBankAccount(
                stream_id=coop_id, stamp=stamp, bank_account_id=bank_account_id, payee_check=check, ties=ties
            )
            await visit.do(confirmation, key=f"{key}:{check}")
    except LedgerError as refusal:
        return await _show_one(visit, account, refusal.french, refusal.status)
    return visit.go(f"{visit.coop_base}/cooperative")


async def _account(visit: CoopVisit, bank_account_id: UUID) -> ShownAccount:
    """Find an account of the coop.

    Raises:
        NotFound: it was never registered, or was withdrawn.

    """
    found = await run_in_threadpool(shown_accounts, visit.opened, await visit.coop_state())
    for one in found:
        if one.bank_account_id == bank_account_id:
            return one
    raise NotFound(bank_account=bank_account_id)


async def _show_new(visit: CoopVisit, typed: TypedForm | None = None, key: str = "", iban: str = "") -> Response:
    """Show the form, or what was typed with its bank."""
    errors = typed.errors if typed else FieldErrors()
    shown = {"iban": spaced_iban(iban), "bank": bank_of(iban) if iban else None}
    kept = {"form_key": key} if key else {}
    return await visit.show(
        "coop_profile/account_new.html",
        _PLACE,
        422 if errors else 200,
        help_key=_HELP,
        typed=typed.typed if typed else {"iban": ""},
        errors=errors,
        **shown,
        **kept,
    )


async def _show_one(visit: CoopVisit, account: ShownAccount, error: str = "", status: int = 200) -> Response:
    waits = account.status is BankAccountStatus.UNCONFIRMED
    mine = account.registered_by == visit.principal.actor
    iban = ""
    if waits and not mine:
        await note(visit.request, TrailKind.NAMES_READ, subject_id=account.bank_account_id)
        iban = await run_in_threadpool(whole_iban, visit.opened, account.bank_account_id)
    return await visit.show(
        "coop_profile/account.html",
        _PLACE,
        status,
        help_key=_HELP,
        account=account,
        iban=iban,
        waits=waits,
        mine=mine,
        checks=CHECKS,
        error=error,
    )
