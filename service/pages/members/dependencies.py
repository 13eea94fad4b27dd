"""What the pages of members need: the association, the browser's cookies, where a person wanted to go."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import timedelta
from typing import Annotated, Any, Final, TypeVar

import msgspec
from fastapi import Depends, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from service.http.cookies import Cookie, clear_cookie, read_cookie, set_cookie, signed, unsigned
from service.http.dependencies import Slug, clock_of, runtime_of
from service.http.members import sign_in_of
from service.members.challenges import LIFE, Challenge, ChallengePurpose, new_challenge
from service.members.errors import PasskeyRefused, PasskeysUnavailable
from service.members.passkeys import PasskeyService
from service.members.sign_in import MemberSignIn
from service.members.webauthn_site import WebAuthnSite
from service.pages.french import association_mark
from service.pages.rendering import page
from service.runtime.open_ledger import OpenLedger

PRIVATE: Final = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
"""What a page whose address holds a secret answers with."""
_SECRET: Final = "members"  # noqa: S105 - the name of a secret
_ASKED_LIFE: Final = timedelta(minutes=15)
KeptT = TypeVar("KeptT", bound=msgspec.Struct)
_SUITE: Final = re.compile(r"/(?:accueil|aide|charte|collectes|coops|courrier|acces|regles)(?:/[A-Za-z0-9/_-]{0,200})?")


class AskedHere(msgspec.Struct, frozen=True, array_like=True):
    """What the browser that asked for a link keeps: a random text, and where its person wanted to go."""

    random: str
    suite: str
    until: int


class MemberPageRequest:
    """One request to the pages of members."""

    def __init__(self, request: Request, opened: OpenLedger, association: str, name: str) -> None:
        """Bind the request to its association, whose ``name`` its pages bear."""
        self.request = request
        self.opened = opened
        self.association = association
        self.name = name
        self.now = clock_of(request)()

    @property
    def token(self) -> str:
        """The session that the browser holds, empty for none."""
        return read_cookie(self.request, Cookie.MEMBER, self.association)

    @property
    def site(self) -> WebAuthnSite | None:
        """The site that passkeys are made for; None where browsers make none."""
        return WebAuthnSite.at(runtime_of(self.request).settings.address)

    def sign_in(self) -> MemberSignIn:
        """Return the service that signs in and out."""
        return sign_in_of(self.request, self.opened, self.association)

    def passkeys(self) -> PasskeyService:
        """Return the service of passkeys.

        Raises:
            PasskeysUnavailable: the service is reached by an address that browsers make no passkeys for.

        """
        if self.site is None:
            raise PasskeysUnavailable
        return PasskeyService(self.opened, self.site, self.now)

    def suite(self, wanted: str) -> str:
        """Where to go on: a page of members that a person wanted, else the first page of what is theirs."""
        prefix = f"/{self.association}"
        inside = wanted.startswith(prefix) and _SUITE.fullmatch(wanted.removeprefix(prefix)) is not None
        return wanted if inside else f"{prefix}/accueil"

    def show(self, template: str, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - a template takes anything
        """Show a page; its address may hold a secret, so it is told to nobody and kept nowhere."""
        shown = {"association": self.association, "name": self.name, "mark": association_mark(self.name)}
        demo = self.opened.ledger.demo
        answer = page(template, status, **shown, demo=demo, passkeys=self.site is not None, **values)
        answer.headers.update(PRIVATE)
        return answer

    def keep_session(self, answer: Response, token: str) -> Response:
        """Put a session into the browser until it is closed."""
        set_cookie(self.request, answer, Cookie.MEMBER, self.association, token)
        return answer

    def forget_session(self, answer: Response) -> Response:
        """Have the browser forget the session."""
        clear_cookie(self.request, answer, Cookie.MEMBER, self.association)
        return answer

    def asked_here(self) -> AskedHere | None:
        """Return what this browser keeps of having asked for a link, if it did lately."""
        asked = self._read(Cookie.LINK, AskedHere)
        return asked if asked is not None and asked.until > self.now.timestamp() else None

    def keep_asked(self, answer: Response, suite: str) -> bytes:
        """Have the browser keep that it asked for a link, and return the digest by which the link will know it."""
        before = self.asked_here()
        random = secrets.token_urlsafe() if before is None else before.random
        asked = AskedHere(random, suite, int((self.now + _ASKED_LIFE).timestamp()))
        self._keep(answer, Cookie.LINK, asked, _ASKED_LIFE)
        return browser_digest(random)

    def keep_challenge(self, answer: Response, challenge: Challenge) -> Response:
        """Have the browser keep what a passkey is about to sign."""
        self._keep(answer, Cookie.CHALLENGE, challenge, LIFE)
        return answer

    def new_challenge(self, purpose: ChallengePurpose) -> Challenge:
        """Make a challenge for this browser's session."""
        return new_challenge(purpose, self._session_for(purpose), self.now)

    def challenge(self, purpose: ChallengePurpose) -> Challenge:
        """Return what this browser's passkey was to sign for a purpose.

        Raises:
            PasskeyRefused: nothing, or for another purpose, by another session, or too long ago.

        """
        kept = self._read(Cookie.CHALLENGE, Challenge)
        if kept is None or not kept.fits(purpose, self._session_for(purpose), self.now):
            raise PasskeyRefused(kind="challenge")
        return kept

    def _session_for(self, purpose: ChallengePurpose) -> str:
        return "" if purpose is ChallengePurpose.SIGN_IN else self.token

    def _keep(self, answer: Response, cookie: Cookie, content: msgspec.Struct, life: timedelta) -> None:
        value = signed(msgspec.json.encode(content), self._secret(cookie))
        set_cookie(self.request, answer, cookie, self.association, value, seconds=int(life.total_seconds()))

    def _read(self, cookie: Cookie, kind: type[KeptT]) -> KeptT | None:
        content = unsigned(read_cookie(self.request, cookie, self.association), self._secret(cookie))
        return None if content is None else msgspec.json.decode(content, type=kind)

    def _secret(self, cookie: Cookie) -> bytes:
        """A secret of each kind of cookie: what one holds is never taken for the content of another."""
        return hashlib.sha256(self.opened.secret(_SECRET) + cookie.value.encode()).digest()


def emptied(answer: Response) -> Response:
    """Have the browser forget what pages kept on the device: a count of cash that was not sent, and its page."""
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


def browser_digest(random: str) -> bytes:
    """Return the digest by which a link knows the browser that asked for it."""
    return hashlib.sha256(random.encode()).digest()


async def member_page_request(request: Request, association: Slug) -> MemberPageRequest:
    """Find the association of an address.

    Raises:
        NotFound: no such association.

    """
    opened = await run_in_threadpool(runtime_of(request).ledger, association)
    return MemberPageRequest(request, opened, association, await run_in_threadpool(getattr, opened, "name"))


CurrentMemberPage = Annotated[MemberPageRequest, Depends(member_page_request)]
