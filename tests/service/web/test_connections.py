"""Who sends slowly, or reads nothing, loses the connection; nothing else happens, and no error is logged."""

from __future__ import annotations

import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from http.client import HTTPResponse
from typing import Final
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs

from service.http.bounds import body_size
from service.http.bounds.concurrency import ConcurrencyLimit
from service.runtime.runtime import Runtime
from service.settings import Settings
from service.web import connections
from service.web.connections import ConnectionBounds
from service.web.server import Server
from tests.kit.api_server import ApiServer, run_server, worker_without_provider
from tests.kit.waiting import wait_until
from tests.service.web.conftest import PROXY, DeployedServer

HALF_A_HEAD: Final = b"GET /api/v1/health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
HALF_A_BODY: Final = (
    b"POST /ad06/compte/connexion HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 100\r\n\r\nemail=a"
)
WHOLE: Final = b"GET /api/v1/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.fixture
def server(api: ApiServer) -> Iterator[tuple[Server, tuple[str, int]]]:
    """A server of its own, and where it listens."""
    with Runtime(Settings(), None, api.database_url) as runtime:
        server = Server(runtime, "127.0.0.1", 0, worker_without_provider(runtime), closes=False)
        with run_server(server) as url:
            where = urlsplit(url)
            assert where.hostname is not None
            assert where.port is not None
            yield server, (where.hostname, where.port)


def send(stack: ExitStack, where: tuple[str, int], begun: bytes, count: int) -> list[socket.socket]:
    """Open connections and send the beginning of a request on each."""
    opened = [stack.enter_context(socket.create_connection(where, timeout=10)) for _ in range(count)]
    for one in opened:
        one.sendall(begun)
    return opened


def is_closed(connection: socket.socket) -> bool:
    """Whether the server closed a connection, whatever it said before."""
    try:
        while connection.recv(65_536):
            pass
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False
    return True


def status_of(connection: socket.socket) -> int:
    """Read one whole answer, and return its status."""
    with HTTPResponse(connection) as answer:
        answer.begin()
        answer.read()
        return answer.status


def test_400_half_sent_requests_are_closed_and_cost_no_error_line(
    server: tuple[Server, tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    running, where = server
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.5)
    monkeypatch.setattr(body_size, "BODY_SECONDS", 0.5)
    with capture_logs() as lines, ExitStack() as stack:
        held = send(stack, where, HALF_A_HEAD, 200) + send(stack, where, HALF_A_BODY, 200)
        assert all(is_closed(one) for one in held)
        wait_until(lambda: not running.server_state.connections and not running.server_state.tasks)
    assert [line for line in lines if line["log_level"] not in {"info", "debug"}] == []
    assert running.bounds.limit.count == 0


def test_visitors_who_leave_in_the_middle_of_a_body_cost_no_error_line(
    server: tuple[Server, tuple[str, int]],
) -> None:
    running, where = server
    with capture_logs() as lines:
        with ExitStack() as stack:
            send(stack, where, HALF_A_BODY, 20)
            wait_until(lambda: len(running.server_state.tasks) == 20)
        wait_until(lambda: not running.server_state.tasks)
    assert [line for line in lines if line["log_level"] not in {"info", "debug"}] == []


def test_a_byte_now_and_then_does_not_prolong_a_head(
    server: tuple[Server, tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, where = server
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.5)
    with socket.create_connection(where, timeout=5) as slow:
        began = time.monotonic()
        with suppress(ConnectionError):
            while time.monotonic() - began < 5:
                slow.sendall(b"G")
                time.sleep(0.05)
    assert time.monotonic() - began < 2


def test_the_second_request_of_a_connection_has_its_time_too(
    server: tuple[Server, tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, where = server
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.5)
    with socket.create_connection(where, timeout=5) as kept:
        kept.sendall(WHOLE)
        assert status_of(kept) == 200
        kept.sendall(HALF_A_HEAD)
        assert is_closed(kept)


def test_a_whole_request_is_not_hurried_and_the_connection_is_kept(
    server: tuple[Server, tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, where = server
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.3)
    with socket.create_connection(where, timeout=5) as kept:
        for _ in range(2):
            kept.sendall(WHOLE)
            assert status_of(kept) == 200
            time.sleep(0.5)


def test_a_file_may_take_longer_than_a_form() -> None:
    assert body_size.body_seconds("/ad06/paniers/token/informations") == 300
    assert body_size.body_seconds("/api/v1/ad06/campaigns/some/attachments") == 300
    assert body_size.body_seconds("/api/v1/ad06/coops") == 30
    assert (connections.HEAD_SECONDS, connections.KEEP_ALIVE_SECONDS) == (10, 5)


def test_who_reads_nothing_of_a_long_answer_loses_the_connection(
    deployed: DeployedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "READ_SECONDS", 0.3)
    where = urlsplit(deployed.url)
    with socket.socket() as idle:
        idle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        idle.connect((where.hostname, where.port))
        idle.sendall(b"GET /long HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        wait_until(lambda: len(deployed.server.server_state.tasks) == 1)
        wait_until(lambda: not deployed.server.server_state.tasks)
        assert deployed.server.bounds.limit.count == 0


def test_more_connections_than_there_is_room_for_are_refused(server: tuple[Server, tuple[str, int]]) -> None:
    running, where = server
    running.bounds.limit = ConcurrencyLimit(total=3, per_address=2)
    with ExitStack() as stack:
        held = send(stack, where, b"", 3)
        assert status_of(held[2]) == 503
        wait_until(lambda: running.bounds.limit.count == 2)
        held[0].close()
        wait_until(lambda: running.bounds.limit.count == 1)
        (again,) = send(stack, where, WHOLE, 1)
        assert status_of(again) == 200


def test_connections_of_our_proxy_bring_many_visitors_and_count_in_all_only(deployed: DeployedServer) -> None:
    bounds = deployed.server.bounds
    assert bounds.owner((PROXY, 1)) is None
    assert bounds.owner(("127.0.0.1", 1)) == "127.0.0.1"
    assert ConnectionBounds(()).owner((PROXY, 1)) == PROXY


def test_there_are_never_more_connections_than_the_system_has_files_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, 1_024))
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: asked.append(limits))
    assert connections.connections_allowed() == 1_024 - 256
    assert asked == [(1_024, 1_024)]
