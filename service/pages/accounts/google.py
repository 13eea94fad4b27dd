"""« Continuer avec Google » (S-190): there by a link, back with a code that the browser's own cookie must fit."""

from __future__ import annotations

import hmac
import secrets
from typing import Final

import msgspec
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from domain.errors import NotFound
from service.accounts.google import Errand, Google, GoogleRefused
from service.http.cookies import Cookie, clear_cookie, read_cookie, set_cookie, signed, unsigned
from service.http.dependencies import runtime_of
from service.pages.accounts.dependencies import AccountRequest, CurrentAccountRequest
from service.pages.accounts.fresh import keep_fresh
from service.pages.visitor_limits import limited
from service.rate_limits.catalogue import CONFIRM_ACCOUNT

router = APIRouter()
_MINUTES: Final = 10
_RANDOM: Final = 48


class _Away(msgspec.Struct, array_like=True):
    """What the cookie keeps while its holder is at Google."""

    state: str
    nonce: str
    verifier: str
    suite: str
    until: int


@router.get("/{association}/compte/google")
async def leave(visit: CurrentAccountRequest) -> Response:
    """Lead to Google; a link, since policies hold forms to our own pages."""
    google = _google(visit)
    state, nonce, verifier = (secrets.token_urlsafe(_RANDOM) for _ in range(3))
    away = _Away(state, nonce, verifier, visit.suite, _end(visit))
    errand = Errand(away.state, away.nonce, away.verifier)
    answer = RedirectResponse(await run_in_threadpool(google.address, errand, _back(visit)), 303)
    value = signed(msgspec.json.encode(away), _secret(visit))
    set_cookie(visit.request, answer, Cookie.GOOGLE, visit.association, value, seconds=_MINUTES * 60)
    return answer


@router.get("/{association}/compte/google/retour", dependencies=[limited(CONFIRM_ACCOUNT)])
async def come_back(visit: CurrentAccountRequest, state: str = "", code: str = "") -> Response:
    """Sign in whom Google knows.

    Raises:
        GoogleRefused: the visitor said no there, or this browser never left.

    """
    google = _google(visit)
    away = _read(visit)
    if away is None or not code or not hmac.compare_digest(away.state.encode(), state.encode()):
        raise GoogleRefused(missing="code" if away else "cookie")
    errand = Errand(away.state, away.nonce, away.verifier)
    known = await run_in_threadpool(google.who, code, errand, _back(visit))
    signed_in = await run_in_threadpool(visit.accounts().by_google, known.subject, known.profile)
    visit.suite = away.suite
    answer = keep_fresh(visit, visit.keep(visit.lead(), signed_in), signed_in.account.account_id)
    clear_cookie(visit.request, answer, Cookie.GOOGLE, visit.association)
    return answer


def _google(visit: AccountRequest) -> Google:
    if visit.google is None:
        raise NotFound(page="google")
    return visit.google


def _back(visit: AccountRequest) -> str:
    """The address that Google sends the visitor back to, as registered there."""
    return f"{runtime_of(visit.request).settings.address}{visit.home}/google/retour"


def _end(visit: AccountRequest) -> int:
    return int(visit.now.timestamp()) + _MINUTES * 60


def _secret(visit: AccountRequest) -> bytes:
    return visit.opened.vault.secret("google")


def _read(visit: AccountRequest) -> _Away | None:
    """Read the cookie; None when it is not ours, or too old."""
    content = unsigned(read_cookie(visit.request, Cookie.GOOGLE, visit.association), _secret(visit))
    if content is None:
        return None
    away = msgspec.json.decode(content, type=_Away)
    return away if away.until > visit.now.timestamp() else None
