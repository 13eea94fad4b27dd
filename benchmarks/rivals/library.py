"""The bare library of event sourcing: its own application, recorder and aggregate."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from benchmarks.figures import Run
from benchmarks.load.threads import prepared, run_threads


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


def library_environment(url: str, schema: str) -> dict[str, str]:
    """Make an empty schema, and return the library's settings for its default Postgres recorder in it."""
    given = conninfo_to_dict(url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(Identifier(schema)))
        connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(schema)))
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(given["dbname"]),
        "POSTGRES_HOST": str(given["host"]),
        "POSTGRES_PORT": str(given.get("port", 5432)),
        "POSTGRES_USER": str(given["user"]),
        "POSTGRES_PASSWORD": "",
        "POSTGRES_SCHEMA": schema,
    }


def library_application(url: str) -> Application[UUID]:
    """Make the library's application, with connections for all clients."""
    pool = {"POSTGRES_POOL_SIZE": "16", "POSTGRES_MAX_OVERFLOW": "40"}
    return Application(env=library_environment(url, "library") | pool)


def library_saves(application: Application[UUID], clients: int, seconds: float) -> Run:
    """Save one event at a time with the bare library, each client on its own aggregate kept in memory."""

    def make() -> Callable[[], None]:
        basket = Basket()
        application.save(basket)

        ids = prepared(lambda: uuid4().hex, clients, seconds)

        def save() -> None:
            basket.place(next(ids), "x" * 250)
            application.save(basket)

        return save

    return run_threads(clients, seconds, make)
