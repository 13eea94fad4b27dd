"""« Votre accès »: a member's passkeys and sessions, and the page that asks for a passkey before what matters."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, Final, NamedTuple

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from adapters.member_accounts import Passkey, SessionOpenedBy
from domain.calendar import french_moment
from domain.errors import NotFound
from service.http.forms import FormBody, text
from service.http.members import CurrentMember, check_own_passkey
from service.members.errors import PasskeyRequired
from service.members.passkeys import FRESH
from service.members.sign_in import SignedInMember
from service.pages.frame.passkey_step import ask_for_passkey
from service.pages.frame.visit import MemberVisit
from service.pages.members.dependencies import PRIVATE, CurrentMemberPage, MemberPageRequest, emptied

router = APIRouter()
_ATTACHMENTS: Final = {
    "platform": "Clé de l’appareil où elle a été créée",
    "cross-platform": "Clé d’un autre appareil, téléphone ou clé USB",
}
_OPENED_BY: Final = {SessionOpenedBy.LINK: "par e-mail", SessionOpenedBy.PASSKEY: "avec une clé d’accès"}


class PasskeyLine(NamedTuple):
    """A passkey as its holder reads it."""

    key: str
    label: str
    added: str
    used: str


class SessionLine(NamedTuple):
    """A session as its holder reads it."""

    opened: str
    how: str
    seen: str
    here: bool


@router.get("/{association}/acces")
async def access(visit: CurrentMemberPage, member: CurrentMember) -> Response:
    """Show the passkeys and sessions of who is signed in."""
    shown = await run_in_threadpool(_shown, visit, member)
    frame = MemberVisit(visit.request, visit.opened, visit.association, member)
    answer = await frame.show("member_access.html", "acces", passkeys=visit.site is not None, **shown)
    answer.headers.update(PRIVATE)
    return answer


@router.post("/{association}/acces/cles/supprimer")
async def remove_passkey(visit: CurrentMemberPage, member: CurrentMember, form: FormBody) -> Response:
    """Remove a passkey; one that was used a moment ago confirms it.

    Raises:
        NotFound: none of the member's.

    """
    await _confirmed(visit, member)
    key = _credential_id(text(form, "key"))
    if not await run_in_threadpool(visit.opened.members.passkeys.remove, member.session.member_id, key):
        raise NotFound(passkey=len(key))
    return RedirectResponse(f"/{visit.association}/acces", 303)


@router.post("/{association}/acces/sessions/fermer")
async def end_sessions(visit: CurrentMemberPage, member: CurrentMember) -> Response:
    """End all sessions of who is signed in, this one too."""
    await run_in_threadpool(visit.sign_in().sign_out_everywhere, member.session.member_id)
    return emptied(visit.forget_session(RedirectResponse(f"/{visit.association}/connexion", 303)))


@router.get("/{association}/verification")
async def confirmation(visit: CurrentMemberPage, member: CurrentMember, suite: str = "") -> Response:
    """Ask for a passkey before going on; who has none is led to where one is added."""
    known = await run_in_threadpool(visit.opened.members.passkeys.of_member, member.session.member_id)
    if not known:
        return RedirectResponse(f"/{visit.association}/acces", 303)
    return visit.show("member_verification.html", suite=visit.suite(suite), waiting=None, known=True)


def _shown(visit: MemberPageRequest, member: SignedInMember) -> dict[str, Any]:
    """Read what the page shows."""
    stores, member_id = visit.opened.members, member.session.member_id
    known = stores.passkeys.of_member(member_id)
    used = member.session.passkey_at
    return {
        "keys": [_passkey_line(one) for one in known],
        "confirmed": not known or (used is not None and visit.now - used < FRESH),
        "demanded": visit.opened.association().policy.demands_passkey,
        "sessions": [
            SessionLine(
                french_moment(one.opened_at),
                _OPENED_BY[one.opened_by],
                french_moment(one.seen_at),
                one.opened_at == member.session.opened_at,
            )
            for one in stores.sessions.of_member(member_id, visit.now)
        ],
    }


def _passkey_line(passkey: Passkey) -> PasskeyLine:
    return PasskeyLine(
        urlsafe_b64encode(passkey.credential_id).decode(),
        _ATTACHMENTS[passkey.attachment],
        french_moment(passkey.added_at),
        french_moment(passkey.used_at) if passkey.used_at else "",
    )


def _credential_id(typed: str) -> bytes:
    try:
        return urlsafe_b64decode(typed.encode())
    except ValueError:
        return b""


async def _confirmed(visit: MemberPageRequest, member: SignedInMember) -> None:
    """Go on only with a passkey that was used a moment ago, where there is one."""
    try:
        await check_own_passkey(visit.request, visit.association, member)
    except PasskeyRequired:
        await ask_for_passkey(visit.request, visit.opened, visit.association, member)
