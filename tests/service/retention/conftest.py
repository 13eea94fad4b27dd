"""An installation without a payment provider, and what erasing by the rules needs of it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from service.associations import open_association
from service.demo.scenario import OPENED, DemoIds, DemoScenario
from service.runtime.projectors import Projectors
from service.runtime.runtime import Runtime
from service.settings import Settings


@pytest.fixture
def runtime(database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Runtime]:
    """The service open on an association, with no payment provider."""
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", base64.b64encode(bytes(range(32))).decode())
    known = {"slug": "ad06", "name": "OCCE 06", "siren": "123456782"}
    open_association(database, association_id=uuid4(), **known, demo=True, at=OPENED, by="test")
    with Runtime(Settings(data_dir=tmp_path), None, database) as opened:
        yield opened


@pytest.fixture
def ids(runtime: Runtime) -> DemoIds:
    """The guide's season, played and shown by the read models."""
    opened = runtime.ledger("ad06")
    played = DemoScenario(opened).play()
    projectors = Projectors(runtime)
    assert projectors.wait_for("ad06", opened.ledger.store.head()[0], 20)
    projectors.close()
    return played
