"""A test fails where a thread asks a pool for a connection while it holds one: as many callers would wait for good."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from psycopg import Connection

from adapters.connections import Pool
from adapters.jobs import lanes


class _Held(threading.local):
    """The pools of which this thread holds a connection, with where it asked."""

    def __init__(self) -> None:
        self.pools: dict[int, str] = {}


def refuse_second_connections(patch: pytest.MonkeyPatch) -> None:
    """Have a pool refuse a second connection to a thread; one that carries lanes is the process's, not a thread's."""
    lend, held = Pool.connection, _Held()

    @contextmanager
    def counted(pool: Pool, where: str, **given: Any) -> Iterator[Connection[Any]]:  # noqa: ANN401 - passed on
        before = held.pools.get(id(pool))
        assert before is None, f"{where} asks for a second connection while {before} holds one"
        held.pools[id(pool)] = where
        try:
            with lend(pool, **given) as connection:
                yield connection
        finally:
            del held.pools[id(pool)]

    def connection(pool: Pool, **given: Any) -> AbstractContextManager[Connection[Any]]:  # noqa: ANN401 - passed on
        caller = sys._getframe(1)
        module = caller.f_globals["__name__"]
        if module == lanes.__name__ or module.startswith("tests."):
            return lend(pool, **given)
        return counted(pool, f"{module}:{caller.f_lineno}", **given)

    patch.setattr(Pool, "connection", connection)
