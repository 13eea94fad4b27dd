"""Signing in by the link of a letter, and out; opening a link changes nothing until its page is confirmed."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from adapters.member_accounts import LinkHolder, MemberLinkPurpose
from adapters.rate_limits import Charge
from domain.errors import NotSignedIn
from domain.texts.addresses import address_form
from service.fields import MAX_EMAIL, FieldError, read_email
from service.http.client_address import client_address
from service.http.forms import FormBody, text
from service.http.members import mailer_of
from service.http.trail import note_failed_sign_in, note_sign_in
from service.pages.frame.visit import WELCOME
from service.pages.members.dependencies import CurrentMemberPage, MemberPageRequest, browser_digest, emptied
from service.pages.visitor_limits import limited
from service.rate_limits.catalogue import MEMBER_LINKS, MEMBER_LINKS_BY_NETWORK, MEMBER_SIGN_IN, SEND_FORM

router = APIRouter()
_SIGN_IN: Final = "/{association}/connexion/{token}"
_INVITATION: Final = "/{association}/invitation/{token}"


@router.get("/{association}/connexion")
async def sign_in_form(visit: CurrentMemberPage, suite: str = "") -> Response:
    """Ask for the address, or for a passkey."""
    return visit.show("member_sign_in.html", email="", error="", suite=visit.suite(suite))


@router.post("/{association}/connexion", dependencies=[limited(MEMBER_SIGN_IN)])
async def ask_for_link(visit: CurrentMemberPage, form: FormBody) -> Response:
    """Have a link sent to an address, if it is a member's; the answer is the same if not.

    Raises:
        TooManyAttempts: many e-mails were asked for, to this address or from this network.

    """
    typed, suite = text(form, "email", MAX_EMAIL), visit.suite(text(form, "suite"))
    try:
        email = read_email(typed)
    except FieldError as refusal:
        return visit.show("member_sign_in.html", 422, email=typed, error=refusal.french, suite=suite)
    worker = mailer_of(visit.request)
    answer = visit.show("member_link_sent.html")
    browser = visit.keep_asked(answer, suite)

    def ask() -> None:
        address, limits = address_form(email), visit.opened.families.limits
        here = f"{address}\n{client_address(visit.request)}"
        limits.take([Charge(MEMBER_LINKS_BY_NETWORK, here), Charge(MEMBER_LINKS, address)], visit.now)
        visit.sign_in().ask_for_link(worker.outbox, email, browser)

    await run_in_threadpool(ask)
    return answer


@router.get(_SIGN_IN)
async def confirm_sign_in(visit: CurrentMemberPage, token: str) -> Response:
    """Show the button that uses a link."""
    return await _ask(visit, token, MemberLinkPurpose.SIGN_IN)


@router.post(_SIGN_IN, dependencies=[limited(MEMBER_SIGN_IN)])
async def sign_in(visit: CurrentMemberPage, token: str, form: FormBody) -> Response:
    """Use a link, and go where the person wanted."""
    holder = await _holder(visit, token, MemberLinkPurpose.SIGN_IN)
    if holder is not None and not _asked_by(visit, holder) and "asked" not in form:
        return await _ask(visit, token, MemberLinkPurpose.SIGN_IN, forgot=True)
    asked = visit.asked_here()
    return await _use(visit, token, MemberLinkPurpose.SIGN_IN, visit.suite(asked.suite if asked else ""))


@router.get(_INVITATION)
async def confirm_invitation(visit: CurrentMemberPage, token: str) -> Response:
    """Show the button that accepts an invitation."""
    return await _ask(visit, token, MemberLinkPurpose.INVITATION)


@router.post(_INVITATION, dependencies=[limited(MEMBER_SIGN_IN)])
async def accept_invitation(visit: CurrentMemberPage, token: str) -> Response:
    """Accept an invitation, and go to the first page of what is theirs, which offers to add a passkey (S-03)."""
    return await _use(visit, token, MemberLinkPurpose.INVITATION, f"/{visit.association}/accueil?{WELCOME}")


@router.post("/{association}/deconnexion", dependencies=[limited(SEND_FORM)])
async def sign_out(visit: CurrentMemberPage) -> Response:
    """End the session, here and in the database."""
    if visit.token:
        await run_in_threadpool(visit.sign_in().sign_out, visit.token)
    return emptied(visit.forget_session(RedirectResponse(f"/{visit.association}/connexion", 303)))


async def _ask(visit: MemberPageRequest, token: str, purpose: MemberLinkPurpose, *, forgot: bool = False) -> Response:
    holder = await _holder(visit, token, purpose)
    if holder is None:
        return visit.show("member_link_over.html", 410)
    return visit.show(
        "member_link.html",
        422 if forgot else 200,
        invited=purpose is MemberLinkPurpose.INVITATION,
        known=_asked_by(visit, holder),
        forgot=forgot,
        address=visit.request.url.path,
    )


async def _use(visit: MemberPageRequest, token: str, purpose: MemberLinkPurpose, suite: str) -> Response:
    holder = await _holder(visit, token, purpose)
    try:
        opened = await run_in_threadpool(visit.sign_in().by_link, token, purpose, visit.token)
    except NotSignedIn:
        await note_failed_sign_in(visit.request)
        return visit.show("member_without_right.html", 403)
    if opened is None or holder is None:
        await note_failed_sign_in(visit.request)
        return visit.show("member_link_over.html", 410)
    await note_sign_in(visit.request, holder.member_id)
    return visit.keep_session(RedirectResponse(suite, 303), opened)


async def _holder(visit: MemberPageRequest, token: str, purpose: MemberLinkPurpose) -> LinkHolder | None:
    return await run_in_threadpool(visit.sign_in().link_holder, token, purpose)


def _asked_by(visit: MemberPageRequest, holder: LinkHolder) -> bool:
    """Tell whether the link was asked for in this browser; one that nobody asked for in a browser fits any."""
    asked = visit.asked_here()
    return holder.browser is None or (asked is not None and browser_digest(asked.random) == holder.browser)
