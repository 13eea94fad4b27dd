"""The trail says who saw what: sign-ins, refusals, reads of names; by ids, in rows that nobody can rewrite."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import httpx2
import psycopg
import pytest

from adapters.member_accounts import MemberLinkPurpose
from adapters.postgres import DatabaseRole, conninfo_for
from domain.rights.roles import Role
from service.http.trail import AnonymousEntries, ids_of
from tests.kit.api_server import AUDITOR, FOREIGN, MANDATAIRE, SLUG, TREASURER, ApiServer
from tests.kit.members.sessions import new_member, owner_of

NAMES: Final = ("MARDEGAN", "Laurence", "GALANTE", "DURAND", "DUPOND")


def entries(api: ApiServer) -> list[dict[str, Any]]:
    """All entries, as the auditor reads them."""
    found: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        page = api.get(AUDITOR, "/trail", after=after, limit=500)
        found, after = found + page["items"], page["next"]
    return found


@pytest.fixture(autouse=True)
def fresh_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute in which nobody unknown has tried anything yet: tests before this one may have."""
    monkeypatch.setattr("service.http.trail._anonymous", AnonymousEntries(60))


@pytest.fixture
def since(api: ApiServer) -> int:
    """The last entry before the test."""
    last: int = entries(api)[-1]["entry_id"]
    return last


def fresh(api: ApiServer, since: int) -> list[tuple[str, str, str | None, str | None]]:
    """What was written since: kind, detail, coop and campaign; not the reading of the trail itself."""
    return [
        (one["kind"], one["detail"], one["coop_id"], one["campaign_id"])
        for one in entries(api)
        if one["entry_id"] > since and "/trail" not in one["detail"]
    ]


@pytest.mark.parametrize("document", ["payments.csv", "family-voucher.json"])
def test_a_document_with_names_is_written_down_with_its_coop_and_campaign(
    api: ApiServer, since: int, document: str
) -> None:
    assert api.call(MANDATAIRE, "GET", f"/campaigns/{api.ids.campaign_id}/{document}").status_code == 200
    ((kind, detail, coop_id, campaign_id),) = fresh(api, since)
    assert kind == "names-read"
    assert detail.endswith(f"{document.split('.', maxsplit=1)[0]}.{{form}}")
    assert (coop_id, campaign_id) == (str(api.ids.coop_id), str(api.ids.campaign_id))
    last = next(one for one in entries(api) if one["entry_id"] > since)
    assert last["actor"] == str(owner_of(api.database_url, api.tokens[MANDATAIRE]))
    assert last["request_id"]


def test_a_document_without_names_is_not(api: ApiServer, since: int) -> None:
    for document in ("class-balance.csv", "voucher.json"):
        assert api.call(AUDITOR, "GET", f"/campaigns/{api.ids.campaign_id}/{document}").status_code == 200
    assert fresh(api, since) == []


def test_the_log_that_is_read_is_written_down(api: ApiServer, since: int) -> None:
    assert api.call(AUDITOR, "GET", "/events").status_code == 200
    assert [one[0] for one in fresh(api, since)] == ["log-read"]


def test_who_is_refused_is_written_down_and_so_is_what_is_hidden_from_them(api: ApiServer, since: int) -> None:
    payments = f"/campaigns/{api.ids.campaign_id}/payments.csv"
    assert api.call(AUDITOR, "GET", payments).status_code == 403
    assert api.call(FOREIGN, "GET", payments).status_code == 404
    found = fresh(api, since)
    assert [one[0] for one in found] == ["refused", "refused"]
    assert [one[1].split()[0] for one in found] == ["not-allowed", "not-found"]
    assert {one[3] for one in found} == {str(api.ids.campaign_id)}


def test_a_code_that_nobody_has_is_a_failed_sign_in(api: ApiServer, since: int) -> None:
    headers = {"Authorization": "Bearer not-a-code"}
    assert api.call(None, "GET", "/coops", headers=headers).status_code == 401
    assert api.call(None, "GET", "/coops").status_code == 401
    assert [one[0] for one in fresh(api, since)] == ["sign-in-failed"]


def test_signing_in_on_the_page_and_failing_to_are_written_down(api: ApiServer, since: int) -> None:
    member_id = new_member(api.opened, Role.MANDATAIRE, api.ids.coop_id)
    link = api.opened.members.links.make(member_id, MemberLinkPurpose.SIGN_IN, datetime.now(UTC))
    with httpx2.Client(base_url=api.url, headers={"Accept": "text/html"}) as visitor:
        assert visitor.post(f"/{SLUG}/connexion/{link[::-1]}").status_code == 410
        assert visitor.post(f"/{SLUG}/connexion/{link}", data={"asked": "yes"}).status_code == 303
    written = [one for one in entries(api) if one["entry_id"] > since and "/trail" not in one["detail"]]
    assert [(one["kind"], one["actor"]) for one in written] == [
        ("sign-in-failed", None),
        ("signed-in", str(member_id)),
    ]


def test_the_trail_holds_no_name(api: ApiServer) -> None:
    api.call(MANDATAIRE, "GET", f"/campaigns/{api.ids.campaign_id}/payments.csv")
    told = json.dumps(entries(api), ensure_ascii=False)
    assert [name for name in NAMES if name in told] == []


def test_only_auditors_and_the_treasurer_read_it(api: ApiServer) -> None:
    assert api.call(TREASURER, "GET", "/trail").status_code == 200
    assert api.call(MANDATAIRE, "GET", "/trail").status_code == 403


@pytest.mark.parametrize(
    "statement",
    ["UPDATE trail.entries SET actor = 'x'", "DELETE FROM trail.entries", "TRUNCATE trail.entries"],
)
@pytest.mark.parametrize("role", [DatabaseRole.APP, DatabaseRole.WORKER, DatabaseRole.VAULT, DatabaseRole.PROJECTOR])
def test_no_role_rewrites_it(api: ApiServer, role: DatabaseRole, statement: str) -> None:
    with (
        psycopg.connect(conninfo_for(api.database_url, role)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement.encode())


def test_only_entries_past_their_year_can_be_removed(api: ApiServer) -> None:
    count = "SELECT count(*) FROM trail.entries WHERE detail = 'of last year'"
    with psycopg.connect(api.database_url, autocommit=True) as administrator:
        for days in (364, 366):
            administrator.execute(
                "INSERT INTO trail.entries (at, kind, association, detail)"
                " VALUES (now() - make_interval(days => %s), 'log-read', 'ad07', 'of last year')",
                (days,),
            )
        before = len(entries(api))
        with psycopg.connect(conninfo_for(api.database_url, DatabaseRole.WORKER), autocommit=True) as worker:
            assert worker.execute("SELECT trail.erase_old()").fetchone() == (1,)
        assert administrator.execute(count).fetchone() == (1,)
    assert len(entries(api)) >= before


def test_nobody_fills_it_from_outside() -> None:
    budget = AnonymousEntries(3)
    assert [budget.take() for _ in range(5)] == [True, True, True, False, False]


def test_of_an_address_only_ids_are_told() -> None:
    known = {"association": "ad06", "campaign_id": "11111111-1111-4111-8111-111111111111"}
    assert ids_of({**known, "token": "secret", "coop_id": "Marie GALANTE", "form": "pdf"}) == known
    assert ids_of({"association": "Marie GALANTE"}) == {}
    assert ids_of({"coop_id": UUID(int=1)}) == {"coop_id": str(UUID(int=1))}
