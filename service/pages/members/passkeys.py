"""What the script of passkeys asks for: options to sign or to make one, and what came of it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from adapters.member_accounts import SessionOpenedBy
from domain.errors import LedgerError
from service.http.members import CurrentMember, check_own_passkey
from service.http.trail import note_failed_sign_in, note_sign_in
from service.members.challenges import ChallengePurpose
from service.members.webauthn_site import Answer
from service.pages.members.dependencies import PRIVATE, CurrentMemberPage, MemberPageRequest
from service.pages.visitor_limits import limited
from service.rate_limits.catalogue import MEMBER_SIGN_IN

router = APIRouter()
PasskeyAnswer = Annotated[Answer, Body()]


@router.post("/{association}/connexion/cle/options", dependencies=[limited(MEMBER_SIGN_IN)])
async def sign_in_options(visit: CurrentMemberPage) -> Response:
    """Return what a browser needs to sign in with any passkey of this site."""
    challenge = visit.new_challenge(ChallengePurpose.SIGN_IN)
    return visit.keep_challenge(_json(visit.passkeys().authentication(None, challenge)), challenge)


@router.post("/{association}/connexion/cle", dependencies=[limited(MEMBER_SIGN_IN)])
async def sign_in_with_passkey(visit: CurrentMemberPage, answer: PasskeyAnswer, suite: str = "") -> Response:
    """Sign in whose passkey it is."""
    challenge = visit.challenge(ChallengePurpose.SIGN_IN)

    def sign_in() -> tuple[UUID, str]:
        member_id = visit.passkeys().verify(answer, challenge)
        return member_id, visit.sign_in().open(member_id, SessionOpenedBy.PASSKEY, visit.token)

    try:
        member_id, opened = await run_in_threadpool(sign_in)
    except LedgerError:
        await note_failed_sign_in(visit.request)
        raise
    await note_sign_in(visit.request, member_id)
    return visit.keep_session(_lead(visit, suite), opened)


@router.post("/{association}/acces/cles/options")
async def registration_options(visit: CurrentMemberPage, member: CurrentMember) -> Response:
    """Return what a browser needs to make a passkey; a further one asks for one that is there."""
    await check_own_passkey(visit.request, visit.association, member)
    challenge = visit.new_challenge(ChallengePurpose.REGISTER)
    options = await run_in_threadpool(visit.passkeys().registration, member.session.member_id, challenge)
    return visit.keep_challenge(_json(options), challenge)


@router.post("/{association}/acces/cles")
async def register(visit: CurrentMemberPage, member: CurrentMember, answer: PasskeyAnswer) -> Response:
    """Keep a passkey that the browser made; other sessions end, this one is renewed."""
    await check_own_passkey(visit.request, visit.association, member)
    challenge = visit.challenge(ChallengePurpose.REGISTER)

    def keep() -> str:
        visit.passkeys().register(member.session.member_id, answer, challenge)
        visit.sign_in().sign_out_everywhere(member.session.member_id)
        return visit.sign_in().open(member.session.member_id, SessionOpenedBy.PASSKEY)

    return visit.keep_session(_lead(visit, f"/{visit.association}/acces"), await run_in_threadpool(keep))


@router.post("/{association}/verification/options")
async def confirmation_options(visit: CurrentMemberPage, member: CurrentMember) -> Response:
    """Return what a browser needs to sign with one of the member's passkeys."""
    challenge = visit.new_challenge(ChallengePurpose.CONFIRM)
    options = await run_in_threadpool(visit.passkeys().authentication, member.session.member_id, challenge)
    return visit.keep_challenge(_json(options), challenge)


@router.post("/{association}/verification")
async def confirm(visit: CurrentMemberPage, member: CurrentMember, answer: PasskeyAnswer, suite: str = "") -> Response:
    """Note that the member used a passkey; what moves money, rights or files of people is open for ten minutes."""
    challenge = visit.challenge(ChallengePurpose.CONFIRM)

    def note() -> None:
        visit.passkeys().verify(answer, challenge, member.session.member_id)
        visit.opened.members.sessions.note_passkey(member.token, visit.now)

    await run_in_threadpool(note)
    return _lead(visit, suite)


def _json(options: Answer) -> Response:
    return JSONResponse(options, headers=PRIVATE)


def _lead(visit: MemberPageRequest, suite: str) -> Response:
    """Tell the script where to go on."""
    return JSONResponse({"to": visit.suite(suite)}, headers=PRIVATE)
