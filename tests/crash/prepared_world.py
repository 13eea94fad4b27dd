"""The ground of the crash tests: a world as it was before a scenario, as often as wanted, and services that run in it.

The sandbox runs here, so that it survives them. Before each attempt it is put back to the state it had, its clock as
well, and the database is a copy of a template.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg
from psycopg.sql import SQL, Identifier

from adapters.local_postgres import LocalPostgres
from adapters.stripe_sandbox.state import State
from adapters.stripe_sandbox.testing import SandboxServer
from tests.crash.payments_driver import Job, RunOutcome
from tests.crash.scenarios import SCENARIOS
from tests.kit.association import found_association
from tests.kit.service_world import open_world

_ROOT: Final = Path(__file__).resolve().parents[2]
_NOT_MONEY: Final = frozenset({"event", "v2.core.event"})
_numbers = itertools.count(1)


class ServiceForker:
    """A process that forks services; see ``payments_driver``."""

    def __init__(self, sandbox: str) -> None:
        """Start it, for services before a sandbox."""
        words = [sys.executable, "-m", "tests.crash.payments_driver", sandbox]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(words, cwd=_ROOT, stdin=pipe, stdout=pipe, text=True, env=dict(os.environ))

    def life(self, job: Job) -> RunOutcome:
        """Have a service do a job, and return what became of it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(msgspec.json.encode(job).decode() + "\n")
        self._process.stdin.flush()
        return msgspec.json.decode(self._process.stdout.readline(), type=RunOutcome)

    def close(self) -> None:
        """End it."""
        self._process.communicate(timeout=30)


Objects = Counter[tuple[str, int]]
"""Objects of the provider by kind and cents, as often as they are there."""


class PreparedWorld:
    """A world before a scenario."""

    def __init__(self, postgres: LocalPostgres, sandbox: SandboxServer, forker: ServiceForker, scenario: str) -> None:
        """Found the world, keep it as a template, and remember the sandbox's state and instant."""
        self.sandbox = sandbox
        self._postgres, self._forker, self._scenario = postgres, forker, scenario
        sandbox.do("/reset")
        self._template = self._create("template0")
        found_association(postgres.dsn(self._template))
        with open_world(postgres.dsn(self._template), sandbox) as world:
            contribution_id = SCENARIOS[scenario].prepare(world)
            self._world = world.coop_id, world.campaign_id, contribution_id
        self._instant = sandbox.sandbox.instant()
        self._state = msgspec.json.encode(sandbox.sandbox.state)
        # Copying takes as long as a service lives: the next copy is made meanwhile.
        self._copyist = ThreadPoolExecutor(1)
        self._next = self._copyist.submit(self._create, self._template)

    def _create(self, template: str) -> str:
        name = f"crash_{next(_numbers)}"
        with psycopg.connect(self._postgres.dsn(), autocommit=True) as connection:
            create = SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
            connection.execute(create.format(Identifier(name), Identifier(template)))
        return name

    def _drop(self, name: str) -> None:
        with psycopg.connect(self._postgres.dsn(), autocommit=True) as connection:
            connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))

    @contextmanager
    def fresh(self) -> Iterator[Job]:
        """Give a job in a copy of the world, the sandbox put back."""
        state = msgspec.json.decode(self._state, type=State)
        state.offset = self._instant - time.time()
        self.sandbox.sandbox.state = state
        name, self._next = self._next.result(), self._copyist.submit(self._create, self._template)
        coop_id, campaign_id, contribution_id = self._world
        yield Job(self._scenario, self._postgres.dsn(name), coop_id, campaign_id, contribution_id)
        self._drop(name)

    def live(self, job: Job, deadly: int | None = None) -> RunOutcome:
        """Have a service do a job; it dies at a point, if one is given."""
        return self._forker.life(msgspec.structs.replace(job, deadly=deadly))

    def outside(self) -> Objects:
        """What the provider holds now."""
        objects = self.sandbox.sandbox.state.objects
        kinds = {kind: table for kind, table in objects.items() if kind not in _NOT_MONEY}
        return Counter((kind, _cents(one)) for kind, table in kinds.items() for one in table.values())

    def close(self) -> None:
        """Throw the template away, and the copy that was not used."""
        self._drop(self._next.result())
        self._copyist.shutdown()
        self._drop(self._template)


def _cents(thing: dict[str, Any]) -> int:
    amount = thing.get("amount", thing.get("amount_total"))
    return amount if isinstance(amount, int) else 0
