"""What subjects are given: how long they may take, a folder, servers, and a long log that several of them share."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self, TypeVar

from adapters.local_postgres import LocalPostgres
from benchmarks.ground.ledger import Ground
from benchmarks.ground.long_log import LongLog

T = TypeVar("T")


class Bench:
    """One run of the benchmarks; with ``quick`` rounds are shorter and fewer, and logs shorter."""

    def __init__(self, *, quick: bool) -> None:
        """Make a folder, to be removed at the end."""
        self.quick = quick
        self._opened = ExitStack()
        self.folder = Path(self._opened.enter_context(tempfile.TemporaryDirectory(prefix="coopledger-bench-")))
        # Postgres runs as another account than root, and must reach its folder.
        self.folder.chmod(0o711)
        self._shared: ExitStack | None = None
        self._ground: Ground | None = None
        self._log: LongLog | None = None

    def choose(self, full: T, quick: T) -> T:
        """Return one of two values, by how long this run may take."""
        return quick if self.quick else full

    @contextmanager
    def postgres(self, name: str) -> Iterator[LocalPostgres]:
        """Run a durable server of its own for one subject; nothing of it is left."""
        server = LocalPostgres(self.folder / name, durable=True)
        server.start()
        try:
            yield server
        finally:
            server.destroy()

    @property
    def ground(self) -> Ground:
        """The server and ledger that the subjects of the ledger share, started when it is first asked for."""
        if self._ground is None:
            self._shared = ExitStack()
            self._ground = self._shared.enter_context(Ground(self.folder / "ground"))
        return self._ground

    @property
    def long_log(self) -> LongLog:
        """The ground with a long log, which is made once."""
        if self._log is None:
            self._log = LongLog(self.ground, quick=self.quick)
        return self._log

    def leave_ground(self) -> None:
        """Stop the shared server: what comes next must not meet what it does in the background."""
        if self._shared is not None:
            self._shared.close()
        self._shared = self._ground = self._log = None

    def close(self) -> None:
        """Stop what runs, and remove the folder."""
        self.leave_ground()
        self._opened.close()

    def __enter__(self) -> Self:
        """Measure for a while."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing."""
        self.close()
