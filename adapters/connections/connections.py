"""The pools of a process: one per database and role, shared by all associations in it (ADR 41)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, Self

from psycopg.conninfo import conninfo_to_dict

from adapters.connections.pool import Pool
from adapters.postgres import DatabaseRole

_SIZES: Final = {
    DatabaseRole.APP.value: 5,
    DatabaseRole.VAULT.value: 3,
    DatabaseRole.WORKER.value: 4,
}
"""Connections that a role may hold at once. With three for appends and five that listen and project, at most twenty in
a process (ADR 41)."""
_OTHER: Final = 3
_WRITERS: Final = 3
_WRITERS_PATIENCE: Final = 1.0
"""Seconds that an append waits for a connection: its bus has a patience of its own, and asks again."""


class Connections:
    """Pools by connection string, made when they are first asked for, closed together."""

    def __init__(self) -> None:
        """Begin with none."""
        self._pools: dict[tuple[str, str], Pool] = {}
        self._lock = threading.Lock()

    def pool(self, conninfo: str) -> Pool:
        """Return the pool of a role on a database, as its connection string says."""
        size = _SIZES.get(str(conninfo_to_dict(conninfo).get("user")), _OTHER)
        return self._kept(("", conninfo), lambda: Pool(conninfo, size=size))

    def writers(self, conninfo: str) -> Pool:
        """Return the connections that append to the logs of a database; their statements are prepared at once."""
        return self._kept(
            ("writers", conninfo),
            lambda: Pool(
                conninfo,
                size=_WRITERS,
                patience=_WRITERS_PATIENCE,
                wait=_WRITERS_PATIENCE,
                prepare_threshold=0,
            ),
        )

    def close(self) -> None:
        """Close them all."""
        with self._lock:
            pools = list(self._pools.values())
        for pool in pools:
            pool.close()

    def _kept(self, key: tuple[str, str], make: Callable[[], Pool]) -> Pool:
        with self._lock:
            if key not in self._pools:
                self._pools[key] = make()
            return self._pools[key]

    def __enter__(self) -> Self:
        """Use them for a while."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close them."""
        self.close()
