"""One deployment for all attacks: a school that takes payments, and a second association beside it."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from typing import Final
from uuid import uuid4

import pytest

from adapters.local_postgres import LocalPostgres
from adapters.stripe_sandbox.testing import SECRETS, run_sandbox
from service.associations import open_association
from tests.hostile.deployment import Deployment, deploy
from tests.kit.association import VAULT_KEY, found_association
from tests.kit.databases import database_with
from tests.kit.email_world import EmailWorld
from tests.kit.live_server import LiveServer
from tests.kit.service_world import MONDAY, open_world_as
from tests.service.pages.families.basket_forms import ask

_SECOND: Final = "ad83"
_FILES: Final = 8_192
"""Connections and files that the tests and their proxy hold."""


@pytest.fixture(scope="package")
def service(postgres: LocalPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The service as deployed, its campaign on line and asking about each child."""
    folder = tmp_path_factory.mktemp("deployed")
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, _FILES), hard))
    with (
        pytest.MonkeyPatch.context() as patch,
        database_with(postgres, found_association) as database,
        run_sandbox(fee_delay=1, start=MONDAY) as sandbox,
    ):
        patch.setenv("COOPLEDGER_VAULT_KEY", VAULT_KEY)
        named = {"slug": _SECOND, "name": "OCCE 83", "siren": "987654324", "by": "test"}
        open_association(database, association_id=uuid4(), demo=True, at=MONDAY, **named)
        with open_world_as(EmailWorld, database, sandbox, data_dir=folder) as world:
            live = LiveServer(world, "", database, folder)
            with deploy(live, _SECOND, folder) as deployment:
                told = f"http://{deployment.direct[0]}:{deployment.direct[1]}/provider/notifications"
                for kind, secret in SECRETS.items():
                    sandbox.do("/endpoints", url=f"{told}/{kind}", secrets=[secret], kind=kind)
                ask(live, class_="required", address="optional", mobile="optional", birth_date="optional")
                yield deployment


@pytest.fixture(autouse=True)
def _uncounted(service: Deployment) -> None:
    """Begin each test with nobody counted."""
    service.forget_limits()
