"""A request for another name, or with too large a head, is turned away before anything of it is read."""

from __future__ import annotations

import pytest

from service.web.admission import MAX_HEAD_BYTES, MAX_HEADERS
from tests.kit.api_server import PROBLEM, ApiServer
from tests.service.web.conftest import PROXY, DeployedServer

HERE = "127.0.0.1"
VISITOR = {"X-Forwarded-For": "203.0.113.9"}
FOREIGN = [
    "evil.example",
    "coop.example.evil.example",
    "coop.example@evil.example",
    "127.0.0.1",
    "localhost:8000",
    "[::1]",
]


@pytest.mark.parametrize("host", FOREIGN)
def test_a_name_that_is_not_ours_is_refused_calmly(deployed: DeployedServer, host: str) -> None:
    with deployed.client(PROXY, host) as client:
        answer = client.get("/", headers={"Accept": "text/html", **VISITOR})
    assert answer.status_code == 421
    assert "Cette adresse n’est pas celle du service." in answer.text
    assert "evil" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_a_program_is_told_the_same_as_a_problem_document(deployed: DeployedServer) -> None:
    with deployed.client(PROXY, "evil.example") as client:
        answer = client.get("/api/v1/health", headers=VISITOR)
    assert (answer.status_code, answer.headers["content-type"]) == (421, PROBLEM)
    assert answer.json()["type"] == "urn:coopledger:misdirected-request"


@pytest.mark.parametrize("host", ["coop.example", "COOP.example", "coop.example:443"])
def test_our_own_name_is_served_however_it_is_written(deployed: DeployedServer, host: str) -> None:
    with deployed.client(PROXY, host) as client:
        assert client.get("/api/v1/health", headers=VISITOR).status_code == 200


def test_a_health_check_on_this_machine_may_call_it_by_its_loopback_name(deployed: DeployedServer) -> None:
    with deployed.client(HERE, "localhost:8000") as client:
        assert client.get("/api/v1/health").status_code == 200


def test_the_demonstration_answers_to_both_names_of_this_machine(api: ApiServer) -> None:
    for host in ("localhost:8000", "127.0.0.1:8000"):
        assert api.client.get("/api/v1/health", headers={"Host": host}).status_code == 200
    assert api.client.get("/api/v1/health", headers={"Host": "evil.example"}).status_code == 421


def test_a_head_of_too_many_lines_or_bytes_is_refused(api: ApiServer) -> None:
    many = {f"X-{number}": "1" for number in range(MAX_HEADERS)}
    assert api.client.get("/api/v1/health", headers=many).status_code == 431
    assert api.client.get("/api/v1/health", headers={"Cookie": "a" * MAX_HEAD_BYTES}).status_code in {400, 431}
    assert api.client.get("/api/v1/health", headers={"Cookie": "a" * (MAX_HEAD_BYTES // 2)}).status_code == 200


def test_browsers_keep_to_https_where_the_service_is_reached_so(deployed: DeployedServer, api: ApiServer) -> None:
    with deployed.client(PROXY) as client:
        answer = client.get("/api/v1/health", headers=VISITOR)
    assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
    assert "strict-transport-security" not in api.client.get("/api/v1/health").headers


def test_no_answer_of_the_api_is_kept_by_anybody(api: ApiServer) -> None:
    for path in ("/api/v1/ad06/coops", "/api/v1/ad06/head", "/api/v1/nowhere", "/api/v1/health"):
        assert api.client.get(path).headers["cache-control"] == "no-store"
