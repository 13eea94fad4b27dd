"""A demonstration, played once for a module of tests, and one that is served beside its bank."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

import pytest
from fastapi import FastAPI

from service.bootstrap.worker import open_worker
from service.demo.bank import DemoBank
from service.demo.pages.entry import EntryPage
from service.demo.pages.guard import DemoGuard
from service.demo.run import SLUG, Demonstration
from service.demo.school.life import beginning
from service.demo.site import make_entry_page
from service.settings import Settings
from service.web.app import create_app
from service.web.server import Server
from service.worker.worker import Worker
from tests.kit.api_server import address_of, free_port, run_server

_PATIENCE: Final = 20.0


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """One demonstration, on a server of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("COOPLEDGER_VAULT_KEY", raising=False)
        settings = Settings(data_dir=tmp_path_factory.mktemp("demo"), database_url=None, secure_cookies=False)
        played = Demonstration(settings)
        yield played
        played.close()


@dataclass
class ServedDemonstration:
    """A demonstration on line: its address, its bank's, and what it is made of."""

    demonstration: Demonstration
    url: str
    bank: DemoBank
    door: EntryPage
    worker: Worker

    @cached_property
    def application(self) -> FastAPI:
        """The same application, without a server: a request to it can come from anywhere."""
        return create_app(self.demonstration.runtime, self.worker, closes=False, before=[self.door.router()])


@pytest.fixture(scope="module")
def served(demonstration: Demonstration) -> Iterator[ServedDemonstration]:
    """The demonstration on line, as the command serves it."""
    runtime = demonstration.runtime
    with free_port() as held:
        guard = DemoGuard(runtime)
        bank = DemoBank(address_of(held), 0, guard, beginning(datetime.now(UTC))).start()
        worker = open_worker(runtime, bank.settings())
        door = make_entry_page(demonstration, worker, bank, guard, demonstration.documents())
        assert demonstration.projectors.wait_for(SLUG, demonstration.opened.ledger.store.head()[0], _PATIENCE)
        server = Server(runtime, "127.0.0.1", 0, worker, closes=False, before=[door.router()])
        with run_server(server, held) as url:
            yield ServedDemonstration(demonstration, url, bank, door, worker)
        worker.close()
        bank.close()
