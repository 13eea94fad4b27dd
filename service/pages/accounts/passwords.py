"""A forgotten password: the address, the e-mail, another password."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from service.accounts.account_form import read_password
from service.fields import FieldError, read_email
from service.http.bounds.cpu_bound import run_cpu_bound
from service.http.forms import FormBody, text
from service.pages.accounts.dependencies import CurrentAccountRequest
from service.pages.visitor_limits import limited
from service.rate_limits.catalogue import CONFIRM_ACCOUNT, SEND_FORM

router = APIRouter()
_ASK: Final = "/{association}/compte/mot-de-passe"
_LINK: Final = "/{association}/compte/mot-de-passe/{token}"


@router.get(_ASK)
async def forgotten(visit: CurrentAccountRequest) -> Response:
    """Ask for the address of the account."""
    return visit.show("account_forgotten.html", email="", errors={})


@router.post(_ASK, dependencies=[limited(SEND_FORM)])
async def ask_for_link(visit: CurrentAccountRequest, form: FormBody) -> Response:
    """Send the link, if the address has an account; the answer is the same if not."""
    email = text(form, "email")
    try:
        address = read_email(email)
    except FieldError as refusal:
        return visit.show("account_forgotten.html", 422, email=email, errors={"email": refusal.french})
    await run_in_threadpool(visit.accounts().forgot, address)
    return visit.show("account_sent.html", email=address, confirming=False)


@router.get(_LINK)
async def another(visit: CurrentAccountRequest, token: str) -> Response:
    """Ask for another password."""
    if await run_in_threadpool(visit.accounts().may_renew, token) is None:
        return visit.show("account_over.html", 410)
    return visit.show("account_password.html", errors={}, address=visit.request.url.path)


@router.post(_LINK, dependencies=[limited(CONFIRM_ACCOUNT)])
async def renew(visit: CurrentAccountRequest, token: str, form: FormBody) -> Response:
    """Change the password and sign in; the link has then served."""
    accounts = visit.accounts()
    account = await run_in_threadpool(accounts.may_renew, token)
    if account is None:
        return visit.show("account_over.html", 410)
    read = await run_cpu_bound(read_password, {"password": text(form, "password")}, account.profile)
    if read.errors:
        return visit.show("account_password.html", 422, errors=read.errors, address=visit.request.url.path)
    signed_in = await run_cpu_bound(accounts.renew, token, read.password)
    if signed_in is None:
        return visit.show("account_over.html", 410)
    return visit.keep(visit.lead(), signed_in)
