"""Signing members in and out: by the link of a letter, by a passkey; their rights are asked for at every request."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID, uuid5

from adapters.jobs import Outbox
from adapters.member_accounts import NOTED, LinkHolder, MemberLinkPurpose, MemberSession, SessionOpenedBy
from domain.errors import NotSignedIn
from domain.texts.addresses import address_form
from service.auth.authority import Authority
from service.auth.principal import Principal
from service.emails.member_emails import MemberEmail, request_member_email
from service.logging import logger
from service.members.session_limits import limits_of
from service.runtime.open_ledger import OpenLedger

log = logger(__name__)
_NOBODY: Final = "nobody"


class SignedInMember(NamedTuple):
    """Who a request comes from: the token of the session, the session, and what its member may do now."""

    token: str
    session: MemberSession
    principal: Principal


class MemberSignIn:
    """Signing in at one association, at an instant."""

    def __init__(self, opened: OpenLedger, authority: Authority, slug: str, now: datetime) -> None:
        """Remember the parts, for one request."""
        self._members = opened.members
        self._association_id = opened.ledger.association_id
        self._authority = authority
        self._slug = slug
        self._now = now

    def find(self, token: str, *, fresh: bool = False) -> SignedInMember:
        """Return whose session a token is, with the rights of this instant; a session without any is ended.

        ``fresh`` reads the rights from the ledger itself, for what moves money or rights.

        Raises:
            NotSignedIn: unknown, ended, too old, too long unused, or its member may do nothing any more.

        """
        session = self._members.sessions.find(token, self._now)
        if session is None:
            raise NotSignedIn(cookie="unknown")
        principal = self._principal(session.member_id, fresh=fresh)
        if not principal.grants and not fresh:
            # What this process believes may be older than the right; nobody is signed out for that.
            principal = self._principal(session.member_id, fresh=True)
        if not principal.grants or limits_of(grant.role for grant in principal.grants).passed(session, self._now):
            self._members.sessions.end(token, self._now)
            log.info("session ended", member=session.member_id, cause="limit" if principal.grants else "no right")
            raise NotSignedIn(cookie="over")
        return SignedInMember(token, session, principal)

    def find_many(self, tokens: Collection[str]) -> dict[str, Principal]:
        """Return who of some sessions is still signed in, by token, with the rights of this instant.

        It is two questions however many they are, and no visit; sessions that are over are ended, as by ``find``.
        """
        sessions = self._members.sessions.find_many(tokens, self._now)
        owners = [session.member_id for session in sessions.values()]
        known = self._authority.principals(self._slug, owners, self._now, fresh=True)
        found: dict[str, Principal] = {}
        for (token, session), principal in zip(sessions.items(), known, strict=True):
            if limits_of(grant.role for grant in principal.grants).passed(session, self._now):
                with suppress(NotSignedIn):  # which ends it
                    found[token] = self.find(token).principal
            else:
                found[token] = principal
        return found

    def visit(self, token: str, *, fresh: bool = False) -> SignedInMember:
        """Return whose session a token is, as ``find`` does, and note the visit, once a minute."""
        found = self.find(token, fresh=fresh)
        if self._now - found.session.seen_at >= NOTED:
            self._members.sessions.note_seen(token, self._now)
        return found

    def ask_for_link(self, outbox: Outbox, email: str, browser: bytes) -> None:
        """Plan the letter with a sign-in link to an address; for an unknown one the same is done, and nothing sent."""
        member_id = self._members.members.id_of(email)
        digest = hashlib.sha256(address_form(email).encode()).hexdigest()
        asked = member_id or uuid5(self._association_id, f"{_NOBODY}:{digest}")
        request_member_email(outbox, self._slug, asked, MemberEmail.SIGN_IN, self._now, browser=browser)

    def link_holder(self, token: str, purpose: MemberLinkPurpose) -> LinkHolder | None:
        """Return whose link it is; opening it changes nothing, since programs that read mail open links too."""
        return self._members.links.holds(token, purpose, self._now)

    def by_link(self, token: str, purpose: MemberLinkPurpose, before: str) -> str | None:
        """Sign in by a letter's link and return the session's token; None for a link that is over or has served.

        ``before`` is the session that the browser holds, if any: it is ended, so that no token outlives a sign-in.

        Raises:
            NotSignedIn: the member has no right at the association.

        """
        member_id = self._members.links.use(token, purpose, self._now)
        if member_id is None:
            log.info("sign-in refused", how=SessionOpenedBy.LINK.value)
            return None
        return self.open(member_id, SessionOpenedBy.LINK, before)

    def open(self, member_id: UUID, opened_by: SessionOpenedBy, before: str = "") -> str:
        """Begin a session of somebody who has shown who they are, and return its token.

        Raises:
            NotSignedIn: the member has no right at the association.

        """
        if before:
            self.sign_out(before)
        if not self._principal(member_id, fresh=True).grants:
            log.info("sign-in refused", member=member_id, how=opened_by.value, cause="no right")
            raise NotSignedIn(cookie="no right")
        log.info("signed in", member=member_id, how=opened_by.value)
        return self._members.sessions.open(member_id, opened_by, self._now)

    def sign_out(self, token: str) -> None:
        """End a session."""
        self._members.sessions.end(token, self._now)

    def sign_out_everywhere(self, member_id: UUID) -> None:
        """End all sessions of a member, and the links that could begin others."""
        self._members.sessions.end_all(member_id, self._now)
        self._members.links.revoke(member_id)

    def _principal(self, member_id: UUID, *, fresh: bool) -> Principal:
        return self._authority.principal(self._slug, member_id, self._now, fresh=fresh)
