"""Opening an account (S-188): four fields, then the link of an e-mail and the password once more."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from service.accounts.account_form import read_creation
from service.http.bounds.cpu_bound import run_cpu_bound
from service.http.forms import FormBody, text
from service.pages.accounts.dependencies import AccountRequest, CurrentAccountRequest
from service.pages.visitor_limits import limited
from service.rate_limits.catalogue import CONFIRM_ACCOUNT, SEND_FORM

router = APIRouter()
FIELDS: Final = ("first_name", "last_name", "email", "password")
_CONFIRMATION: Final = "/{association}/compte/confirmation/{token}"
_NOT_CHOSEN: Final = "Ce n’est pas le mot de passe que vous avez choisi."


def typed(form: FormData) -> dict[str, str]:
    """Return what was typed into the fields of an account."""
    return {name: text(form, name) for name in FIELDS}


@router.get("/{association}/compte/creer")
async def creation(visit: CurrentAccountRequest) -> Response:
    """Ask for what an account needs."""
    return visit.show("account_new.html", values=dict.fromkeys(FIELDS, ""), errors={})


@router.post("/{association}/compte/creer", dependencies=[limited(SEND_FORM)])
async def create(visit: CurrentAccountRequest, form: FormBody) -> Response:
    """Open an account that its e-mail confirms; the answer is the same where the address has one already."""
    values = typed(form)
    read = await run_cpu_bound(read_creation, values)
    if read.errors:
        return visit.show("account_new.html", 422, values=values, errors=read.errors)
    await run_cpu_bound(visit.accounts().create, read.profile, read.password)
    return visit.show("account_sent.html", email=read.profile.email, confirming=True)


@router.get(_CONFIRMATION)
async def confirmation(visit: CurrentAccountRequest, token: str) -> Response:
    """Ask for the password that was chosen with the account."""
    return await _ask(visit, token, {})


@router.post(_CONFIRMATION, dependencies=[limited(CONFIRM_ACCOUNT)])
async def confirm(visit: CurrentAccountRequest, token: str, form: FormBody) -> Response:
    """Confirm the address and sign in."""
    signed_in = await run_cpu_bound(visit.accounts().confirm, token, text(form, "password"))
    if signed_in is None:
        return await _ask(visit, token, {"password": _NOT_CHOSEN})
    return visit.keep(visit.lead(), signed_in)


async def _ask(visit: AccountRequest, token: str, errors: dict[str, str]) -> Response:
    if not await run_in_threadpool(visit.accounts().may_confirm, token):
        return visit.show("account_over.html", 410)
    return visit.show("account_confirm.html", 422 if errors else 200, errors=errors, address=visit.request.url.path)
