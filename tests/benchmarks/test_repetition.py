"""Clients that repeat a request until it is accepted, and what is found where a contribution is not as it was said."""

from __future__ import annotations

import json
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

import pytest

from benchmarks.load.job import Job
from benchmarks.load.repeated import Acknowledged, repeated_load
from benchmarks.subjects.web.contribution import place_request
from benchmarks.subjects.web.postgres_kill import PlacedAt, faults
from domain.events.base import Line
from domain.events.contribution import ContributionPlaced

CLIENTS: Final = 3
LATER, END, FINE = "503", "the end of the connection", "201"


@dataclass
class Server:
    """A server that answers each request the first times as it is told, and then accepts it."""

    answers: tuple[str, ...]
    keys: Counter[str] = field(default_factory=Counter)
    created: dict[str, UUID] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self, key: str) -> str:
        """How this time is answered."""
        with self.lock:
            times = self.keys[key]
            self.keys[key] += 1
            self.created[key] = uuid5(NAMESPACE_OID, key)
        return self.answers[times] if times < len(self.answers) else FINE


@contextmanager
def serving(server: Server) -> Iterator[int]:
    """Run it for a while; give its port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            key = self.headers["Idempotency-Key"]
            self.rfile.read(int(self.headers["Content-Length"]))
            answer = server.next(key)
            if answer == END:
                self.close_connection = True
                return
            body = json.dumps({"ids": {"contribution_id": str(server.created[key])}, "position": 7}).encode()
            self.send_response(int(answer))
            self.send_header("Retry-After", "0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running.server_address[1]
        running.shutdown()


def test_each_request_is_sent_with_its_key_until_it_is_accepted() -> None:
    server = Server((LATER, END, LATER))
    with serving(server) as port, repeated_load(Job(port, CLIENTS, [place_request("/contributions")])) as load:
        came = load.end()
    assert len(came.acknowledged) >= CLIENTS
    assert {one.id: one.position for one in came.acknowledged} == dict.fromkeys(server.created.values(), 7)
    assert len(server.created) == len(came.acknowledged)
    assert min(one.sent for one in came.acknowledged) == 4
    assert came.unanswered >= len(came.acknowledged)
    sent = came.put_off + came.unanswered + len(came.acknowledged)
    assert sent == sum(one.sent for one in came.acknowledged) == server.keys.total()


def test_an_answer_that_the_api_must_not_give_ends_it_and_is_told() -> None:
    with (
        serving(Server(("422",))) as port,
        pytest.raises(subprocess.CalledProcessError) as failed,
        repeated_load(Job(port, CLIENTS, [place_request("/contributions")])) as load,
    ):
        load.end()
    assert "422" in failed.value.stderr


def placed(position: int) -> PlacedAt:
    """A contribution with one child."""
    line = Line(line=1, participant_id=uuid4(), class_code="CP-A", tariff_id="t1", cents=12_00)
    event = ContributionPlaced(
        at=datetime(2026, 9, 1, tzinfo=UTC),
        by="test",
        contribution_id=uuid4(),
        payer_id=uuid4(),
        commitment="0" * 64,
        lines=(line,),
        tip_cents=0,
        means="card",
        instalments=1,
        terms_version="1",
    )
    return PlacedAt(position, 0.0, event)


THOSE: Final = [placed(number) for number in range(1, 4)]
SAID: Final = [Acknowledged(one.event.contribution_id, one.position, 1) for one in THOSE]
PEOPLE: Final = frozenset(person for one in THOSE for person in one.people)
NAME: Final = SAID[1].id


def test_what_is_there_as_it_was_acknowledged_has_no_fault() -> None:
    assert faults(THOSE, SAID, PEOPLE) == []


@pytest.mark.parametrize(
    ("there", "said", "known", "fault"),
    [
        ([THOSE[0], THOSE[2]], SAID, PEOPLE, "lost"),
        ([*THOSE, THOSE[1]], SAID, PEOPLE, "twice"),
        (THOSE, [SAID[0], SAID[2]], PEOPLE, "never acknowledged"),
        (THOSE, [*SAID, SAID[1]], PEOPLE, "of two requests"),
        (THOSE, [SAID[0], SAID[1]._replace(position=9), SAID[2]], PEOPLE, "elsewhere in the log"),
        (THOSE, SAID, PEOPLE - THOSE[1].people, "without its people"),
    ],
)
def test_each_fault_of_a_contribution_is_found(
    there: list[PlacedAt], said: list[Acknowledged], known: frozenset[UUID], fault: str
) -> None:
    assert faults(there, said, known) == [f"{fault}: {NAME}"]
