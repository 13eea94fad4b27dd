"""What every test may ask for: a Postgres server, a fresh database on it, a browser, the extent of the run."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import stripe
import typer.main
import typer.testing
from playwright.sync_api import Browser

from adapters.local_postgres import LocalPostgres
from tests.kit.chromium import chromium
from tests.kit.databases import fresh_database
from tests.kit.run.extent import Extent
from tests.kit.run.one_connection import refuse_second_connections
from tests.kit.run.scheduling import LoadSharedScheduling

LONGEST: Final = (
    "hostile/test_under_attack.py",
    "crash/test_payments_crash.py",
    "service/outages/test_many_associations.py",
    "service/pages/frame/test_every_page.py",
    "service/noninterference/test_reminders.py",
    "service/pages/participant/test_in_browser.py",
    "service/pages/mandataire/test_follow_and_pay_out.py",
    "service/pages/coop/test_every_figure.py",
    "service/demo/pages/test_screens.py",
    "service/pages/wizard/test_in_browser.py",
    "service/pages/statistics/test_in_browser.py",
    "service/outages/test_every_route.py",
    "adapters/test_local_postgres.py",
    "service/pages/community/test_selection.py",
    "service/audit/test_tampering.py",
    "service/api/contract/test_contract.py",
    "service/pages/families/test_accessibility.py",
    "service/worker/test_stalled.py",
    "crash/test_kill.py",
    "service/pages/payouts/test_in_browser.py",
    "service/pages/wizard/test_questions.py",
    "service/permutations/test_surprises.py",
    "service/pages/contacts/test_in_browser.py",
    "service/demo/test_lock.py",
    "service/cli/test_environment.py",
    "service/noninterference/test_households.py",
    "service/access/test_every_route.py",
    "service/cli/inspection/test_reading.py",
    "service/permutations/test_any_order.py",
    "service/worker/test_worker_threads.py",
    "service/pages/community/test_participants.py",
    "service/pages/association/test_journey.py",
    "deployment/test_compose.py",
    "service/permutations/test_contested.py",
    "service/pages/statistics/test_protection.py",
    "service/api/test_roles.py",
    "service/pages/cash/test_without_network.py",
    "service/pages/coop/test_in_browser.py",
    "service/receipts/test_receipts.py",
    "properties/test_ledger_machine.py",
    "service/pages/exports/test_prepared.py",
    "crash/test_restarts.py",
    "service/backups/test_round_trip.py",
    "service/payments/test_checkout_in_browser.py",
    "service/pages/messages/test_family_message.py",
    "service/web/test_safe_methods.py",
    "reports/test_render_pdf.py",
    "service/pages/mandataire/test_live_page.py",
    "service/pages/coop/test_instalments.py",
    "service/cli/test_cli.py",
    "service/pages/imports/test_in_browser.py",
    "service/demo/test_commands_after.py",
    "service/emails/test_email_links.py",
    "service/web/test_webhooks.py",
    "service/pages/mandataire/test_first_collection.py",
    "service/payments/test_two_workers.py",
    "service/demo/test_command.py",
    "adapters/stripe_sandbox/pages/test_in_chromium.py",
    "service/demo/pages/test_entry.py",
    "service/web/test_streams.py",
    "projections/engine/test_moved.py",
    "service/demo/pages/test_guard.py",
    "service/pages/wizard/test_comfort.py",
    "service/reconciliation/test_cli.py",
    "service/api/test_journey.py",
    "service/pages/community/test_families.py",
    "service/cli/test_image.py",
    "service/test_logging.py",
    "service/pages/members/test_in_browser.py",
)
"""The files of tests that take longest, in this order; some bring their folder (`tests.kit.run.scheduling`)."""
_TESTS: Final = Path(__file__).parent
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
_ROOM: Final = 4 << 30
_MOST_WORKERS: Final = 5
_DELAY: Final = 0.02
"""Seconds between two attempts of the provider's SDK."""


def _in_memory() -> Path | None:
    """The folder of this machine that lies in its memory, if it has one with room: databases are made twice as fast."""
    roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM
    return _MEMORY if roomy else None


@pytest.fixture(scope="session", autouse=True)
def _own_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A folder for whatever keeps files where nobody says: a run leaves nothing in the project, and finds nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COOPLEDGER_DATA_DIR", str(tmp_path_factory.mktemp("var")))
        yield


@pytest.fixture(scope="session", autouse=True)
def _authorities() -> Iterator[None]:
    """Look for an authority's certificate when one is shown: reading them all takes 50 ms for every client of HTTP."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SSL_CERT_FILE", raising=False)
        yield


@pytest.fixture(scope="session", autouse=True)
def _prompt_attempts() -> Iterator[None]:
    """Have the provider's SDK make its next attempt at once: it waits half a second and more to spare the provider."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stripe.HTTPClient, "INITIAL_DELAY", _DELAY)
        patch.setattr(stripe.HTTPClient, "MAX_DELAY", _DELAY)
        yield


@pytest.fixture(scope="session", autouse=True)
def _commands() -> Iterator[None]:
    """Make the commands of a program once: reading the functions of all of ours takes more than running most."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typer.testing, "_get_command", cache(typer.main.get_command))
        yield


@pytest.fixture(scope="session", autouse=True)
def _one_connection() -> Iterator[None]:
    """Fail where a thread asks a pool for a second connection: that waits for good once enough of them do."""
    with pytest.MonkeyPatch.context() as patch:
        refuse_second_connections(patch)
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[LocalPostgres]:
    """A Postgres server for the whole run (with pytest-xdist: one for each worker)."""
    # Not pytest's own temporary folder: its parent is closed to the account that root hands the server to.
    server = LocalPostgres(Path(tempfile.mkdtemp(prefix="coopledger-tests-", dir=_in_memory())), durable=False)
    try:
        server.start()
        yield server
    finally:
        server.destroy()


@pytest.fixture
def database(postgres: LocalPostgres) -> Iterator[str]:
    """The connection string of an empty database, dropped after the test."""
    with fresh_database(postgres) as fresh:
        yield fresh


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for the module: not longer, since other modules have loops of events of their own."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def extent(pytestconfig: pytest.Config) -> Extent:
    """How many random histories this run plays."""
    return Extent(long=pytestconfig.getoption("--long"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what ``./dev test`` understands beside pytest's own options."""
    parser.addoption("--long", action="store_true", help="play many more random histories")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Three workers more than there are cores: tests of pages, payments and outages wait for most of their time."""
    return min(_MOST_WORKERS, (os.cpu_count() or 1) + 3)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadSharedScheduling | None:  # noqa: ANN401 - of xdist
    """Hand out together what shares most (where files stay together at all)."""
    return LoadSharedScheduling(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection() -> None:
    """Look for no garbage while tests are collected: nothing of them is."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Leave what was collected alone from now on: the search for garbage passes over it."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest: what is left at the end is then short, for every worker."""
    ranks = {_TESTS / name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path, len(LONGEST)))
