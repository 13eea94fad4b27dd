"""Very many associations in one process: twenty connections for all, and none is asked anything while nobody comes."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple
from uuid import uuid4

import httpx2
import psycopg
import pytest

from domain.rights.roles import Role
from service.associations import open_association
from service.closings.runner import ClosingThread
from service.retention.runner import RetentionThread
from service.runtime.projectors import Projectors
from service.runtime.runtime import Runtime
from service.worker.threads import WorkerThreads
from tests.adapters.connections.sessions import count_sessions
from tests.kit.api_server import run_web_server
from tests.kit.members.access import give_access
from tests.kit.run.extent import Extent
from tests.kit.service_world import ServiceWorld
from tests.kit.waiting import wait_until

_MOST: Final = 20
"""Connections of a process that does everything: serves, projects, works, closes and erases."""
_STILL: Final = 11.0
"""Seconds after which a session that does nothing has told all that it had counted."""
_IDLE: Final = 6.0
_SCANS: Final = """
SELECT coalesce(sum(coalesce(seq_scan, 0) + coalesce(idx_scan, 0)), 0)::bigint FROM pg_stat_user_tables
WHERE schemaname LIKE 'many%'
"""
_IDENTITY: Final = {"name": "Coop", "school": "école", "town": "Nice", "affiliation_number": "1"}


class Many(NamedTuple):
    """A process that serves many associations and does all their work, and how to call each."""

    runtime: Runtime
    client: httpx2.Client
    tokens: dict[str, str]
    projectors: Projectors


@pytest.fixture
def slugs(database: str, extent: Extent) -> list[str]:
    """The associations, opened as an administrator does."""
    names = [f"many{number}" for number in range(extent.count(ci=12, long=200))]
    at = datetime(2026, 9, 1, tzinfo=UTC)
    for slug in names:
        open_association(
            database, association_id=uuid4(), slug=slug, name=slug, siren="123456782", demo=True, at=at, by="test"
        )
    return names


@pytest.fixture
def many(world: ServiceWorld, slugs: list[str]) -> Iterator[Many]:
    """Everything in one process, and a treasurer for each association."""
    runtime, worker = world.runtime, world.worker
    with ExitStack() as stack:
        tokens = {
            slug: give_access(runtime.ledger(slug).ledger, runtime.database_url, Role.TREASURER) for slug in slugs
        }
        projectors = Projectors(runtime)
        stack.callback(projectors.close)
        stack.callback(WorkerThreads(worker).close)
        stack.enter_context(RetentionThread(runtime, worker.now))
        stack.enter_context(ClosingThread(runtime, worker, worker.now))
        address = stack.enter_context(run_web_server(runtime, worker))
        client = stack.enter_context(httpx2.Client(base_url=address, timeout=60))
        yield Many(runtime, client, tokens, projectors)


def scans(database: str) -> int:
    """How often any table of the associations was looked at, as Postgres counts it."""
    with psycopg.connect(database) as connection:
        row = connection.execute(_SCANS).fetchone()
    assert row is not None
    return int(row[0])


def is_still(database: str) -> bool:
    """Whether no table of any association is looked at for a while."""
    before = scans(database)
    time.sleep(_STILL)
    return scans(database) == before


def resident() -> int:
    """The memory of this process, in bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def test_twenty_connections_serve_them_all_and_idle_ones_cost_nothing(
    many: Many, slugs: list[str], database: str
) -> None:
    seen: list[int] = []
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            seen.append(count_sessions(database))

    def visit(slug: str) -> list[int]:
        """Read, write and read again."""
        headers = {"Authorization": f"Bearer {many.tokens[slug]}"}
        path = f"/api/v1/{slug}/coops"
        before = many.client.get(path, headers=headers)
        made = many.client.post(path, json=_IDENTITY, headers=headers)
        assert many.projectors.wait_for(slug, made.json()["position"], 30)
        after = many.client.get(path, headers=headers)
        assert len(after.json()) == 1
        return [before.status_code, made.status_code, after.status_code]

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        with ThreadPoolExecutor(16) as threads:
            assert {tuple(answers) for answers in threads.map(visit, slugs)} == {(200, 201, 200)}
    finally:
        done.set()
        watcher.join()
    assert 0 < max(seen) <= _MOST
    wait_until(lambda: is_still(database), seconds=120)
    before, used = scans(database), time.process_time()
    time.sleep(_IDLE)
    used = time.process_time() - used
    assert scans(database) == before
    assert count_sessions(database) <= _MOST
    print({"associations": len(slugs), "connections": max(seen), "idle processor": f"{100 * used / _IDLE:.1f} %"})  # noqa: T201


def test_an_open_association_costs_little_memory(world: ServiceWorld, slugs: list[str]) -> None:
    world.runtime.ledger(slugs[0]).head()
    before, threads = resident(), threading.active_count()
    for slug in slugs[1:]:
        world.runtime.ledger(slug).head()
    cost = (resident() - before) / (len(slugs) - 1)
    print({"associations": len(slugs), "memory of one": f"{cost / 1024:.0f} KiB"})  # noqa: T201
    assert threading.active_count() == threads
    assert cost < 512 * 1024
