"""Who may do what: every operation of the OpenAPI document, for every role, for a stranger and for another coop."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

import pytest

from domain.rights.roles import Role
from service.auth.actions import ALLOWED
from tests.kit.api_server import EVERYONE, FOREIGN, MANDATAIRE, PROBLEM, SLUG, TREASURER, ApiServer
from tests.service.api.routes import ROUTES

_PREFIX: Final = "/api/v1/{association}"
_PUBLIC: Final = {("GET", "/api/v1/health"), ("GET", "/api/v1/health/ready")}
_OPERATIONS: Final = sorted(ROUTES)


def _path(api: ApiServer, template: str, **other: object) -> str:
    """Fill a path with ids of the scenario."""
    opened = api.opened
    (contribution, *_) = api.get(TREASURER, f"/campaigns/{api.ids.campaign_id}/contributions")["items"]
    values = {
        "coop_id": api.ids.coop_id,
        "campaign_id": api.ids.campaign_id,
        "contribution_id": contribution["contribution_id"],
        "payout_id": api.ids.payout_id,
        "mandate_id": opened.ledger.association_id,
        "bank_account_id": opened.ledger.association_id,
        "made_id": opened.ledger.association_id,
        "payment_id": "ch_unknown",
        "refund_id": opened.ledger.association_id,
        "deposit_id": opened.ledger.association_id,
        "adjustment_id": opened.ledger.association_id,
        "movement_id": "txn_unknown",
        "slip": "B-1",
        "line": "L-1",
        "finding_id": opened.ledger.association_id,
        "role_id": opened.ledger.association_id,
        "member_id": opened.ledger.association_id,
        "external_payment_id": opened.ledger.association_id,
        "external_payout_id": opened.ledger.association_id,
        "import_id": opened.ledger.association_id,
        "dispute_id": "dp_unknown",
        "digest": "0" * 64,
        "note_id": opened.ledger.association_id,
        "form": "json",
        "position": 1,
    }
    return template.format(**values | other)


def _call(api: ApiServer, who: str | None, method: str, path: str, body: dict[str, Any] | None) -> tuple[int, Any]:
    """Call a route; return its status and, of a problem, its document."""
    query = {"month": "2024-07-01"} if "/statement." in path else {}
    answer = api.call(who, method, path, body if method != "GET" else None, params=query)
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == PROBLEM
        return answer.status_code, answer.json()
    return answer.status_code, None


def test_every_operation_of_the_document_has_its_row(api: ApiServer) -> None:
    document = api.client.get("/api/v1/openapi.json").json()
    offered = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert offered == {(method, _PREFIX + path) for method, path in ROUTES} | _PUBLIC


@pytest.mark.parametrize("operation", _OPERATIONS, ids=" ".join)
def test_nobody_without_a_token_comes_in(api: ApiServer, operation: tuple[str, str]) -> None:
    method, template = operation
    path, (_, body) = _path(api, template), ROUTES[operation]
    status, problem = _call(api, None, method, path, body)
    assert (status, problem["type"]) == (401, "urn:coopledger:not-signed-in")
    wrong = {"Authorization": "Bearer not-a-token"}
    answer = api.call(None, method, path, body if method != "GET" else None, headers=wrong)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("operation", _OPERATIONS, ids=" ".join)
def test_a_role_may_do_what_the_table_says_and_nothing_else(api: ApiServer, operation: tuple[str, str]) -> None:
    method, template = operation
    action, _ = ROUTES[operation]
    for who in EVERYONE:
        role = Role.MANDATAIRE if who == FOREIGN else Role(who)
        status, problem = _call(api, who, method, _path(api, template), {})
        if role not in ALLOWED[action]:
            assert (status, problem["type"]) == (403, "urn:coopledger:not-allowed"), who
        else:
            assert status not in {401, 403, 405}, who
            assert status < 500, who


_OF_A_COOP: Final = [
    operation for operation in _OPERATIONS if "{" in operation[1] and Role.MANDATAIRE in ALLOWED[ROUTES[operation][0]]
]


@pytest.mark.parametrize("operation", _OF_A_COOP, ids=" ".join)
def test_another_coops_mandate_holder_finds_nothing(api: ApiServer, operation: tuple[str, str]) -> None:
    method, template = operation
    _, body = ROUTES[operation]
    head = api.head()
    foreign = _call(api, FOREIGN, method, _path(api, template), body)
    assert foreign[0] == 404
    nowhere = _path(api, template, coop_id=uuid4(), campaign_id=uuid4(), contribution_id=uuid4())
    unknown = _call(api, FOREIGN, method, nowhere, body)
    for problem in (foreign[1], unknown[1]):
        del problem["request_id"]
    assert foreign == unknown, "what is another coop's and what does not exist are told apart"
    assert api.head() == head


@pytest.mark.parametrize("operation", [op for op in _OF_A_COOP if "{coop_id}" in op[1] and "{campaign_id}" in op[1]])
def test_ones_own_coop_does_not_open_another_coops_campaign(api: ApiServer, operation: tuple[str, str]) -> None:
    method, template = operation
    _, body = ROUTES[operation]
    head = api.head()
    path = _path(api, template, coop_id=api.foreign_coop_id)
    for who in (FOREIGN, TREASURER):
        status, _ = _call(api, who, method, path, body)
        assert status in ({404} if who == FOREIGN else {403, 404}), who
    assert api.head() == head


def test_each_mandate_holder_sees_only_the_own_coop(api: ApiServer) -> None:
    seen = {who: {coop["coop_id"] for coop in api.get(who, "/coops")} for who in (MANDATAIRE, FOREIGN, TREASURER)}
    own, other = str(api.ids.coop_id), str(api.foreign_coop_id)
    assert seen == {MANDATAIRE: {own}, FOREIGN: {other}, TREASURER: {own, other}}


def test_another_association_does_not_exist(api: ApiServer) -> None:
    for who in EVERYONE:
        headers = {"Authorization": f"Bearer {api.tokens[who]}"}
        answer = api.client.get("/api/v1/ad13/coops", headers=headers)
        assert answer.status_code == 404
    assert api.client.get(f"/api/v1/{SLUG}/coops").status_code == 401
