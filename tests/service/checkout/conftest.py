"""A town whose service is on line: the sandbox notifies it, workers work, read models follow."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from service.jobs.workshop import Workers
from service.projectors import Projectors
from tests.adapters.stripe_sandbox.serving import SECRETS, serve
from tests.service.payments.town import Town, found_town
from tests.service.serving import on_line


@dataclass
class OnLine:
    """A town and the address of its service."""

    town: Town
    url: str
    database: str

    def address(self, contribution_id: object) -> str:
        """Where a family sees its contribution."""
        return f"/ad06/contributions/{self.town.campaign_id}/{contribution_id}"


@pytest.fixture
def online(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[OnLine]:
    """The service on line, heard by the sandbox."""
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", base64.b64encode(bytes(range(32))).decode())
    with serve(fee_delay=1) as sandbox, found_town(database, sandbox) as town:
        projectors = Projectors(town.runtime)
        workers = Workers(town.workshop, hands=2)
        try:
            with on_line(town.runtime, town.workshop) as url:
                for kind, secret in SECRETS.items():
                    told = f"{url}/provider/notifications/{kind}"
                    sandbox.do("/endpoints", url=told, secrets=[secret], kind=kind)
                yield OnLine(town, url, database)
        finally:
            workers.close()
            projectors.close()
