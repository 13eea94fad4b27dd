"""The association of most tests: opened, or with the guide's season in it, once for each server and then copied."""

from __future__ import annotations

import base64
from typing import Final
from uuid import UUID

import pytest

from service.associations import open_association
from service.demo.scenario import DemoScenario
from service.demo.season import GUIDE
from service.runtime.projectors import Projectors
from service.runtime.runtime import Runtime
from service.settings import Settings
from tests.kit.service_world import SLUG

ASSOCIATION_ID: Final = UUID("0ad06000-0000-4000-8000-000000000001")
VAULT_KEY: Final = base64.b64encode(bytes(range(32))).decode()
"""The key of what the guide's season keeps about people."""
_PATIENCE: Final = 20.0


def found_association(database: str) -> None:
    """Open the association on an empty database."""
    open_association(
        database,
        association_id=ASSOCIATION_ID,
        slug=SLUG,
        name="OCCE 06",
        siren="123456782",
        demo=True,
        at=GUIDE.opened,
        by="test",
    )


def play_guide(database: str) -> None:
    """Open the association, play the guide's season, and bring the read models up to it."""
    found_association(database)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COOPLEDGER_VAULT_KEY", VAULT_KEY)
        with Runtime(Settings(secure_cookies=False), None, database) as runtime:
            opened = runtime.ledger(SLUG)
            DemoScenario(opened).play()
            projectors = Projectors(runtime)
            try:
                assert projectors.wait_for(SLUG, opened.ledger.store.head()[0], _PATIENCE)
            finally:
                projectors.close()
