"""Crews: everything due is handed out once, however many processes there are, and nobody takes all the places."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial

import pytest

from adapters.connections import Connections, Lender
from adapters.jobs import NewTask, Outbox, QueuedItem
from adapters.postgres import DatabaseRole, conninfo_for
from service.worker.crew import Crew, Duty
from tests.kit.waiting import wait_until

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PATIENCE = 30.0


class Process:
    """A process that works: its own connections, and what it has carried out."""

    def __init__(self, pool: Lender) -> None:
        """Carry nothing out yet; ``hold`` keeps what is begun until it is set."""
        self.outbox = Outbox(pool)
        self.began: list[QueuedItem] = []
        self.hold = threading.Event()

    def carry_out(self, item: QueuedItem) -> int:
        """Do one thing, unless another did it before its lane was ours."""
        if self.outbox.read(int(item.key), NOW) is None:
            return 0
        self.began.append(item)
        assert self.hold.wait(PATIENCE)
        self.outbox.done(item.key, NOW)
        return 1

    @contextmanager
    def working(self, places: int) -> Iterator[Crew]:
        """Work for a while."""
        duty = Duty("work", "tasks", self.outbox.lanes, partial(self.outbox.due, NOW), self.carry_out)
        crew = Crew(duty, places, _attempt, lambda _: None)
        try:
            yield crew
        finally:
            self.hold.set()
            crew.close()


def _attempt(job: Callable[[], int]) -> int:
    return job()


@pytest.fixture
def processes(database: str) -> Iterator[tuple[Process, Process]]:
    """Two processes on one database."""
    dsn = conninfo_for(database, DatabaseRole.WORKER)
    with ExitStack() as opened:
        first, second = (opened.enter_context(Connections()).pool(dsn) for _ in range(2))
        yield Process(first), Process(second)


def add(outbox: Outbox, count: int, ledger: str = "ad06", *, lane: str = "") -> None:
    """Plan things to do, each in a lane of its own unless one is given."""
    for number in range(count):
        outbox.add(ledger, NewTask("align", f"{ledger}-{lane}-{number}", lane or f"c{number}", NOW, {}))


def keys(*those: Process) -> list[int]:
    """What was begun, in all processes."""
    return [int(item.key) for one in those for item in one.began]


def test_two_processes_do_each_thing_once_and_both_do_some(processes: tuple[Process, Process]) -> None:
    first, second = processes
    add(first.outbox, 60)
    with first.working(8), second.working(8):
        wait_until(lambda: len(first.began) == len(second.began) == 6, seconds=PATIENCE)
        assert len(set(keys(first, second))) == 12
        for one in processes:
            one.hold.set()
        wait_until(lambda: first.outbox.count() == {"done": 60}, seconds=PATIENCE)
    assert sorted(keys(first, second)) == sorted(set(keys(first, second)))
    assert len(keys(first, second)) == 60


def test_what_shares_a_lane_is_begun_one_after_the_other(processes: tuple[Process, Process]) -> None:
    first, second = processes
    add(first.outbox, 5, lane="coop")
    with first.working(8), second.working(8):
        wait_until(lambda: len(keys(first, second)) == 1, seconds=PATIENCE)
        add(first.outbox, 3)
        wait_until(lambda: len(keys(first, second)) == 4, seconds=PATIENCE)
        assert Counter(item.lane for one in processes for item in one.began)["ad06:coop"] == 1
        first.hold.set()
        second.hold.set()
        wait_until(lambda: first.outbox.count() == {"done": 8}, seconds=PATIENCE)
    assert sorted(keys(first, second)) == list(range(1, 9))


def test_an_association_with_much_to_do_leaves_places_to_the_others(processes: tuple[Process, Process]) -> None:
    one, _ = processes
    add(one.outbox, 100)
    with one.working(8):
        wait_until(lambda: len(one.began) == 6, seconds=PATIENCE)
        add(one.outbox, 2, "ad83")
        wait_until(lambda: [item.ledger for item in one.began[6:]] == ["ad83"] * 2, seconds=PATIENCE)


def test_what_is_added_is_begun_when_the_crew_is_told_and_what_another_process_left_when_it_ends(
    processes: tuple[Process, Process],
) -> None:
    first, second = processes
    add(first.outbox, 1)
    with second.working(2):
        with first.outbox.lane("ad06:c0") as held:
            assert held
            add(first.outbox, 1, "ad83")
            wait_until(lambda: len(second.began) == 1, seconds=PATIENCE)
            assert second.began[0].ledger == "ad83"
        wait_until(lambda: len(second.began) == 2, seconds=PATIENCE)
