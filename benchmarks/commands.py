"""Accepting contributions: through the bus, against raw one-row commits and against the bare library."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Final, TypeVar
from uuid import UUID, uuid4

import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from psycopg.conninfo import conninfo_to_dict

from benchmarks.bench_ledger import NOW, Ground
from benchmarks.figures import Figure, Run, compare, interleave, run_of
from domain.aggregate import Stamp
from domain.campaign.basket import Child, PlaceContribution

T = TypeVar("T")
_PAYLOAD: Final = b"x" * 420
"""As many bytes as the canonical content of a placed contribution."""
_AHEAD: Final = 12_000
"""What is prepared for each second of a round: more than any subject accepts on two cores."""


def _prepared(make: Callable[[], T], clients: int, seconds: float) -> Iterator[T]:
    """What one client will ask, made before its round begins: what is measured is the accepting, not the asking."""
    ready = [make() for _ in range(int(_AHEAD * seconds / clients))]
    return chain(ready, iter(make, None))


def accept(ground: Ground, campaigns: list[UUID], clients: int, seconds: float) -> Run:
    """Let clients place contributions through the bus, each waiting for its outcome; every one has a key."""

    def load_of(number: int) -> Iterator[tuple[PlaceContribution, str]]:
        campaign_id = campaigns[number % len(campaigns)]
        return _prepared(lambda: (_basket(campaign_id), uuid4().hex), clients, seconds)

    loads = [load_of(number) for number in range(clients)]

    async def load() -> list[float]:
        latencies: list[float] = []
        end = time.perf_counter() + seconds

        async def client(asked: Iterator[tuple[PlaceContribution, str]]) -> None:
            while (begun := time.perf_counter()) < end:
                command, key = next(asked)
                await ground.ledger.bus.do(command, key=key)
                latencies.append(time.perf_counter() - begun)

        await asyncio.gather(*map(client, loads))
        return latencies

    return run_of(asyncio.run(load()), seconds)


def _basket(campaign_id: UUID) -> PlaceContribution:
    child = Child(participant_id=uuid4(), class_label="CP A", tariff_id="enfant", cents=12_00)
    return PlaceContribution(
        stream_id=campaign_id,
        stamp=Stamp(at=NOW, by="bench"),
        contribution_id=uuid4(),
        payer_id=uuid4(),
        commitment="c" * 64,
        terms_version="1",
        children=(child,),
        tip_cents=96,
    )


def _threads(clients: int, seconds: float, make: Callable[[], Callable[[], None]]) -> Run:
    """Run blocking clients in threads, each repeating its own operation."""
    latencies: list[float] = []
    ready = threading.Barrier(clients)

    def work() -> None:
        operation = make()
        operation()
        mine: list[float] = []
        ready.wait()
        end = time.perf_counter() + seconds
        while (begun := time.perf_counter()) < end:
            operation()
            mine.append(time.perf_counter() - begun)
        latencies.extend(mine)

    workers = [threading.Thread(target=work) for _ in range(clients)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return run_of(latencies, seconds)


def raw_inserts(url: str, clients: int, seconds: float) -> Run:
    """Commit one row at a time on as many connections as clients: what a plain, durable table takes."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS raw (id uuid PRIMARY KEY, body bytea, at timestamptz DEFAULT now())"
        )
    opened: list[psycopg.Connection] = []

    def make() -> Callable[[], None]:
        connection = psycopg.connect(url, autocommit=True)
        opened.append(connection)

        ids = _prepared(uuid4, clients, seconds)

        def insert() -> None:
            connection.execute("INSERT INTO raw (id, body) VALUES (%s, %s)", (next(ids), _PAYLOAD), prepare=True)

        return insert

    try:
        return _threads(clients, seconds, make)
    finally:
        for connection in opened:
            connection.close()


class Basket(Aggregate):
    """The bare library's own way: one aggregate with one event a contribution."""

    @event("Opened")
    def __init__(self) -> None:
        """Begin."""
        self.cents = 0

    @event("Placed")
    def place(self, contribution_id: str, payload: str) -> None:
        """Take a contribution."""
        self.last = contribution_id
        self.cents += len(payload)


def library_application(url: str) -> Application[UUID]:
    """Make the library's application with its default Postgres recorder, in its own schema."""
    given = conninfo_to_dict(url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS library")
    return Application(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": str(given["dbname"]),
            "POSTGRES_HOST": str(given["host"]),
            "POSTGRES_PORT": str(given.get("port", 5432)),
            "POSTGRES_USER": str(given["user"]),
            "POSTGRES_PASSWORD": "",
            "POSTGRES_SCHEMA": "library",
            "POSTGRES_POOL_SIZE": "16",
            "POSTGRES_MAX_OVERFLOW": "40",
        }
    )


def library_saves(application: Application[UUID], clients: int, seconds: float) -> Run:
    """Save one event at a time with the bare library, each client on its own aggregate kept in memory."""

    def make() -> Callable[[], None]:
        basket = Basket()
        application.save(basket)

        ids = _prepared(lambda: uuid4().hex, clients, seconds)

        def save() -> None:
            basket.place(next(ids), "x" * 250)
            application.save(basket)

        return save

    return _threads(clients, seconds, make)


def measure_accepting(ground: Ground, *, rounds: int, seconds: float) -> list[Figure]:
    """Measure 48 clients on different campaigns and on one, and one lone client, beside their rivals."""
    many = [ground.campaign() for _ in range(48)]
    library = library_application(ground.url)
    subjects = {
        "raw 48": lambda: raw_inserts(ground.url, 48, seconds),
        "different": lambda: accept(ground, many, 48, seconds),
        "same": lambda: accept(ground, many[:1], 48, seconds),
        "library 48": lambda: library_saves(library, 48, seconds),
        "raw 1": lambda: raw_inserts(ground.url, 1, seconds),
        "lone": lambda: accept(ground, many[:1], 1, seconds),
    }
    runs = interleave(subjects, rounds)
    library.close()
    raw = "48 psycopg connections, one-row commits"
    bare = "the bare library's app.save, 48 threads"
    return [
        *compare("accept, 48 clients, 48 campaigns", runs, "different", "raw 48", raw, "≥ 1.0"),
        *compare("accept, 48 clients, 1 campaign", runs, "same", "raw 48", raw, "≥ 1.0"),
        *compare("accept, 48 clients, 48 campaigns (library)", runs, "different", "library 48", bare, "≥ 10")[:1],
        *compare("accept, 1 client", runs, "lone", "raw 1", "1 psycopg connection, one-row commits", "≥ 0.4")[:1],
    ]
