"""Who asks the API: a program or person by token, or a person who is signed in by cookie; and what asks for a passkey.

A token is a credential of its own, which a member made for a program: no passkey is behind it. An association that
demands passkeys refuses members' tokens where a passkey would be asked for (ADR 26).
"""

from __future__ import annotations

from uuid import UUID

import structlog
from fastapi import Request
from fastapi.security import HTTPAuthorizationCredentials
from starlette.concurrency import run_in_threadpool

from service.auth.actions import CONFIRMED, UNCACHED, Action
from service.auth.principal import Principal, check_association
from service.http.dependencies import runtime_of
from service.http.members import check_passkey, find_member
from service.members.errors import PasskeyRequired


async def find_asker(
    request: Request, association: str, credentials: HTTPAuthorizationCredentials | None, action: Action
) -> Principal:
    """Find who is asking to do something at an association, with the rights of this moment.

    Raises:
        NotSignedIn: no token and no session, or one that is over.
        NotFound: a token of another association.
        PasskeyRequired: the action asks for a passkey.

    """
    fresh = action in UNCACHED
    if credentials is None:
        member = await find_member(request, association, fresh=fresh)
        structlog.contextvars.bind_contextvars(actor=member.principal.actor)
        if action in CONFIRMED:
            await check_passkey(request, association, member)
        return member.principal
    runtime = runtime_of(request)
    principal = None if fresh else runtime.believed_principal(credentials.credentials)
    if principal is None:
        principal = await run_in_threadpool(runtime.principal, credentials.credentials, fresh=fresh)
    structlog.contextvars.bind_contextvars(actor=principal.actor)
    check_association(principal, association)
    if action in CONFIRMED and member_of(principal) is not None:
        policy = (await run_in_threadpool(runtime.ledger(association).association)).policy
        if policy.demands_passkey:
            raise PasskeyRequired(credentials="token")
    return principal


def member_of(principal: Principal) -> UUID | None:
    """Return the member that is asking; None for a program of the platform."""
    try:
        return UUID(principal.actor)
    except ValueError:
        return None
