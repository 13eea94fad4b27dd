"""Passkeys of members: adding one, signing in with one, confirming an operation with one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from adapters.member_accounts import Member, MemberSession, Passkey
from domain.errors import NotFound
from service.logging import logger
from service.members.challenges import Challenge
from service.members.errors import PasskeyRefused, PasskeyRequired
from service.members.webauthn_site import Answer, WebAuthnSite, credential_id_of
from service.runtime.open_ledger import OpenLedger

log = logger(__name__)
FRESH: Final = timedelta(minutes=10)
"""How long a use of a passkey confirms what moves money, rights or files of people."""
MOST_PASSKEYS: Final = 10
"""Of one member."""


class PasskeyService:
    """The passkeys of one association's members, at an instant."""

    def __init__(self, opened: OpenLedger, site: WebAuthnSite, now: datetime) -> None:
        """Remember the parts, for one request."""
        self._stores = opened.members
        self._site = site
        self._now = now

    def registration(self, member_id: UUID, challenge: Challenge) -> Answer:
        """Return what a browser needs to make a passkey of a member.

        Raises:
            NotFound: no such member.

        """
        known = self._stores.passkeys.of_member(member_id)
        return self._site.registration(self._member(member_id), known, challenge.random)

    def register(self, member_id: UUID, answer: Answer, challenge: Challenge) -> None:
        """Keep the passkey that a browser made.

        Raises:
            PasskeyRefused: it is not the answer to the challenge, was answered already, or is one too many.

        """
        made = self._site.registered(answer, challenge.random, self._member(member_id), self._now)
        self._answer(challenge)
        many = len(self._stores.passkeys.of_member(member_id)) >= MOST_PASSKEYS
        if many or not self._stores.passkeys.add(made):
            raise PasskeyRefused(kind="many" if many else "known")
        log.info("passkey added", member=member_id)

    def authentication(self, member_id: UUID | None, challenge: Challenge) -> Answer:
        """Return what a browser needs to sign with a passkey: of a member, or of whoever is there."""
        known = [] if member_id is None else self._stores.passkeys.of_member(member_id)
        return self._site.authentication(known, challenge.random)

    def verify(self, answer: Answer, challenge: Challenge, member_id: UUID | None = None) -> UUID:
        """Return whose passkey answered a challenge; with a ``member_id`` it must be that member's.

        Raises:
            PasskeyRefused: an unknown passkey, another member's, a copy, another challenge or an answered one.

        """
        passkey = self._stores.passkeys.find(credential_id_of(answer))
        if passkey is None or (member_id is not None and passkey.member_id != member_id):
            log.info("passkey refused", cause="unknown")
            raise PasskeyRefused(kind="unknown")
        sign_count = self._site.signed(answer, challenge.random, passkey)
        self._answer(challenge)
        if not self._stores.passkeys.note_use(passkey.credential_id, sign_count, self._now):
            log.warning("passkey refused", member=passkey.member_id, cause="count")
            raise PasskeyRefused(kind="count")
        return passkey.member_id

    def _answer(self, challenge: Challenge) -> None:
        if not self._stores.passkeys.answer(challenge.random, challenge.expires_at):
            raise PasskeyRefused(kind="answered")

    def _member(self, member_id: UUID) -> Member:
        member = self._stores.members.by_id(member_id)
        if member is None:
            raise NotFound(member=member_id)
        return member


def check_recent_passkey(session: MemberSession, known: list[Passkey], now: datetime, *, demanded: bool) -> None:
    """Refuse an operation unless a passkey was used in the session within ten minutes (ASVS 7.5.3).

    Who has no passkey passes, unless the association's rules demand one.

    Raises:
        PasskeyRequired: none was used, or too long ago.

    """
    recent = session.passkey_at is not None and now - session.passkey_at < FRESH
    if not recent and (known or demanded):
        raise PasskeyRequired(detail="stale" if known else "none")
