"""Signing in with a personal access code, and out again: the code is kept in a cookie that scripts cannot read."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from domain.errors import NotFound, NotSignedIn
from service.auth.principal import check_association
from service.http.dependencies import Slug, runtime_of
from service.http.trail import bind_principal, note, note_failed_sign_in
from service.pages.mandataire.dependencies import COOKIE
from service.pages.rendering import page
from service.pages.visitor_limits import limited
from service.rate_limits.catalogue import MEMBER_SIGN_IN, SEND_FORM
from service.trail import TrailKind

router = APIRouter()


@router.get("/{association}/connexion")
async def sign_in_form(association: Slug, suite: str = "") -> Response:
    """Ask for the personal access code."""
    return page("sign_in.html", association=association, after=suite, refused=False)


@router.post("/{association}/connexion", dependencies=[limited(MEMBER_SIGN_IN)])
async def sign_in(
    request: Request, association: Slug, code: Annotated[str, Form()], suite: Annotated[str, Form()] = ""
) -> Response:
    """Keep the access code in a cookie that scripts cannot read, then go where the person wanted."""
    runtime = runtime_of(request)
    try:
        principal = await run_in_threadpool(runtime.principal, code.strip())
        check_association(principal, association)
    except (NotSignedIn, NotFound):
        await note_failed_sign_in(request)
        return page("sign_in.html", 401, association=association, after=suite, refused=True)
    bind_principal(principal)
    await note(request, TrailKind.SIGNED_IN)
    inside = suite.startswith((f"/{association}/collectes/", f"/{association}/courrier")) and "\\" not in suite
    target = suite if inside else f"/{association}/collectes"
    answer = RedirectResponse(target, 303)
    secure = runtime.settings.secure_cookies
    answer.set_cookie(COOKIE, code.strip(), httponly=True, secure=secure, samesite="lax", path=f"/{association}/")
    return answer


@router.post("/{association}/deconnexion", dependencies=[limited(SEND_FORM)])
async def sign_out(association: Slug) -> Response:
    """Forget the cookie."""
    answer = RedirectResponse(f"/{association}/connexion", 303)
    answer.delete_cookie(COOKIE, path=f"/{association}/")
    return answer
