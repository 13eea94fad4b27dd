"""Members who are signed in, for the tests: known to the vault, with rights at the ledger and a session."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import psycopg
from playwright.sync_api import BrowserContext

from adapters import api_tokens
from adapters.member_accounts import MemberProfile, SessionOpenedBy
from domain.rights.roles import MemberRole, Role
from service.http.cookies import Cookie, cookie_name
from service.runtime.open_ledger import OpenLedger
from tests.kit.members.access import give_mandate, give_role

SLUG: Final = "ad06"
MEMBER_COOKIE: Final = cookie_name(Cookie.MEMBER, SLUG, secure=False)
FAMILY_COOKIE: Final = cookie_name(Cookie.FAMILY, SLUG, secure=False)


def address_of(member_id: UUID) -> str:
    """The address of a member of the tests."""
    return f"{member_id}@ecole.example"


def enrol(opened: OpenLedger, member_id: UUID) -> UUID:
    """Have the vault know a member, by an address of its own; twice is once."""
    profile = MemberProfile("Laurence", "MARDEGAN", address_of(member_id))
    opened.members.members.invite(member_id, profile, datetime.now(UTC))
    return member_id


def new_member(opened: OpenLedger, role: Role, coop_id: UUID | None = None) -> UUID:
    """Return somebody new with a role, or with the mandate of a coop."""
    if role is not Role.MANDATAIRE:
        return enrol(opened, give_role(opened.ledger, MemberRole(role), coop_id)[0])
    if coop_id is None:
        raise ValueError(role)
    return enrol(opened, give_mandate(opened.ledger, coop_id)[0])


def open_session(
    opened: OpenLedger,
    member_id: UUID,
    now: datetime | None = None,
    opened_by: SessionOpenedBy = SessionOpenedBy.LINK,
) -> str:
    """Sign a member in, as a link that was confirmed does, and return the session's token."""
    return opened.members.sessions.open(enrol(opened, member_id), opened_by, now or datetime.now(UTC))


def owner_of(database_url: str, token: str) -> UUID:
    """Return the member that a token of the API belongs to."""
    with psycopg.connect(database_url) as connection:
        member_id = api_tokens.use_token(connection, token).member_id
    assert member_id is not None
    return member_id


def sign_in_browser(visit: BrowserContext, url: str, token: str) -> None:
    """Put a session into a browser."""
    visit.add_cookies([{"name": MEMBER_COOKIE, "value": token, "url": url, "httpOnly": True, "sameSite": "Lax"}])
