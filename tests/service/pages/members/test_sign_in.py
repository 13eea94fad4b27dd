"""Signing in by letter, once and on purpose; and out again: here, everywhere, in time, and with the last right."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import httpx2
import pytest

from adapters.member_accounts import MemberLinkPurpose
from domain.coop.mandates import RevokeMandate
from domain.rights.roles import Role
from service.runtime.open_ledger import OpenLedger
from tests.kit.api_server import MANDATAIRE, create_token
from tests.kit.live_server import LiveServer
from tests.kit.members.access import give_mandate
from tests.kit.members.sessions import MEMBER_COOKIE, SLUG, enrol, new_member, open_session
from tests.kit.waiting import wait_until
from tests.service.pages.members.conftest import (
    COLLECTIONS,
    HOME,
    LANDING,
    SIGN_IN,
    ask_for_link,
    letters_to,
    make_link,
)


def test_a_link_opens_a_session_once_its_page_is_confirmed(
    live_server: LiveServer, visit: httpx2.Client, member: UUID
) -> None:
    link = ask_for_link(live_server, visit, member, suite=f"{COLLECTIONS}/{live_server.world.campaign_id}")
    asked = visit.get(link)
    assert (asked.status_code, "Me connecter" in asked.text) == (200, True)
    assert visit.get(HOME).headers["location"].startswith(SIGN_IN)
    entered = visit.post(link)
    assert (entered.status_code, entered.headers["location"]) == (303, f"{COLLECTIONS}/{live_server.world.campaign_id}")
    assert "Vos coopératives" in visit.get(HOME).text


def test_a_program_that_opens_the_links_of_letters_uses_nothing_up(
    live_server: LiveServer, visit: httpx2.Client, elsewhere: httpx2.Client, member: UUID
) -> None:
    link = ask_for_link(live_server, visit, member)
    for _ in range(3):
        assert elsewhere.get(link).status_code == 200
        assert elsewhere.head(link).status_code in {200, 405}
    assert dict(elsewhere.cookies) == {}
    assert visit.post(link).status_code == 303


def test_a_link_serves_once_and_ends_those_that_were_asked_for_besides(
    live_server: LiveServer, visit: httpx2.Client, opened: OpenLedger, member: UUID
) -> None:
    first, second = (make_link(live_server, opened, member) for _ in range(2))
    assert visit.post(first).status_code == 303
    visit.cookies.clear()
    for used in (first, second):
        assert [visit.get(used).status_code, visit.post(used).status_code] == [410, 410]
    assert dict(visit.cookies) == {}


def test_a_link_that_was_asked_for_elsewhere_opens_for_who_says_to_have_asked(
    live_server: LiveServer, visit: httpx2.Client, elsewhere: httpx2.Client, member: UUID
) -> None:
    link = ask_for_link(live_server, visit, member)
    assert "dans un autre navigateur" in elsewhere.get(link).text
    hasty = elsewhere.post(link)
    assert (hasty.status_code, "Cochez la case" in hasty.text, dict(elsewhere.cookies)) == (422, True, {})
    assert "dans un autre navigateur" not in visit.get(link).text
    assert elsewhere.post(link, data={"asked": "yes"}).status_code == 303


def test_nobody_fills_a_letter_box_or_keeps_a_member_from_signing_in(visit: httpx2.Client) -> None:
    """Known or not, an address gets six links at once from one network, and another address its own."""
    address, other = f"{uuid4().hex}@ecole.example", f"{uuid4().hex}@ecole.example"
    asked = [visit.post(SIGN_IN, data={"email": address}).status_code for _ in range(7)]
    assert asked == [200] * 6 + [429]
    assert visit.post(SIGN_IN, data={"email": other}).status_code == 200


def test_nobody_learns_which_addresses_are_known(live_server: LiveServer, visit: httpx2.Client, member: UUID) -> None:
    unknown = f"{uuid4()}@ecole.example"
    known = visit.post(SIGN_IN, data={"email": f"{member}@ecole.example"})
    other = visit.post(SIGN_IN, data={"email": unknown})
    assert (known.status_code, known.text) == (other.status_code, other.text)
    assert sorted(known.headers) == sorted(other.headers)
    wait_until(lambda: len(letters_to(live_server, member)) == 1)
    kinds = [row[0] for row in live_server.world.tasks() if row[0] == "letter:member-sign-in"]
    assert len(kinds) >= 2, "the same is planned for both"
    assert unknown not in "".join(str(row) for row in live_server.world.tasks())


@pytest.mark.parametrize("typed", ["", "pas une adresse", "a@b@c", "é" * 400])
def test_what_is_no_address_is_said_so(visit: httpx2.Client, typed: str) -> None:
    answer = visit.post(SIGN_IN, data={"email": typed})
    assert (answer.status_code, 'id="email-error"' in answer.text) == (422, True)


@pytest.mark.parametrize("token", ["x", "A" * 43, "%00", "cle", "..%2f..", "é"])
def test_a_forged_link_opens_nothing(visit: httpx2.Client, token: str) -> None:
    for page in ("connexion", "invitation"):
        assert visit.get(f"/{SLUG}/{page}/{token}").status_code in {404, 405, 410}
        assert visit.post(f"/{SLUG}/{page}/{token}").status_code in {403, 404, 405, 410, 422}
    assert dict(visit.cookies) == {}


def test_a_link_of_one_kind_is_none_of_the_other(
    live_server: LiveServer, visit: httpx2.Client, opened: OpenLedger, member: UUID
) -> None:
    token = opened.members.links.make(member, MemberLinkPurpose.SIGN_IN, live_server.world.now())
    assert visit.post(f"/{SLUG}/invitation/{token}").status_code == 410
    assert visit.post(f"{SIGN_IN}/{token}").status_code == 303


def test_a_page_whose_address_holds_a_link_tells_it_to_nobody(
    live_server: LiveServer, visit: httpx2.Client, opened: OpenLedger, member: UUID
) -> None:
    answer = visit.get(make_link(live_server, opened, member))
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "suite", ["https://ailleurs.example", "//ailleurs.example", "/ad75/collectes", "\\", "/ad06/compte"]
)
def test_nobody_is_led_elsewhere_after_signing_in(
    live_server: LiveServer, visit: httpx2.Client, member: UUID, suite: str
) -> None:
    link = ask_for_link(live_server, visit, member, suite=suite)
    assert visit.post(link).headers["location"] == LANDING


def test_a_session_that_somebody_else_put_into_the_browser_is_not_taken_over(
    live_server: LiveServer, visit: httpx2.Client, opened: OpenLedger, member: UUID
) -> None:
    """The token changes at sign-in, and the one that was there before is ended."""
    planted = open_session(opened, member, live_server.world.now())
    visit.cookies.set(MEMBER_COOKIE, planted)
    assert visit.post(make_link(live_server, opened, member)).status_code == 303
    mine = next((one.value for one in visit.cookies.jar if one.name == MEMBER_COOKIE and one.domain), None)
    assert mine not in (None, planted)
    assert opened.members.sessions.find(planted, live_server.world.now()) is None
    for made_up in ("", "x", "A" * 43, "é"):
        visit.cookies.clear()
        assert visit.get(HOME, headers={b"Cookie": f"{MEMBER_COOKIE}={made_up}".encode()}).status_code == 303


def test_signing_out_ends_the_session_in_the_database_too(
    live_server: LiveServer, visit: httpx2.Client, opened: OpenLedger, member: UUID
) -> None:
    token = open_session(opened, member, live_server.world.now())
    visit.cookies.set(MEMBER_COOKIE, token)
    assert visit.get(HOME).status_code == 200
    assert visit.post(f"/{SLUG}/deconnexion").headers["location"] == SIGN_IN
    visit.cookies.set(MEMBER_COOKIE, token)
    assert visit.get(HOME).headers["location"].startswith(SIGN_IN)


def test_a_member_sees_the_sessions_that_are_open_and_ends_all_of_them(
    live_server: LiveServer, visit: httpx2.Client, opened: OpenLedger, member: UUID
) -> None:
    tokens = [open_session(opened, member, live_server.world.now() - timedelta(minutes=n)) for n in range(3)]
    visit.cookies.set(MEMBER_COOKIE, tokens[0])
    page = visit.get(f"/{SLUG}/acces").text
    assert (page.count("Depuis le"), page.count("(celle-ci)")) == (3, 1)
    link = make_link(live_server, opened, member)
    assert visit.post(f"/{SLUG}/acces/sessions/fermer").headers["location"] == SIGN_IN
    assert [opened.members.sessions.find(token, live_server.world.now()) for token in tokens] == [None] * 3
    assert visit.post(link).status_code == 410


@pytest.mark.parametrize(
    ("role", "idle", "open_for", "status"),
    [
        (Role.MANDATAIRE, timedelta(hours=7), timedelta(days=29), 200),
        (Role.MANDATAIRE, timedelta(hours=8), timedelta(days=1), 303),
        (Role.MANDATAIRE, timedelta(0), timedelta(days=30), 303),
        (Role.TREASURER, timedelta(minutes=29), timedelta(hours=11), 200),
        (Role.TREASURER, timedelta(minutes=30), timedelta(hours=1), 303),
        (Role.TREASURER, timedelta(0), timedelta(hours=12), 303),
    ],
)
def test_a_session_ends_when_it_was_idle_or_lasted_too_long_for_its_right(
    live_server: LiveServer,
    visit: httpx2.Client,
    opened: OpenLedger,
    role: Role,
    idle: timedelta,
    open_for: timedelta,
    status: int,
) -> None:
    now = live_server.world.now()
    coop_id = live_server.world.coop_id if role is Role.MANDATAIRE else None
    token = open_session(opened, new_member(opened, role, coop_id), now - open_for)
    opened.members.sessions.note_seen(token, now - idle)
    visit.cookies.set(MEMBER_COOKIE, token)
    assert visit.get(HOME).status_code == status
    still = opened.members.sessions.find(token, now)
    assert (still is None) is (status == 303), "a session that is over is ended for good"


def test_the_session_ends_with_the_mandate_and_so_does_the_page_that_is_open(
    live_server: LiveServer, visit: httpx2.Client, opened: OpenLedger
) -> None:
    world = live_server.world
    holder, mandate_id = give_mandate(opened.ledger, world.coop_id)
    token = open_session(opened, holder, world.now())
    visit.cookies.set(MEMBER_COOKIE, token)
    with visit.stream("GET", f"{COLLECTIONS}/{world.campaign_id}/flux") as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith("event: balance")
        world.do(RevokeMandate, world.coop_id, mandate_id=mandate_id, reason="moved")
        rest = list(lines)
    assert [line for line in rest if line.startswith("event")] == []
    assert opened.members.sessions.find(token, world.now()) is None
    assert visit.get(HOME).headers["location"].startswith(SIGN_IN)


def test_who_signs_out_ends_the_page_that_is_open_in_another_window(
    live_server: LiveServer, visit: httpx2.Client, opened: OpenLedger, member: UUID
) -> None:
    token = open_session(opened, member, live_server.world.now())
    visit.cookies.set(MEMBER_COOKIE, token)
    with visit.stream("GET", f"{COLLECTIONS}/{live_server.world.campaign_id}/flux") as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith("event: balance")
        assert visit.post(f"/{SLUG}/deconnexion").status_code == 303
        assert [line for line in lines if line.startswith("event")] == []


def test_who_has_no_right_is_told_so_and_has_no_session(
    live_server: LiveServer, visit: httpx2.Client, opened: OpenLedger
) -> None:
    nobody = enrol(opened, uuid4())
    answer = visit.post(make_link(live_server, opened, nobody))
    assert (answer.status_code, "Aucun accès en cours" in answer.text) == (403, True)
    assert dict(visit.cookies) == {}


def test_an_invitation_is_accepted_once_and_leads_to_the_first_page_which_offers_a_passkey(
    live_server: LiveServer, visit: httpx2.Client, opened: OpenLedger, member: UUID
) -> None:
    token = opened.members.links.make(member, MemberLinkPurpose.INVITATION, live_server.world.now())
    address = f"/{SLUG}/invitation/{token}"
    assert "Accepter" in visit.get(address).text
    entered = visit.post(address)
    assert entered.headers["location"] == f"/{SLUG}/accueil?bienvenue=1"
    arrived = visit.get(visit.get(entered.headers["location"]).headers["location"])
    assert "Ajouter une clé d’accès" in arrived.text
    assert "Bienvenue" not in visit.get(arrived.request.url.path).text
    again = visit.post(address)
    assert (again.status_code, "Ce lien a déjà servi" in again.text) == (410, True)


def test_a_teacher_who_accepts_an_invitation_is_led_to_the_own_class(
    live_server: LiveServer, visit: httpx2.Client, opened: OpenLedger
) -> None:
    teacher = new_member(opened, Role.TEACHER, live_server.world.coop_id)
    token = opened.members.links.make(teacher, MemberLinkPurpose.INVITATION, live_server.world.now())
    entered = visit.post(f"/{SLUG}/invitation/{token}")
    arrived = visit.get(entered.headers["location"]).headers["location"]
    assert arrived == f"/{SLUG}/coops/{live_server.world.coop_id}/classes/CE1?bienvenue=1"
    assert "Ajouter une clé d’accès" in visit.get(arrived).text


def test_a_form_of_another_site_neither_signs_in_nor_out(
    live_server: LiveServer, visit: httpx2.Client, opened: OpenLedger, member: UUID
) -> None:
    link = make_link(live_server, opened, member)
    foreign = {"Origin": "https://ailleurs.example"}
    for address in (link, f"/{SLUG}/deconnexion", f"/{SLUG}/acces/sessions/fermer", SIGN_IN):
        assert visit.post(address, headers=foreign).status_code == 403
    assert visit.post(link).status_code == 303


def test_a_session_of_another_association_is_none_here(
    live_server: LiveServer, visit: httpx2.Client, opened: OpenLedger, member: UUID
) -> None:
    token = open_session(opened, member, live_server.world.now())
    for name in ("coopledger-ad75", "coopledger-family-ad06", "coopledger_session"):
        visit.cookies.clear()
        visit.cookies.set(name, token)
        assert visit.get(HOME).status_code == 303


def test_a_code_of_the_api_is_no_session(live_server: LiveServer, visit: httpx2.Client) -> None:
    code = create_token(live_server.database, MANDATAIRE, live_server.world.coop_id)
    assert visit.get(f"/api/v1/{SLUG}/coops", headers={"Authorization": f"Bearer {code}"}).status_code == 200
    for name in (MEMBER_COOKIE, "coopledger_session"):
        visit.cookies.clear()
        visit.cookies.set(name, code)
        assert visit.get(HOME).headers["location"].startswith(SIGN_IN)


def test_the_profile_of_a_member_is_in_no_log(
    live_server: LiveServer, visit: httpx2.Client, member: UUID, capsys: pytest.CaptureFixture[str]
) -> None:
    link = ask_for_link(live_server, visit, member)
    assert visit.post(link).status_code == 303
    told = "".join(capsys.readouterr())
    assert "signed in" in told
    assert str(member) in told
    for secret in ("MARDEGAN", "@ecole.example", link.rpartition("/")[2], visit.cookies[MEMBER_COOKIE]):
        assert secret not in told
