"""kill -9 of Postgres again and again under load: no answer is a crash, nothing acknowledged is lost, nothing twice."""

from __future__ import annotations

import itertools
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple, Self
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from psycopg.sql import SQL
from structlog.testing import capture_logs

from adapters.local_postgres import LocalPostgres
from domain.events.coop import CoopRegistered
from domain.rights.roles import Role
from service.associations import open_association
from service.closings.runner import ClosingThread
from service.retention.runner import RetentionThread
from service.runtime.projectors import Projectors
from service.runtime.runtime import Runtime
from service.settings import Settings
from service.worker.clocks import machine_clock
from tests.kit.api_server import SLUG, run_web_server
from tests.kit.association import VAULT_KEY
from tests.kit.members.access import give_access
from tests.kit.run.extent import Extent
from tests.projections.whole_log import verify_chain

_EVERY: Final = 0.05
"""Seconds between two requests: twenty a second."""
_CALM: Final = 3.5
"""Seconds between two restarts."""
_AFTER: Final = 2.0
"""How much longer than the restart itself the slowest of a hundred answers may take, in seconds."""
_FINE: Final = frozenset({200, 201, 503})
_IDENTITY: Final = {"name": "Coop", "school": "école", "town": "Nice"}


class Answer(NamedTuple):
    """How a request ended: what, when it was sent, how long it took, the status, and what a write came to."""

    kind: str
    sent: float
    seconds: float
    status: int
    position: int | None


class Load:
    """Twenty requests a second, reads and writes in turn, until stopped; a refused write is sent again with its key."""

    def __init__(self, address: str, token: str) -> None:
        """Prepare it."""
        self.answers: list[Answer] = []
        self.keys: dict[str, UUID] = {}
        self._client = httpx2.Client(base_url=address, timeout=60, headers={"Authorization": f"Bearer {token}"})
        self._stopping = threading.Event()
        self._threads = ThreadPoolExecutor(60)
        self._pacer = threading.Thread(target=self._pace)

    def __enter__(self) -> Self:
        """Begin."""
        self._pacer.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Send nothing new, and wait for what is under way."""
        self._stopping.set()
        self._pacer.join()
        self._threads.shutdown()
        self._client.close()

    def _pace(self) -> None:
        for number in itertools.count():
            if self._stopping.wait(_EVERY):
                return
            self._threads.submit(self._read if number % 2 else self._write, number)

    def _read(self, number: int) -> None:
        if number % 4 == 1:
            self._send("read", "GET", f"/api/v1/{SLUG}/coops")
        else:
            self._send("page", "GET", f"/{SLUG}/confidentialite", headers={"Accept": "text/html"})

    def _write(self, number: int) -> None:
        """Open a coop; after a 503 wait as long as it says, and send the same again."""
        key, body = f"coop-{number}-of-this-run", {**_IDENTITY, "affiliation_number": str(number)}
        while True:
            answer = self._send("write", "POST", f"/api/v1/{SLUG}/coops", json=body, headers={"Idempotency-Key": key})
            if answer.status_code == 201:
                self.keys[key] = UUID(answer.json()["stream_id"])
            if answer.status_code != 503:
                return
            time.sleep(float(answer.headers["retry-after"]))

    def _send(self, kind: str, method: str, path: str, **more: Any) -> httpx2.Response:  # noqa: ANN401 - as given
        sent = time.monotonic()
        answer = self._client.request(method, path, **more)
        position = answer.json()["position"] if answer.status_code == 201 else None
        self.answers.append(Answer(kind, sent, time.monotonic() - sent, answer.status_code, position))
        return answer


@pytest.fixture
def server() -> Iterator[LocalPostgres]:
    """A server of our own, durable: it will be killed."""
    server = LocalPostgres(Path(tempfile.mkdtemp(prefix="coopledger-restarts-")), durable=True)
    try:
        server.start()
        with psycopg.connect(server.dsn(), autocommit=True) as connection:
            connection.execute(SQL("CREATE DATABASE served"))
        yield server
    finally:
        server.destroy()


def test_no_answer_is_a_crash_and_nothing_acknowledged_is_lost(
    server: LocalPostgres, extent: Extent, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", VAULT_KEY)
    url, association_id = server.dsn("served"), uuid4()
    at = datetime(2026, 9, 1, tzinfo=UTC)
    open_association(
        url, association_id=association_id, slug=SLUG, name="OCCE", siren="123456782", demo=True, at=at, by="test"
    )
    restarts: list[tuple[float, float]] = []
    with ExitStack() as stack:
        runtime = stack.enter_context(Runtime(Settings(secure_cookies=False, data_dir=tmp_path), None, url))
        projectors = Projectors(runtime)
        stack.callback(projectors.close)
        stack.enter_context(RetentionThread(runtime, machine_clock))
        stack.enter_context(ClosingThread(runtime, None, machine_clock))
        ledger = runtime.ledger(SLUG).ledger
        token = give_access(ledger, url, Role.TREASURER)
        address = stack.enter_context(run_web_server(runtime))
        lines = stack.enter_context(capture_logs())
        with Load(address, token) as load:
            for _ in range(extent.count(ci=2, long=20)):
                time.sleep(_CALM)
                began = time.monotonic()
                server.kill()
                server.start()
                restarts.append((began, time.monotonic()))
            time.sleep(_CALM)
        head, _ = ledger.store.head()
        assert projectors.wait_for(SLUG, head, 20)
        events = ledger.store.events(1, head)
    assert {answer.status for answer in load.answers} <= _FINE
    assert [line for line in lines if line["log_level"] in {"error", "critical"}] == []
    opened = {one.stream_id: one.position for one in events if isinstance(one.event, CoopRegistered)}
    positions = {answer.position for answer in load.answers if answer.position is not None}
    # Every write was acknowledged in the end: what the log holds is exactly what was said.
    assert set(load.keys.values()) == opened.keys()
    assert positions == set(opened.values())
    assert max(Counter(load.keys.values()).values()) == 1
    with psycopg.connect(url) as connection:
        assert verify_chain(connection, SLUG, association_id).sound
    assert_swift(load.answers, restarts)


def assert_swift(answers: list[Answer], restarts: list[tuple[float, float]]) -> None:
    """Whoever asked while Postgres was away had an answer soon after it was back."""
    met = [
        answer
        for answer in answers
        if any(answer.sent <= back + _AFTER and answer.sent + answer.seconds >= began for began, back in restarts)
    ]
    usual = [answer.seconds for answer in answers if answer not in met]
    longest = max(back - began for began, back in restarts)
    told = {
        "requests": len(answers),
        "met": len(met),
        "503": sum(answer.status == 503 for answer in answers),
        "longest restart": round(longest, 2),
        "p99 of the outage": round(percentile([answer.seconds for answer in met], 99), 2),
        "usual p99": round(percentile(usual, 99), 2),
    }
    print(told)  # noqa: T201 - the figures of docs/world-proof.md
    assert len({answer.kind for answer in met}) == 3
    assert told["p99 of the outage"] <= longest + _AFTER + told["usual p99"]


def percentile(values: list[float], share: int) -> float:
    """The value that so many per cent do not exceed."""
    return sorted(values)[min(len(values) - 1, len(values) * share // 100)]
