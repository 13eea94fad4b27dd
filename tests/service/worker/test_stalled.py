"""A mail server that never answers keeps no money waiting, and a provider that never answers keeps no letter."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.email import FolderTransport, SmtpSettings, SmtpTransport
from adapters.stripe_sandbox.testing import SandboxServer
from domain.campaign.payments import RecordPaymentCaptured
from service.emails.sender import EmailSender
from service.worker.threads import WorkerThreads
from tests.kit.association import VAULT_KEY, found_association
from tests.kit.email_world import PAYER, PUBLIC, EmailWorld
from tests.kit.service_world import PRICE, TIP, open_world_as
from tests.kit.waiting import wait_until

THREADS = 4
SECONDS = 30.0
SILENCE = 15.0
"""Seconds for which a server says nothing."""
SENDER = "ne-pas-repondre@coop.example"


@pytest.fixture
def silent_server() -> Iterator[int]:
    """A port where connections are taken and nothing is ever said."""
    with socket.create_server(("127.0.0.1", 0), backlog=200) as listener:
        yield listener.getsockname()[1]


@contextlib.contextmanager
def working(world: EmailWorld) -> Iterator[None]:
    """Let the threads work for a while."""
    workers = WorkerThreads(world.worker, threads=THREADS)
    try:
        yield
    finally:
        workers.close()


def test_while_the_mail_server_is_silent_payments_go_to_the_coop(
    database: str, sandbox: SandboxServer, silent_server: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", VAULT_KEY)
    found_association(database)
    post = SmtpTransport(SmtpSettings("127.0.0.1", silent_server, SENDER, timeout=SILENCE))
    with open_world_as(EmailWorld, database, sandbox, EmailSender(lambda *_: post, PUBLIC)) as world:
        world.certify()
        families = 3 * THREADS
        pages = [world.page(world.place_for(PAYER, "CP A")) for _ in range(families)]
        with working(world):
            assert {world.submit(page) for page in pages} == {"Paid"}
            world.worker.sweep()
            wait_until(lambda: world.kinds().count("FundsTransferred") == families, seconds=SECONDS, pause=0.05)
            letters = [state for kind, state, *_ in world.tasks() if kind == "letter:confirmation"]
            assert letters == ["waiting"] * families, "they wait for their server"


def test_while_the_provider_is_silent_letters_leave(
    database: str, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", VAULT_KEY)
    found_association(database)
    folder = FolderTransport(tmp_path, SENDER)
    with open_world_as(EmailWorld, database, sandbox, EmailSender(lambda *_: folder, PUBLIC)) as world:
        pages = [world.page(world.place_for(PAYER, "CP A")) for _ in range(3 * THREADS)]
        assert {world.submit(page) for page in pages} == {"Paid"}
        world.worker.sweep()
        paid = world.place_for(PAYER, "CP A")
        world.sandbox.do("/failures", kind="slow", path="/v1/*", seconds=SILENCE, times=9 * THREADS)
        with working(world):
            wait_until(lambda: len(world.worker.inbox.lanes.held()) >= THREADS - 1, seconds=SECONDS, pause=0.01)
            world.do(
                RecordPaymentCaptured,
                contribution_id=paid,
                payment_id="ch_told_by_somebody",
                cents=PRICE,
                tip_cents=TIP,
                paid_at=world.now(),
                instalment=1,
            )
            wait_until(lambda: bool(list(tmp_path.rglob("*.eml"))), seconds=SECONDS, pause=0.01)
            assert world.kinds().count("PaymentCaptured") == 1, "no look was answered meanwhile"
            world.sandbox.control.delete("/_sandbox/failures")
