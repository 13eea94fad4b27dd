"""The staff invites members, moves their letters and ends their sessions; two people replace a lost passkey."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import httpx2
import pytest

from adapters.member_accounts import MemberLinkPurpose, Passkey
from domain.events.association import MemberAddressChanged, MemberInvited
from domain.rights.roles import Role
from tests.kit.email_world import PUBLIC, links
from tests.kit.example_emails import letters_in
from tests.kit.live_server import LiveServer
from tests.kit.members.sessions import MEMBER_COOKIE, SLUG, new_member, open_session
from tests.kit.waiting import wait_until

MEMBERS: Final = f"/api/v1/{SLUG}/members"
ZOE: Final = {"first_name": "Zoé", "last_name": "MARTIN", "email": "zoe.martin@ecole.example"}


def call(
    live_server: LiveServer, who: UUID, method: str, path: str = "", body: dict[str, Any] | None = None
) -> httpx2.Response:
    """Ask the API as a member who is signed in."""
    opened = live_server.world.runtime.ledger(SLUG)
    cookies = {MEMBER_COOKIE: open_session(opened, who, live_server.world.now())}
    with httpx2.Client(base_url=live_server.url, cookies=cookies, timeout=30) as client:
        return client.request(method, f"{MEMBERS}{path}", json=body)


def member_with_passkey(live_server: LiveServer, role: Role) -> UUID:
    """Somebody new who has a passkey."""
    opened = live_server.world.runtime.ledger(SLUG)
    member = new_member(opened, role, live_server.world.coop_id if role is Role.MANDATAIRE else None)
    now = datetime.now(UTC)
    opened.members.passkeys.add(Passkey(os.urandom(16), member, os.urandom(77), 0, "platform", now, None))
    return member


def letters(folder: Path, to: str) -> list[str]:
    """The links of the letters to an address."""
    return [link.removeprefix(PUBLIC) for letter in letters_in(folder, to) for link in links(letter)]


def test_the_staff_s_work_on_members(live_server: LiveServer) -> None:
    world, opened = live_server.world, live_server.world.runtime.ledger(SLUG)
    staff = new_member(opened, Role.STAFF)
    invited = call(live_server, staff, "POST", body=ZOE)
    assert invited.status_code == 201, invited.text
    zoe = UUID(invited.json()["member_id"])
    wait_until(lambda: len(letters(live_server.letters, ZOE["email"])) == 1)
    (link,) = letters(live_server.letters, ZOE["email"])
    assert link.startswith(f"/{SLUG}/invitation/")
    assert call(live_server, staff, "POST", body=ZOE | {"last_name": "AUTRE"}).json()["member_id"] == str(zoe)
    shown = {one["member_id"]: one for one in call(live_server, staff, "GET").json()}
    assert (shown[str(zoe)]["last_name"], shown[str(zoe)]["passkeys"]) == ("MARTIN", 0)
    told = [event for event in world.events() if isinstance(event, MemberInvited)]
    assert [(event.member_id, event.by) for event in told] == [(zoe, str(staff))] * 2
    assert "MARTIN" not in str(told)

    session = open_session(opened, zoe, world.now())
    other = opened.members.links.make(zoe, MemberLinkPurpose.SIGN_IN, world.now())
    changed = call(live_server, staff, "PUT", f"/{zoe}/address", {"email": "zoe@ailleurs.example"})
    assert changed.status_code == 200, changed.text
    assert opened.members.sessions.find(session, world.now()) is None
    assert opened.members.links.holds(other, MemberLinkPurpose.SIGN_IN, world.now()) is None
    assert opened.members.members.id_of("zoe@ailleurs.example") == zoe
    (moved,) = (event for event in world.events() if isinstance(event, MemberAddressChanged))
    assert (moved.member_id, moved.by) == (zoe, str(staff))

    session = open_session(opened, zoe, world.now())
    assert call(live_server, staff, "DELETE", f"/{zoe}/sessions").status_code == 200
    assert opened.members.sessions.find(session, world.now()) is None
    assert call(live_server, staff, "DELETE", f"/{uuid4()}/sessions").status_code == 404
    assert call(live_server, staff, "PUT", f"/{uuid4()}/address", {"email": "x@y.example"}).status_code == 404
    taken = call(live_server, staff, "PUT", f"/{zoe}/address", {"email": f"{staff}@ecole.example"})
    assert taken.status_code == 409


@pytest.mark.parametrize("role", [Role.MANDATAIRE, Role.AUDITOR, Role.TREASURER])
def test_nobody_but_the_staff_invites_or_lists_members(live_server: LiveServer, role: Role) -> None:
    opened = live_server.world.runtime.ledger(SLUG)
    who = new_member(opened, role, live_server.world.coop_id if role is Role.MANDATAIRE else None)
    assert call(live_server, who, "POST", body=ZOE).status_code == 403
    assert call(live_server, who, "GET").status_code == 403


def test_a_lost_passkey_is_taken_away_by_two_people_and_the_holder_is_told(live_server: LiveServer) -> None:
    world, opened = live_server.world, live_server.world.runtime.ledger(SLUG)
    lost = member_with_passkey(live_server, Role.MANDATAIRE)
    staff, treasurer = new_member(opened, Role.STAFF), new_member(opened, Role.TREASURER)
    session = open_session(opened, lost, world.now())
    path = f"/{lost}/passkeys/replacement"
    assert call(live_server, lost, "POST", path).status_code == 403
    for _ in range(2):
        assert call(live_server, staff, "POST", path).json() == {"removed": False}
    assert len(opened.members.passkeys.of_member(lost)) == 1
    assert call(live_server, treasurer, "POST", path).json() == {"removed": True}
    assert opened.members.passkeys.of_member(lost) == []
    assert opened.members.sessions.find(session, world.now()) is None
    wait_until(lambda: letters(live_server.letters, f"{lost}@ecole.example") == [f"/{SLUG}/connexion"])


def test_nobody_takes_a_passkey_of_their_own_away_as_one_of_two(live_server: LiveServer) -> None:
    opened = live_server.world.runtime.ledger(SLUG)
    lost, other = member_with_passkey(live_server, Role.STAFF), new_member(opened, Role.STAFF)
    path = f"/{lost}/passkeys/replacement"
    assert call(live_server, other, "POST", path).json() == {"removed": False}
    refused = call(live_server, lost, "POST", path)
    assert refused.status_code == 403
    assert len(opened.members.passkeys.of_member(lost)) == 1


def test_a_member_who_gets_a_mandate_signs_in_to_its_coop_and_gets_its_letters(live_server: LiveServer) -> None:
    world, opened = live_server.world, live_server.world.runtime.ledger(SLUG)
    staff = new_member(opened, Role.STAFF)
    zoe = UUID(call(live_server, staff, "POST", body=ZOE).json()["member_id"])
    mandate = {"member_id": str(zoe), "valid_from": "2020-01-01", "valid_to": "2099-12-31"}
    assert call(live_server, staff, "POST", f"/../coops/{world.coop_id}/mandates", mandate).status_code == 201
    person = opened.vault.get(zoe)
    assert person is not None
    assert (person.first_name, person.email) == ("Zoé", ZOE["email"])
    cookies = {MEMBER_COOKIE: open_session(opened, zoe, world.now())}
    with httpx2.Client(base_url=live_server.url, cookies=cookies, timeout=30) as client:
        assert client.get(f"/{SLUG}/collectes/{world.campaign_id}").status_code == 200
    moved = call(live_server, staff, "PUT", f"/{zoe}/address", {"email": "zoe@ailleurs.example"})
    assert moved.status_code == 200
    person = opened.vault.get(zoe)
    assert person is not None
    assert person.email == "zoe@ailleurs.example"
