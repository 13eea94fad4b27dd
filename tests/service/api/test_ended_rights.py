"""A token is worth what its owner's rights are worth now: when the mandate or the role is over, it opens nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest

from adapters.api_tokens import tokens_of
from domain.aggregate import Stamp
from domain.association.roles import RevokeRole
from domain.calendar import paris_date
from domain.coop.mandates import RevokeMandate
from domain.rights.roles import MemberRole, RoleRevocationReason
from service.auth.actions import Action
from tests.kit.api_server import AUDITOR, FOREIGN, SLUG, STAFF, TREASURER, ApiServer
from tests.kit.members.access import ALWAYS, give_mandate, give_role, make_token
from tests.kit.members.sessions import MEMBER_COOKIE, open_session, owner_of
from tests.kit.postgres_ledger import run
from tests.kit.waiting import wait_until

TODAY: Final = paris_date(datetime.now(UTC))
DAY: Final = timedelta(days=1)
OVER: Final[dict[str, tuple[date, date]]] = {
    "ended yesterday": (TODAY - 30 * DAY, TODAY - 2 * DAY),
    "begins tomorrow": (TODAY + 2 * DAY, TODAY + 30 * DAY),
}
ASKS: Final[tuple[tuple[str, str, dict[str, Any] | None], ...]] = (
    ("GET", "/campaigns/{campaign_id}/payments.csv", None),
    ("GET", "/campaigns/{campaign_id}/family-voucher.pdf", None),
    ("GET", "/campaigns/{campaign_id}/contributions", None),
    ("GET", "/coops", None),
    ("POST", "/coops/{coop_id}/payouts", {"cents": 100}),
    ("PUT", "/campaigns/{campaign_id}/details", {"title": "Autre titre"}),
)
"""Reading names, asking for money, editing: what a holder's token did after the mandate."""


def _answers(api: ApiServer, token: str) -> list[int]:
    """What everything that a holder may ask is answered with."""
    ids = api.ids._asdict()
    headers = {"Authorization": f"Bearer {token}"}
    return [
        api.call(None, method, path.format(**ids), body, headers=headers).status_code for method, path, body in ASKS
    ]


def _revoke(api: ApiServer, coop_id: UUID, mandate_id: UUID) -> None:
    """Withdraw a mandate, as another process would."""
    stamp = Stamp(at=datetime.now(UTC), by="test")
    run(api.opened.ledger.bus, RevokeMandate(stream_id=coop_id, stamp=stamp, mandate_id=mandate_id, reason="moved"))


@pytest.mark.parametrize("days", OVER.values(), ids=OVER)
def test_outside_of_its_days_a_mandate_lets_nobody_read_names_ask_for_money_or_edit(
    api: ApiServer, days: tuple[date, date]
) -> None:
    member, _ = give_mandate(api.opened.ledger, api.ids.coop_id, days=days)
    head = api.head()
    token = make_token(api.database_url, SLUG, member=member)
    assert _answers(api, token) == [403] * len(ASKS)
    assert api.head() == head
    session = open_session(api.opened, member)
    headers = {"Cookie": f"{MEMBER_COOKIE}={session}", "Accept": "text/html"}
    assert "/connexion" in api.client.get(f"/{SLUG}/collectes", headers=headers).headers["location"]
    assert api.opened.members.sessions.find(session, datetime.now(UTC)) is None


def test_a_current_mandate_lets_its_holder_do_all_of_it(api: ApiServer) -> None:
    member, _ = give_mandate(api.opened.ledger, api.ids.coop_id, days=(TODAY, TODAY + DAY))
    token = make_token(api.database_url, SLUG, member=member)
    wait_until(lambda: set(_answers(api, token)) <= {200, 201})


def test_a_mandate_that_was_withdrawn_pays_out_nothing_from_that_moment_and_shows_nothing_soon_after(
    api: ApiServer,
) -> None:
    member, mandate_id = give_mandate(api.opened.ledger, api.ids.coop_id)
    token = make_token(api.database_url, SLUG, member=member)
    wait_until(lambda: _answers(api, token)[0] == 200)
    _revoke(api, api.ids.coop_id, mandate_id)
    headers = {"Authorization": f"Bearer {token}"}
    payout = f"/coops/{api.ids.coop_id}/payouts"
    assert api.call(None, "POST", payout, {"cents": 100}, headers=headers).status_code == 403
    wait_until(lambda: _answers(api, token) == [403] * len(ASKS), seconds=10)


def test_who_holds_two_mandates_sees_both_coops_and_keeps_the_one_that_is_left(api: ApiServer) -> None:
    member, mandate_id = give_mandate(api.opened.ledger, api.ids.coop_id)
    give_mandate(api.opened.ledger, api.foreign_coop_id, member)
    headers = {"Authorization": f"Bearer {make_token(api.database_url, SLUG, member=member)}"}

    def seen() -> set[str]:
        answer = api.call(None, "GET", "/coops", headers=headers)
        return {coop["coop_id"] for coop in answer.json()} if answer.status_code == 200 else set()

    wait_until(lambda: seen() == {str(api.ids.coop_id), str(api.foreign_coop_id)})
    _revoke(api, api.ids.coop_id, mandate_id)
    wait_until(lambda: seen() == {str(api.foreign_coop_id)}, seconds=10)
    assert api.call(None, "GET", f"/coops/{api.ids.coop_id}/balance", headers=headers).status_code == 404


def test_a_role_is_over_when_the_staff_withdraws_it(api: ApiServer) -> None:
    member = uuid4()
    role_id = api.done(STAFF, "POST", "/roles", {"member_id": str(member), "role": "auditor"})["ids"]["role_id"]
    assert role_id in {role["role_id"] for role in api.get(STAFF, "/roles")}
    headers = {"Authorization": f"Bearer {make_token(api.database_url, SLUG, member=member)}"}
    assert api.call(None, "GET", "/head", headers=headers).status_code == 200
    api.done(STAFF, "POST", f"/roles/{role_id}/revocation", {"reason": "departure"})
    assert role_id not in {role["role_id"] for role in api.get(STAFF, "/roles")}
    wait_until(lambda: api.call(None, "GET", "/head", headers=headers).status_code == 403, seconds=10)


def test_the_staff_gives_no_role_to_itself_and_none_for_a_coop_that_is_not_there(api: ApiServer) -> None:
    me, role_id = give_role(api.opened.ledger, MemberRole.STAFF)
    headers = {"Authorization": f"Bearer {make_token(api.database_url, SLUG, member=me)}"}
    own = api.call(None, "POST", "/roles", {"member_id": str(me), "role": "treasurer"}, headers=headers)
    assert (own.status_code, own.json()["type"]) == (403, "urn:coopledger:own-right")
    days = {"valid_from": str(TODAY), "valid_to": str(TODAY)}
    path = f"/coops/{api.ids.coop_id}/mandates"
    assert api.call(None, "POST", path, {"member_id": str(me), **days}, headers=headers).status_code == 403
    teacher = {"member_id": str(uuid4()), "role": "teacher", "coop_id": str(uuid4()), "class_label": "CP"}
    assert api.call(STAFF, "POST", "/roles", teacher).status_code == 404
    stamp = Stamp(at=datetime.now(UTC), by="test")
    reason = RoleRevocationReason.MISTAKE
    run(
        api.opened.ledger.bus,
        RevokeRole(stream_id=api.opened.ledger.association_id, stamp=stamp, role_id=role_id, reason=reason),
    )
    other = {"member_id": str(uuid4()), "role": "auditor"}
    assert api.call(None, "POST", "/roles", other, headers=headers).status_code == 403


def test_a_token_allows_no_more_than_it_says_even_for_a_treasurer(api: ApiServer) -> None:
    member, _ = give_role(api.opened.ledger, MemberRole.TREASURER)
    narrow = make_token(api.database_url, SLUG, member=member, actions=(Action.READ,), coop_id=api.foreign_coop_id)
    headers = {"Authorization": f"Bearer {narrow}"}
    assert [coop["coop_id"] for coop in api.call(None, "GET", "/coops", headers=headers).json()] == [
        str(api.foreign_coop_id)
    ]
    asked = {
        f"/coops/{api.foreign_coop_id}/balance": 200,
        f"/coops/{api.ids.coop_id}/balance": 404,
        "/head": 403,
        f"/campaigns/{api.ids.campaign_id}/payments.csv": 403,
    }
    got = {path: api.call(None, "GET", path, headers=headers).status_code for path in asked}
    assert got == asked


def test_a_mandate_may_name_a_member_and_then_takes_no_names(api: ApiServer) -> None:
    member = str(uuid4())
    days = {"valid_from": str(ALWAYS[0]), "valid_to": str(ALWAYS[1])}
    path = f"/coops/{api.ids.coop_id}/mandates"
    given = api.done(TREASURER, "POST", path, {"member_id": member, **days})
    assert given["ids"]["holder_id"] == member
    for wrong in ({}, {"member_id": member, "first_name": "Zoé", "last_name": "MARTIN"}, {"first_name": "Zoé"}):
        assert api.call(TREASURER, "POST", path, {**wrong, **days}).status_code == 422


def test_a_program_acts_under_the_id_of_its_token_and_never_under_what_was_typed(api: ApiServer) -> None:
    token = make_token(api.database_url, SLUG, program="martine", actions=(Action.READ,))
    asked = api.call(None, "GET", "/events", headers={"Authorization": f"Bearer {token}"})
    assert asked.status_code == 200, asked.text
    with psycopg.connect(api.database_url) as connection:
        (made,) = (held for held in tokens_of(connection, SLUG) if held.program == "martine")
    actors = {entry["actor"] for entry in api.get(AUDITOR, "/trail", limit=500)["items"]}
    assert f"program:{made.token_id}" in actors
    assert not any("martine" in (actor or "") for actor in actors)


class Stream:
    """The live stream of a campaign, open in a browser that holds a token."""

    def __init__(self, api: ApiServer, token: str) -> None:
        """Open it."""
        session = open_session(api.opened, owner_of(api.database_url, token))
        self._client = httpx2.Client(base_url=api.url, cookies={MEMBER_COOKIE: session}, timeout=10)
        self._path = f"/{SLUG}/collectes/{api.ids.campaign_id}/flux"

    def end_after(self, cause: Callable[[], None]) -> float:
        """Cause something once the first figures came; return how many seconds later the stream ended."""
        with self._client, self._client.stream("GET", self._path) as answer:
            assert answer.status_code == 200
            lines = answer.iter_lines()
            assert next(lines).startswith("event: balance")
            cause()
            begun = datetime.now(UTC)
            list(lines)
        return (datetime.now(UTC) - begun).total_seconds()


def test_an_open_page_ends_with_the_mandate(api: ApiServer) -> None:
    member, mandate_id = give_mandate(api.opened.ledger, api.ids.coop_id)
    stream = Stream(api, make_token(api.database_url, SLUG, member=member))
    assert stream.end_after(lambda: _revoke(api, api.ids.coop_id, mandate_id)) < 10


def test_another_coops_open_page_does_not_exist(api: ApiServer) -> None:
    path = f"/{SLUG}/collectes/{api.ids.campaign_id}/flux"
    with httpx2.Client(base_url=api.url, cookies={MEMBER_COOKIE: api.session(FOREIGN)}) as client:
        assert client.get(path).status_code == 404
        assert client.get(f"/{SLUG}/collectes/{uuid4()}/flux").status_code == 404
