"""Every route of the application, for everybody who may come, at the own and at a foreign coop: as the table says."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import fastapi.routing
import httpx2
import psycopg
import pytest
from fastapi import FastAPI, Response

from adapters import api_tokens
from adapters.fields.identifiers import TAKEN
from domain.aggregate import Stamp
from domain.calendar import paris_date
from domain.coop.mandates import RevokeMandate
from domain.errors import NotSignedIn
from domain.rights.roles import MemberRole
from service.api.contract import route_plan
from service.runtime.runtime import Runtime
from service.settings import Settings
from service.web.app import create_app
from tests.kit.api_server import (
    AUDITOR,
    FOREIGN,
    MANDATAIRE,
    PLATFORM,
    SLUG,
    STAFF,
    TEACHER,
    TREASURER,
    ApiServer,
    worker_without_provider,
)
from tests.kit.members.access import ALWAYS, CLASS, give_mandate, give_role, make_token
from tests.kit.members.sessions import MEMBER_COOKIE, open_session
from tests.kit.postgres_ledger import run
from tests.service.access.table import MEMBERS, PUBLIC, Answer, Held, Place, expected

_TODAY: Final = paris_date(datetime.now(UTC))
_DAY: Final = timedelta(days=1)
_ENDED: Final = (_TODAY - 30 * _DAY, _TODAY - 2 * _DAY)
_TO_COME: Final = (_TODAY + 2 * _DAY, _TODAY + 30 * _DAY)
_REACHED: Final = {"X-Reached": "yes"}
_OWN: Final = Held("mandataire", Place.OWN)
_FOREIGN: Final = Held("mandataire", Place.FOREIGN)
Callers = dict[str, tuple[str | None, tuple[Held, ...] | None]]
Ids = dict[Place, dict[str, str]]


@pytest.fixture(scope="module")
def callers(api: ApiServer) -> Callers:
    """Everybody who may come: a token or none, and what the table must know of them."""
    ledger, coop_id, foreign = api.opened.ledger, api.ids.coop_id, api.foreign_coop_id

    def holder(*mandates: tuple[Any, tuple[date, date]]) -> str:
        member = uuid4()
        for where, days in mandates:
            give_mandate(ledger, where, member, days)
        return make_token(api.database_url, SLUG, member=member)

    withdrawn, mandate_id = give_mandate(ledger, coop_id)
    stamp = Stamp(at=datetime.now(UTC), by="test")
    run(ledger.bus, RevokeMandate(stream_id=coop_id, stamp=stamp, mandate_id=mandate_id, reason="moved"))
    auditor, _ = give_role(ledger, MemberRole.AUDITOR)
    give_mandate(ledger, coop_id, auditor)
    return {
        "nobody": (None, None),
        "garbage": ("cl_" + "0" * 64, None),
        "a member without any right": (make_token(api.database_url, SLUG, member=uuid4()), ()),
        "staff": (api.tokens[STAFF], (Held("staff"),)),
        "treasurer": (api.tokens[TREASURER], (Held("treasurer"),)),
        "auditor": (api.tokens[AUDITOR], (Held("auditor"),)),
        "teacher": (api.tokens[TEACHER], (Held("teacher", Place.OWN),)),
        "platform": (api.tokens[PLATFORM], (Held("platform"),)),
        "mandate, current": (api.tokens[MANDATAIRE], (_OWN,)),
        "mandate, current at the other coop": (api.tokens[FOREIGN], (_FOREIGN,)),
        "mandate, to come": (holder((coop_id, _TO_COME)), ()),
        "mandate, ended": (holder((coop_id, _ENDED)), ()),
        "mandate, revoked": (make_token(api.database_url, SLUG, member=withdrawn), ()),
        "mandates of both coops": (holder((coop_id, ALWAYS), (foreign, ALWAYS)), (_OWN, _FOREIGN)),
        "mandate, ended, and one at the other coop": (holder((coop_id, _ENDED), (foreign, ALWAYS)), (_FOREIGN,)),
        "mandate holder who audits": (make_token(api.database_url, SLUG, member=auditor), (_OWN, Held("auditor"))),
    }


@pytest.fixture(scope="module")
def ids(api: ApiServer) -> Ids:
    """What stands in the addresses, for each of the two coops."""
    draft = {"title": "Sortie", "purpose": "sortie-scolaire", "school_year": 2024}
    made = api.done(TREASURER, "POST", f"/coops/{api.foreign_coop_id}/campaigns", draft)
    api.get(TREASURER, f"/campaigns/{made['stream_id']}", at_least=made["position"])
    some = {
        **dict.fromkeys(
            (
                "member_id",
                "contribution_id",
                "payout_id",
                "mandate_id",
                "bank_account_id",
                "refund_id",
                "made_id",
                "deposit_id",
                "adjustment_id",
                "role_id",
                "finding_id",
                "note_id",
                "external_payment_id",
                "external_payout_id",
                "import_id",
                "family_id",
                "contact_id",
                "group_id",
                "count_id",
                "file_id",
            ),
            "",
        ),
        "dispute_id": "dp_1",
        "payment_id": "ch_1",
        "movement_id": "txn_1",
        "slip": "B-1",
        "class_code": CLASS,
        "line": "L-1",
        "digest": "0" * 64,
        "form": "json",
        "position": "1",
        "token": "t" * 43,
        "width": "640",
        "name": "budget.pdf",
        "code": "00000-00000",
        "picture": "png",
        "month": "2024-07",
        "year": "2024",
        "endpoint": "platform",
        "association": SLUG,
    }
    some = {name: value or str(uuid4()) for name, value in some.items()}
    own, foreign = (api.ids.coop_id, api.ids.campaign_id), (api.foreign_coop_id, made["stream_id"])
    return {
        place: {**some, "coop_id": str(coop_id), "campaign_id": str(campaign_id)}
        for place, (coop_id, campaign_id) in ((Place.OWN, own), (Place.FOREIGN, foreign))
    }


async def _reached(*_: object, **__: object) -> Response:
    """Stand for every route: whoever comes here was let in."""
    return Response(status_code=200, headers=_REACHED)


@pytest.fixture(scope="module")
def application(api: ApiServer, callers: Callers, ids: Ids) -> Iterator[FastAPI]:
    """The application with all its dependencies; its routes themselves do nothing but tell that they were reached."""
    assert callers.keys()
    assert ids.keys()  # both are made by the served application, whose routes do something
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fastapi.routing, "run_endpoint_function", _reached)
        patch.setattr(route_plan, "call_route", _reached)
        with Runtime(Settings(secure_cookies=False), None, api.database_url) as runtime:
            runtime.feed.end()  # an open page ends at once
            yield create_app(runtime, worker_without_provider(runtime), closes=False)


def _operations(application: FastAPI) -> set[tuple[str, str]]:
    """Method and path of every route, as the application itself lists them; static files are no route."""
    found = set()
    for route in fastapi.routing.iter_route_contexts(application.routes):
        methods: set[str] = getattr(route, "methods", None) or set()
        found |= {(method, str(route.path)) for method in methods - {"HEAD"}}
    return found


def _answer(got: httpx2.Response) -> Answer:
    """How the caller was received; an unreadable body or query was read by a route that had let its caller in."""
    if got.status_code in {200, 422}:
        return Answer.IN
    if got.status_code == 303:
        assert "/connexion" in got.headers["location"]
        return Answer.UNKNOWN
    by_status = {401: Answer.UNKNOWN, 403: Answer.NOT_ALLOWED, 404: Answer.NOT_FOUND}
    return by_status[got.status_code]


class Sessions:
    """The sessions of the owners of tokens, opened when they are first asked for; a program's has none."""

    def __init__(self, api: ApiServer) -> None:
        """Begin without any."""
        self._api = api
        self._opened: dict[str, str] = {}

    def of(self, token: str) -> str:
        """Return the session of a token's owner; what is no member's token is tried as it is."""
        if token not in self._opened:
            with psycopg.connect(self._api.database_url) as connection, suppress(NotSignedIn):
                member_id = api_tokens.use_token(connection, token).member_id
                self._opened[token] = token if member_id is None else open_session(self._api.opened, member_id)
        return self._opened.setdefault(token, token)


async def _call(
    client: httpx2.AsyncClient, operation: tuple[str, str], ids: dict[str, str], token: str | None, sessions: Sessions
) -> Any:  # noqa: ANN401 - a response
    """Call the API with a token, as programs do, and a page with a session, as browsers do."""
    method, path = operation
    is_api = path.startswith("/api/")
    headers = {"Accept": "application/json" if is_api else "text/html"}
    if token is not None:
        shown = {"Authorization": f"Bearer {token}"} if is_api else {"Cookie": f"{MEMBER_COOKIE}={sessions.of(token)}"}
        headers |= shown
    return await client.request(method, path.format(**ids), headers=headers)


def _client(application: FastAPI) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(application), base_url="http://localhost")


def test_every_route_of_the_application_has_its_row_and_every_row_its_route(application: FastAPI) -> None:
    assert set(MEMBERS) & PUBLIC == set()
    assert _operations(application) == set(MEMBERS) | PUBLIC


def test_no_association_can_be_called_what_an_address_or_a_schema_of_the_service_is_called(
    api: ApiServer, application: FastAPI
) -> None:
    segments = {path.split("/")[1] for _, path in _operations(application)} - {"", "{association}"}
    with psycopg.connect(api.database_url) as connection:
        query = "SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$|ad06)'"
        schemas = {name for (name,) in connection.execute(query)}
    assert len(segments) > 2
    assert "vault" in schemas
    assert segments | schemas <= TAKEN


def test_everybody_is_received_as_the_table_says(
    api: ApiServer, application: FastAPI, callers: Callers, ids: Ids
) -> None:
    sessions = Sessions(api)

    async def differences() -> list[str]:
        found = []
        async with _client(application) as client:
            for operation, row in MEMBERS.items():
                for name, (token, held) in callers.items():
                    for place in Place:
                        got = _answer(await _call(client, operation, ids[place], token, sessions))
                        wanted = expected(row, held, place)
                        if got is not wanted:
                            found.append(f"{operation} {name} at the {place} coop: {got.value}, not {wanted.value}")
        return found

    assert asyncio.run(differences()) == []


def test_a_token_is_no_session_and_a_session_is_no_token(api: ApiServer, application: FastAPI, ids: Ids) -> None:
    token, session = api.tokens[TREASURER], api.session(TREASURER)

    async def answers() -> set[Answer]:
        async with _client(application) as client:
            seen = set()
            for method, path in MEMBERS:
                of_api = path.startswith("/api/")
                shown: tuple[dict[str, str], ...] = ({"Authorization": f"Bearer {token}"},)
                if of_api:
                    shown = ({"Cookie": f"{MEMBER_COOKIE}={token}"}, {"Authorization": f"Bearer {session}"})
                for headers in shown:
                    headers["Accept"] = "application/json" if of_api else "text/html"
                    seen.add(_answer(await client.request(method, path.format(**ids[Place.OWN]), headers=headers)))
            return seen

    assert asyncio.run(answers()) == {Answer.UNKNOWN}


def test_a_member_s_secret_opens_and_closes_nothing_on_the_pages_of_families(
    api: ApiServer, application: FastAPI, ids: Ids
) -> None:
    tokens = [None, "cl_" + "0" * 64, *(api.tokens[who] for who in (TREASURER, MANDATAIRE, TEACHER, PLATFORM))]

    sessions = Sessions(api)

    async def statuses() -> dict[tuple[str, str], set[int]]:
        async with _client(application) as client:
            return {
                operation: {
                    (await _call(client, operation, ids[Place.OWN], token, sessions)).status_code for token in tokens
                }
                for operation in sorted(PUBLIC)
            }

    told = asyncio.run(statuses())
    assert {operation: seen for operation, seen in told.items() if len(seen) > 1} == {}
    assert {operation for operation, seen in told.items() if seen & {401, 403}} == set()
