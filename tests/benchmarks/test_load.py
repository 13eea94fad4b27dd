"""Clients, rivals and what is read of processes: each request is counted once, and a wrong answer ends everything."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import NamedTuple

import psycopg
import pytest

from adapters.local_postgres import LocalPostgres
from benchmarks.deployment.rival import BALANCE, PLACE, Rival, open_rival
from benchmarks.deployment.usage import busy_seconds, family_of, resident_bytes
from benchmarks.load.herd import Page, summary
from benchmarks.load.job import Job, carry_out, request
from benchmarks.load.mixture import spread
from benchmarks.subjects.web.contribution import place_request


class Bare(NamedTuple):
    """The bare route and its database."""

    rival: Rival
    database: str


@pytest.fixture(scope="module")
def bare(postgres: LocalPostgres) -> Iterator[Bare]:
    """The bare route, served."""
    with open_rival(postgres) as rival:
        yield Bare(rival, postgres.dsn("bare"))


def rows(bare: Bare) -> int:
    """How many contributions the bare route stored."""
    with psycopg.connect(bare.database) as connection:
        row = connection.execute("SELECT count(*) FROM contributions").fetchone()
    assert row is not None
    return int(row[0])


def test_a_second_of_load_stores_a_row_for_every_answer_and_one_for_each_client_before_it_counts(bare: Bare) -> None:
    before = rows(bare)
    answered = carry_out(Job(bare.rival.port, 4, [place_request(PLACE)], 1.0, status=201))
    assert rows(bare) - before == len(answered.latencies) + 4
    assert len(answered.latencies) >= 4
    assert answered.seconds >= 1.0
    assert 0 < max(answered.latencies) <= answered.seconds
    assert 0 < answered.busy < answered.seconds


def test_requests_that_are_sent_once_are_sent_once(bare: Bare) -> None:
    before = rows(bare)
    answered = carry_out(Job(bare.rival.port, 3, [place_request(PLACE)] * 10, status=201, once=True))
    assert (rows(bare) - before, len(answered.latencies)) == (10, 10)


def test_what_is_read_is_the_sum_of_two_hundred_rows(bare: Bare) -> None:
    answered = carry_out(Job(bare.rival.port, 2, [request("GET", BALANCE, {})] * 4, once=True))
    assert len(answered.latencies) == 4


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        (request("GET", "/nowhere", {}), 200, "answered HTTP/1.1 404 Not Found and not 200"),
        (request("POST", PLACE, {"Content-Type": "application/json"}, "{}"), 201, "422"),
    ],
)
def test_a_wrong_answer_ends_everything_and_is_told(bare: Bare, asked: str, status: int, told: str) -> None:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        carry_out(Job(bare.rival.port, 2, [asked], 0.1, status=status))
    assert told in failed.value.stderr


def test_every_request_has_a_key_of_its_own_and_says_how_long_it_is() -> None:
    asked = place_request("/contributions")
    head, _, body = asked.partition("\r\n\r\n")
    assert f"Content-Length: {len(body.encode())}" in head
    assert "Idempotency-Key: {key-of-32-letters-and-digits---}" in head


def page(*told: tuple[int, float]) -> Page:
    """A page that was told of positions at instants."""
    one = Page({})
    one.positions, one.instants = [position for position, _ in told], [at for _, at in told]
    return one


def test_a_page_shows_a_payment_when_it_is_told_of_its_position_or_a_later_one() -> None:
    one = page((10, 1.0), (14, 2.0), (15, 3.0))
    assert [one.waited(position, 0.5) for position in (9, 10, 11, 14, 15, 16)] == [0.5, 0.5, 1.5, 1.5, 2.5, None]


def test_what_a_page_is_never_told_counts_as_the_whole_patience() -> None:
    told = summary([page((10, 1.0)), page((12, 2.0))], [(10, 0.9), (12, 1.0)])
    assert told == {"p50": 1.1, "p99": 120.0, "missed": 1}


def test_the_time_of_a_process_holds_that_of_the_processes_it_started() -> None:
    spin = "import time\nwhile time.process_time() < 0.35: pass"
    script = (
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {spin!r}]); print('done', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "done\n"
        assert busy_seconds(running.pid) >= 0.3
        assert resident_bytes(running.pid) > 1_000_000
        running.communicate("\n")


def test_the_family_of_a_process_is_itself_and_all_that_it_started_as_long_as_they_run() -> None:
    inner = "import os; print(os.getpid(), flush=True); input()"
    script = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}], check=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        child = int(running.stdout.readline())
        assert family_of(running.pid) == {running.pid, child}
        running.communicate("\n\n")
    assert family_of(running.pid) == set()


def test_what_is_asked_in_a_second_is_mixed_evenly() -> None:
    assert spread({"write": 2, "read": 4}) == ["read", "write", "read", "read", "write", "read"]
