"""The rights of members who look at open pages: their session goes on, and they may still see the coop."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from fastapi import Request

from domain.errors import NotAllowed, NotFound
from service.auth.actions import Action
from service.auth.authority import Authority, rights_notice
from service.auth.principal import Principal, check_allowed
from service.http.cookies import Cookie, read_cookie
from service.http.dependencies import clock_of, runtime_of
from service.http.live.rights import Allowance, Credential, SharedRights
from service.members.sign_in import MemberSignIn
from service.payments.context import Clock
from service.runtime.open_ledger import OpenLedger

SESSIONS: Final = "vault.member_sessions"
"""The name under which it is noticed that a session was ended."""


class MemberClaim(NamedTuple):
    """A session, and the coop that its member looks at."""

    token: str
    coop_id: UUID


def member_credential(request: Request, opened: OpenLedger, association: str, coop_id: UUID) -> Credential:
    """Return what is asked of who is signed in by a request's cookie, and looks at a coop: that is no visit."""
    runtime, now = runtime_of(request), clock_of(request)

    def make() -> SharedRights:
        asked = _Asked(opened, runtime.authority, association, now)
        names = (rights_notice(opened.log_schema), SESSIONS)
        return SharedRights(runtime.feed, names, asked.ask, hears=opened.hears)

    return Credential(association, make, MemberClaim(read_cookie(request, Cookie.MEMBER, association), coop_id))


class _Asked:
    """What members of one association may see."""

    def __init__(self, opened: OpenLedger, authority: Authority, association: str, now: Clock) -> None:
        self._opened = opened
        self._authority = authority
        self._association = association
        self._now = now

    def ask(self, claims: Sequence[Hashable]) -> list[Allowance]:
        """Say of each claim what it is worth now."""
        known = [claim for claim in claims if isinstance(claim, MemberClaim)]
        sign_in = MemberSignIn(self._opened, self._authority, self._association, self._now())
        principals = sign_in.find_many({claim.token for claim in known})
        return [_allowance(principals.get(claim.token), claim.coop_id) for claim in known]


def _allowance(principal: Principal | None, coop_id: UUID) -> Allowance:
    if principal is None:
        return Allowance(allowed=False)
    try:
        check_allowed(principal, Action.READ, coop_id)
    except (NotAllowed, NotFound):
        return Allowance(allowed=False)
    return Allowance(allowed=True, until=principal.until(Action.READ, coop_id))
