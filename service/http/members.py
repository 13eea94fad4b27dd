"""Who is signed in by cookie at the association of an address, and whether a passkey was used a moment ago."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from domain.errors import NotSignedIn
from service.http.cookies import Cookie, read_cookie
from service.http.dependencies import Slug, clock_of, runtime_of, worker_of
from service.http.trail import bind_principal
from service.members.errors import EmailUnavailable
from service.members.passkeys import check_recent_passkey
from service.members.sign_in import MemberSignIn, SignedInMember
from service.runtime.open_ledger import OpenLedger
from service.worker.worker import Worker


def sign_in_of(request: Request, opened: OpenLedger, association: str) -> MemberSignIn:
    """Return the service that signs members of an association in and out, for a request."""
    return MemberSignIn(opened, runtime_of(request).authority, association, clock_of(request)())


async def find_member(request: Request, association: str, *, fresh: bool = False) -> SignedInMember:
    """Return who is signed in by cookie, with the rights of this moment; ``fresh`` asks the ledger itself for them.

    Raises:
        NotSignedIn: nobody, or nobody any more.
        NotFound: no such association.

    """
    token = read_cookie(request, Cookie.MEMBER, association)
    if not token:
        raise NotSignedIn(cookie="missing")
    opened = await run_in_threadpool(runtime_of(request).ledger, association)
    sign_in = sign_in_of(request, opened, association)
    found = await run_in_threadpool(partial(sign_in.visit, token, fresh=fresh))
    bind_principal(found.principal)
    return found


async def signed_in_member(request: Request, association: Slug) -> SignedInMember:
    """Find who is visiting, by the session's cookie."""
    return await find_member(request, association)


def mailer_of(request: Request) -> Worker:
    """Return the worker that sends letters.

    Raises:
        EmailUnavailable: nobody does on this installation.

    """
    worker = worker_of(request)
    if not worker.sends_email:
        raise EmailUnavailable
    return worker


CurrentMember = Annotated[SignedInMember, Depends(signed_in_member)]


async def check_passkey(request: Request, association: str, member: SignedInMember) -> None:
    """Refuse unless the member used a passkey within ten minutes, where there is one or the rules demand one.

    For what moves money, bank accounts, rights, or files that name families.

    Raises:
        PasskeyRequired: none was used, or too long ago.

    """
    opened = await run_in_threadpool(runtime_of(request).ledger, association)
    demanded = (await run_in_threadpool(opened.association)).policy.demands_passkey
    await _check(request, opened, member, demanded=demanded)


async def check_own_passkey(request: Request, association: str, member: SignedInMember) -> None:
    """Refuse unless the member used a passkey within ten minutes, where there is one: to add or remove passkeys.

    Raises:
        PasskeyRequired: none was used, or too long ago.

    """
    await _check(request, await run_in_threadpool(runtime_of(request).ledger, association), member, demanded=False)


async def _check(request: Request, opened: OpenLedger, member: SignedInMember, *, demanded: bool) -> None:
    known = await run_in_threadpool(opened.members.passkeys.of_member, member.session.member_id)
    check_recent_passkey(member.session, known, clock_of(request)(), demanded=demanded)
