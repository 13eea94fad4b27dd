"""What the service writes about itself: places, kinds and ids, and never a name, an address or an access code."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx2
import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from domain.errors import InvalidInput
from service.logging import trace
from tests.kit.api_server import MANDATAIRE, SLUG, ApiServer
from tests.kit.waiting import wait_until

_NEEDLES: Final = ("Zéphyrine", "QUATREBARBES", "Anatole", "z.quatrebarbes@example.org", "0698765432")
_PAYER: Final = {
    "first_name": "Zéphyrine",
    "last_name": "QUATREBARBES",
    "email": "z.quatrebarbes@example.org",
    "phone": "0698765432",
}
_CHILD: Final = {"first_name": "Anatole", "last_name": "QUATREBARBES", "class_label": "CE1", "tariff_id": "enfant"}
_PATIENCE: Final = 30.0


@contextmanager
def _web(api: ApiServer, log: Path) -> Iterator[httpx2.Client]:
    """Run ``coopledger web`` as administrators do, its log in a file."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"COOPLEDGER_DATABASE_URL": api.database_url}
    command = [str(Path(sys.executable).with_name("coopledger")), "web", "--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
        try:
            headers = {"Authorization": f"Bearer {api.tokens[MANDATAIRE]}"}
            with httpx2.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=_PATIENCE) as client:
                _wait_for(client, process)
                yield client
        finally:
            process.terminate()
            assert process.wait(_PATIENCE) == 0


def _wait_for(client: httpx2.Client, process: subprocess.Popen[bytes]) -> None:
    def answers() -> bool:
        assert process.poll() is None, "the service did not start"
        try:
            client.get("/api/v1/health")
        except httpx2.ConnectError:
            return False
        return True

    wait_until(answers, seconds=_PATIENCE, pause=0.05)


def _lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text("utf-8").splitlines()]


def test_no_line_of_the_log_names_a_person_or_a_secret(api: ApiServer, tmp_path: Path) -> None:
    baskets = f"/api/v1/{SLUG}/coops/{api.ids.coop_id}/campaigns/{api.ids.campaign_id}/contributions"
    basket = {"payer": _PAYER, "children": [_CHILD]}
    log = tmp_path / "log"
    with _web(api, log) as client:
        placed = client.post(baskets, json=basket)
        assert placed.status_code == 201, placed.text
        wrong = (
            basket | {"Zéphyrine": 1},
            basket | {"children": [_CHILD | {"class_label": "Zéphyrine"}]},
            basket | {"children": [_CHILD | {"tariff_id": "Anatole"}]},
            basket | {"payer": "Zéphyrine QUATREBARBES"},
            basket | {"tip_cents": "0698765432"},
        )
        for body in wrong:
            assert client.post(baskets, json=body).status_code in {404, 409, 422}
        one = f"{baskets}/{placed.json()['ids']['contribution_id']}"
        for refused in ({"reason": "Zéphyrine a renoncé"}, {"reason": "given_up", "note": "a" * 600 + "Anatole"}):
            assert client.post(f"{one}/abandonment", json=refused).status_code == 422
        noted = {"reason": "given_up", "note": "Zéphyrine QUATREBARBES a renoncé."}
        assert client.post(f"{one}/abandonment", json=noted).status_code == 200
        assert client.get("/Zéphyrine/QUATREBARBES?email=z.quatrebarbes@example.org").status_code == 404
        assert client.post(baskets, content=b'{"payer": "Anatole').status_code == 422
        client.post(f"/{SLUG}/connexion", data={"email": "z.quatrebarbes@example.org", "suite": "Anatole"})
        with psycopg.connect(api.database_url, autocommit=True) as owner:
            vault, elsewhere = Identifier("vault"), Identifier("elsewhere")
            owner.execute(SQL("ALTER SCHEMA {} RENAME TO {}").format(vault, elsewhere))
            crashed = client.post(baskets, json=basket)
            owner.execute(SQL("ALTER SCHEMA {} RENAME TO {}").format(elsewhere, vault))
        assert crashed.status_code == 500
    text = log.read_text("utf-8")
    assert [needle for needle in (*_NEEDLES, *api.tokens.values()) if needle in text] == []
    lines = _lines(log)
    (crash,) = [line for line in lines if line["event"] == "crashed"]
    assert crash["exception"]["message"] == "42P01"
    assert any("people_vault" in frame for frame in crash["exception"]["frames"])
    assert crash["request_id"] == crashed.headers["x-request-id"]
    (written,) = [line for line in lines if line.get("status") == 201]
    assert written["position"] == placed.json()["position"]


def test_no_line_of_the_log_holds_the_token_of_an_address(api: ApiServer, tmp_path: Path) -> None:
    """Found or not, refused, crashed, asked for to another protocol or under no route: lines name the template."""
    token, log = f"jeton{uuid4().hex}", tmp_path / "log"
    pages = ("paniers", "contributions", "attestation", "echeances", "payer-echeance", "retour", "preuve")
    with _web(api, log) as client:
        for page in (*pages, "compte/confirmation", "compte/mot-de-passe"):
            address = f"/{SLUG}/{page}/{token}"
            for path in (address, f"{address}?verifier={token}", f"{address}/rien/{token}"):
                assert client.get(path).status_code >= 400
            client.post(address, content=b"x" * 2_000_000)
            client.get(address, headers={"Connection": "Upgrade", "Upgrade": "websocket"})
        with psycopg.connect(api.database_url, autocommit=True) as owner:
            vault, elsewhere = Identifier("vault"), Identifier("elsewhere")
            owner.execute(SQL("ALTER SCHEMA {} RENAME TO {}").format(vault, elsewhere))
            crashed = client.get(f"/{SLUG}/contributions/{token}")
            owner.execute(SQL("ALTER SCHEMA {} RENAME TO {}").format(elsewhere, vault))
        assert crashed.status_code == 500
    assert token not in log.read_text("utf-8")
    routes = {line["route"] for line in _lines(log) if line["event"] == "request"}
    assert {f"/{{association}}/{page}/{{token}}" for page in pages} <= routes


def test_a_route_of_the_api_keeps_its_prefix(api: ApiServer, tmp_path: Path) -> None:
    """Pages and routes of the API may share the end of an address: a line of the log tells which it was."""
    log = tmp_path / "log"
    with _web(api, log) as client:
        client.get("/api/v1/health")
        client.get(f"/api/v1/{SLUG}/coops")
        client.get(f"/{SLUG}/collectes")
    routes = [line["route"] for line in _lines(log) if line["event"] == "request"]
    # Whether it was ready was asked once or more often.
    assert list(dict.fromkeys(routes)) == ["/api/v1/health", "/api/v1/{association}/coops", "/{association}/collectes"]


def test_no_event_holds_what_a_family_typed(api: ApiServer) -> None:
    baskets = f"/coops/{api.ids.coop_id}/campaigns/{api.ids.campaign_id}/contributions"
    api.done(MANDATAIRE, "POST", baskets, {"payer": _PAYER, "children": [_CHILD]}, key=uuid4().hex)
    with psycopg.connect(api.database_url) as owner:
        events = SQL("SELECT state FROM {}.ledger_events").format(Identifier(SLUG))
        told = b"\n".join(state for (state,) in owner.execute(events)).decode()
    assert str(api.ids.mandate_holder_id) in told
    assert [needle for needle in _NEEDLES if needle in told] == []


def test_a_trace_keeps_our_own_messages_and_hides_those_that_quote_an_input() -> None:
    def refuse() -> None:
        try:
            int("Zéphyrine")
        except ValueError as error:
            raise InvalidInput(column="class_label") from error

    with pytest.raises(InvalidInput) as caught:
        refuse()
    told = trace(caught.value)
    assert told["kind"] == "InvalidInput"
    assert "class_label" in told["message"]
    assert told["after"]["kind"] == "ValueError"
    assert told["after"]["message"] is None
    assert told["after"]["frames"][0].endswith(" refuse")
    group = trace(ExceptionGroup("of Anatole", [caught.value, KeyError("Anatole")]))
    assert [member["kind"] for member in group["group"]] == ["InvalidInput", "KeyError"]
    assert "Anatole" not in json.dumps(group, ensure_ascii=False)
