"""Passkeys as the script of the pages uses them: made, signed with, confirmed with; and the API asks for them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import httpx2
import msgspec
import psycopg
import pytest

from adapters.member_accounts import SessionOpenedBy
from domain.aggregate import Stamp
from domain.association.commands import ChangePolicy
from domain.rights.roles import Role
from service.runtime.runtime import Runtime
from service.settings import Settings
from tests.kit.api_server import STAFF, TREASURER, ApiServer, run_web_server
from tests.kit.members.sessions import MEMBER_COOKIE, SLUG, new_member, open_session
from tests.kit.members.software_passkey import SoftwarePasskey
from tests.kit.postgres_ledger import run

ORIGIN: Final = "https://coop.example"
KEYS: Final = f"/{SLUG}/acces/cles"
SIGN_IN: Final = f"/{SLUG}/connexion/cle"
CONFIRM: Final = f"/{SLUG}/verification"
API: Final = f"/api/v1/{SLUG}"


@pytest.fixture(scope="module")
def url(api: ApiServer) -> Iterator[str]:
    """The service at a public address, for a module."""
    settings = Settings(secure_cookies=False, public_url=ORIGIN)
    with Runtime(settings, None, api.database_url) as runtime, run_web_server(runtime) as address:
        yield address


@pytest.fixture
def browse(url: str) -> Iterator[Callable[[str], httpx2.Client]]:
    """Open browsers, each with a session or without one."""
    opened: list[httpx2.Client] = []

    def browser(session: str = "") -> httpx2.Client:
        client = httpx2.Client(base_url=url, headers={"Accept": "application/json"}, timeout=30)
        if session:
            client.cookies.set(MEMBER_COOKIE, session)
        opened.append(client)
        return client

    yield browser
    for client in opened:
        client.close()


def new_treasurer(api: ApiServer) -> UUID:
    """Somebody new who is a treasurer."""
    return new_member(api.opened, Role.TREASURER)


def add_passkey(visit: httpx2.Client) -> SoftwarePasskey:
    """Add a passkey in a browser that is signed in; its session is renewed."""
    passkey = SoftwarePasskey(ORIGIN)
    before = visit.cookies.get(MEMBER_COOKIE)
    options = visit.post(f"{KEYS}/options").json()
    visit.cookies.delete(MEMBER_COOKIE)
    made = visit.post(KEYS, json=passkey.make(options), headers={"Cookie": _cookies(visit, before)})
    assert (made.status_code, made.json()) == (200, {"to": f"/{SLUG}/acces"}), made.text
    return passkey


def _cookies(visit: httpx2.Client, session: str | None) -> str:
    held = {cookie.name: cookie.value for cookie in visit.cookies.jar} | ({MEMBER_COOKIE: session} if session else {})
    return "; ".join(f"{name}={value}" for name, value in held.items())


def use(visit: httpx2.Client, passkey: SoftwarePasskey, page: str) -> httpx2.Response:
    """Sign in or confirm with a passkey."""
    return visit.post(page, json=passkey.sign(visit.post(f"{page}/options").json()))


def session_with_passkey(
    api: ApiServer, browse: Callable[[str], httpx2.Client]
) -> tuple[UUID, httpx2.Client, SoftwarePasskey]:
    """A treasurer who has a passkey, signed in by a letter of a while ago."""
    member = new_treasurer(api)
    passkey = add_passkey(browse(open_session(api.opened, member)))
    return member, browse(open_session(api.opened, member)), passkey


def export(visit: httpx2.Client, api: ApiServer) -> httpx2.Response:
    """Take away the file of payments, which names families."""
    return visit.get(f"{API}/campaigns/{api.ids.campaign_id}/payments.csv")


def test_a_passkey_is_added_and_signs_in_without_any_address(
    api: ApiServer, browse: Callable[[str], httpx2.Client]
) -> None:
    member = new_treasurer(api)
    passkey = add_passkey(browse(open_session(api.opened, member)))
    visit = browse("")
    entered = use(visit, passkey, f"{SIGN_IN}")
    assert (entered.status_code, entered.json()) == (200, {"to": f"/{SLUG}/accueil"})
    assert visit.get(f"{API}/coops").status_code == 200
    session = api.opened.members.sessions.find(visit.cookies[MEMBER_COOKIE], datetime.now(UTC))
    assert session is not None
    assert (session.member_id, session.opened_by) == (member, SessionOpenedBy.PASSKEY)
    (kept,) = api.opened.members.passkeys.of_member(member)
    assert kept.sign_count == 1


def test_adding_a_passkey_renews_the_session_and_ends_the_others(
    api: ApiServer, browse: Callable[[str], httpx2.Client]
) -> None:
    member = new_treasurer(api)
    mine, other = (open_session(api.opened, member) for _ in range(2))
    visit = browse(mine)
    add_passkey(visit)
    now = datetime.now(UTC)
    assert [api.opened.members.sessions.find(token, now) for token in (mine, other)] == [None, None]
    assert visit.get(f"{API}/coops").status_code == 200


def test_an_answer_serves_once_and_in_the_browser_that_was_asked(
    api: ApiServer, browse: Callable[[str], httpx2.Client]
) -> None:
    passkey = add_passkey(browse(open_session(api.opened, new_treasurer(api))))
    visit, thief = browse(""), browse("")
    answer = passkey.sign(visit.post(f"{SIGN_IN}/options").json())
    assert thief.post(SIGN_IN, json=answer).status_code == 403
    challenge = dict(visit.cookies)
    assert visit.post(SIGN_IN, json=answer).status_code == 200
    for name, value in challenge.items():
        thief.cookies.set(name, value)
    again = thief.post(SIGN_IN, json=answer)
    assert (again.status_code, again.json()["type"]) == (403, "urn:coopledger:passkey-refused")
    assert MEMBER_COOKIE not in thief.cookies


@pytest.mark.parametrize("wrong", ["origin", "unverified", "key", "challenge", "count"])
def test_what_another_site_an_unknown_holder_or_another_key_signed_is_refused(
    api: ApiServer, browse: Callable[[str], httpx2.Client], wrong: str
) -> None:
    passkey = add_passkey(browse(open_session(api.opened, new_treasurer(api))))
    visit = browse("")
    if wrong == "count":
        assert use(browse(""), passkey, SIGN_IN).status_code == 200
        passkey.sign_count = 0
    if wrong == "origin":
        passkey.origin = "https://coop.example.evil.example"
    if wrong == "unverified":
        passkey.verified = False
    if wrong == "key":
        passkey = SoftwarePasskey(ORIGIN, credential_id=passkey.credential_id)
    options = visit.post(f"{SIGN_IN}/options").json()
    other = browse("").post(f"{SIGN_IN}/options").json()["challenge"] if wrong == "challenge" else None
    assert visit.post(SIGN_IN, json=passkey.sign(options, other)).status_code == 403
    assert MEMBER_COOKIE not in visit.cookies


def test_a_challenge_of_one_purpose_or_session_is_none_of_another(
    api: ApiServer, browse: Callable[[str], httpx2.Client]
) -> None:
    _, visit, passkey = session_with_passkey(api, browse)
    assert visit.post(CONFIRM, json=passkey.sign(visit.post(f"{SIGN_IN}/options").json())).status_code == 403
    assert visit.post(SIGN_IN, json=passkey.sign(visit.post(f"{CONFIRM}/options").json())).status_code == 403
    _, stranger, foreign = session_with_passkey(api, browse)
    assert use(stranger, passkey, CONFIRM).status_code == 403, "another member's passkey confirms nothing"
    assert use(stranger, foreign, CONFIRM).status_code == 200


@pytest.mark.parametrize("body", [{}, {"id": 1}, {"id": "AAAA", "response": []}, {"id": "é"}, {"id": "A" * 90_000}])
def test_whatever_is_sent_as_an_answer_is_refused(
    api: ApiServer, browse: Callable[[str], httpx2.Client], body: dict[str, Any]
) -> None:
    visit = browse(open_session(api.opened, new_treasurer(api)))
    for page in (SIGN_IN, KEYS, CONFIRM):
        assert visit.post(page, json=body).status_code == 403
        visit.post(f"{page}/options")
        assert visit.post(page, json=body).status_code == 403


def test_a_further_passkey_and_a_removal_ask_for_one_that_is_there(
    api: ApiServer, browse: Callable[[str], httpx2.Client]
) -> None:
    """Who reads a person's mail signs in by letter, and must not add a key of their own beside the person's."""
    member, visit, passkey = session_with_passkey(api, browse)
    refused = visit.post(f"{KEYS}/options")
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:coopledger:passkey-required")
    key = base64.urlsafe_b64encode(passkey.credential_id).decode()
    assert 'id="kept-form"' in visit.post(f"{KEYS}/supprimer", data={"key": key}).text
    assert len(api.opened.members.passkeys.of_member(member)) == 1
    assert use(visit, passkey, CONFIRM).status_code == 200
    assert visit.post(f"{KEYS}/options").status_code == 200
    assert visit.post(f"{KEYS}/supprimer", data={"key": key}).headers["location"] == f"/{SLUG}/acces"
    assert api.opened.members.passkeys.of_member(member) == []


def test_what_moves_money_asks_who_has_a_passkey_for_it_within_ten_minutes(
    api: ApiServer, browse: Callable[[str], httpx2.Client]
) -> None:
    member, visit, passkey = session_with_passkey(api, browse)
    for method, path in (
        ("POST", f"/coops/{api.ids.coop_id}/bank-accounts"),
        ("POST", f"/coops/{api.ids.coop_id}/payouts"),
        ("POST", f"/coops/{api.ids.coop_id}/mandates"),
        ("GET", f"/campaigns/{api.ids.campaign_id}/payments.csv"),
    ):
        refused = visit.request(method, f"{API}{path}", json={})
        assert (path, refused.status_code, refused.json().get("type")) == (path, 403, "urn:coopledger:passkey-required")
    assert visit.get(f"{API}/coops").status_code == 200
    assert use(visit, passkey, CONFIRM).status_code == 200
    assert export(visit, api).status_code == 200
    with psycopg.connect(api.database_url) as owner:
        owner.execute(
            "UPDATE vault.member_sessions SET passkey_at = passkey_at - %s WHERE member_id = %s",
            (timedelta(minutes=10), member),
        )
    assert export(visit, api).status_code == 403


def test_who_has_no_passkey_goes_on_without_unless_the_association_demands_one(
    api: ApiServer, browse: Callable[[str], httpx2.Client]
) -> None:
    visit = browse(open_session(api.opened, new_treasurer(api)))
    assert export(visit, api).status_code == 200
    with _demanding(api):
        assert export(visit, api).json()["type"] == "urn:coopledger:passkey-required"
        token = api.call(TREASURER, "POST", f"/coops/{api.ids.coop_id}/payouts", {"cents": 100})
        assert token.json()["type"] == "urn:coopledger:passkey-required", "no passkey is behind a token"
        assert api.call(TREASURER, "GET", "/coops").status_code == 200
        add_passkey(visit)
        assert export(visit, api).status_code == 200
    assert api.call(STAFF, "GET", "/roles").status_code == 200


@contextmanager
def _demanding(api: ApiServer) -> Iterator[None]:
    """An association that demands a passkey of everybody, for a while."""
    before = api.opened.association().policy

    def change(*, demanded: bool) -> None:
        stamp = Stamp(at=datetime.now(UTC), by="test")
        policy = msgspec.structs.replace(before, require_passkey=demanded)
        command = ChangePolicy(stream_id=api.opened.ledger.association_id, stamp=stamp, policy=policy)
        run(api.opened.ledger.bus, command)

    change(demanded=True)
    yield
    change(demanded=False)


def test_the_api_takes_a_session_like_a_token_and_no_form_of_another_site(
    api: ApiServer, browse: Callable[[str], httpx2.Client]
) -> None:
    visit = browse(open_session(api.opened, new_treasurer(api)))
    assert visit.get(f"{API}/coops").status_code == 200
    assert visit.get(f"{API}/roles").status_code == 403, "a treasurer gives no roles"
    foreign = {"Origin": "https://ailleurs.example"}
    refused = visit.post(f"{API}/coops/{api.ids.coop_id}/payouts", json={"cents": 100}, headers=foreign)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:coopledger:foreign-origin")
    assert browse(str(uuid4())).get(f"{API}/coops").status_code == 401
    assert browse("").get(f"{API}/coops").status_code == 401
