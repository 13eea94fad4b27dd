"""Signing in and out (S-191)."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from service.accounts.account_form import WRONG
from service.http.bounds.cpu_bound import run_cpu_bound
from service.http.forms import FormBody, text
from service.pages.accounts.dependencies import CurrentAccountRequest
from service.pages.visitor_limits import limited
from service.rate_limits.catalogue import SEND_FORM

router = APIRouter()


@router.get("/{association}/compte/connexion")
async def sign_in_form(visit: CurrentAccountRequest) -> Response:
    """Ask for the address and the password; with an open session go on."""
    if await visit.account() is not None:
        return visit.lead()
    return visit.show("account_sign_in.html", email="", wrong="")


@router.post("/{association}/compte/connexion", dependencies=[limited(SEND_FORM)])
async def sign_in(visit: CurrentAccountRequest, form: FormBody) -> Response:
    """Sign in, then go back to where the visitor came from."""
    email = text(form, "email")
    signed_in = await run_cpu_bound(visit.accounts().sign_in, email, text(form, "password"))
    if signed_in is None:
        return visit.show("account_sign_in.html", 401, email=email, wrong=WRONG)
    return visit.keep(visit.lead(), signed_in)


@router.post("/{association}/compte/deconnexion", dependencies=[limited(SEND_FORM)])
async def sign_out(visit: CurrentAccountRequest) -> Response:
    """End the session, here and in the database."""
    if token := visit.session_token:
        await run_in_threadpool(visit.opened.families.sessions.close, token)
    return visit.forget(visit.lead("/connexion"))
