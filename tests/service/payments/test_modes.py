"""Money for trials never enters a real ledger, nor real money a demonstration: at the start, at each call and word."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from adapters.payments.errors import ProviderModeMismatch
from adapters.stripe_provider import StripeProvider, StripeSettings
from adapters.stripe_sandbox.testing import KEY, SandboxServer
from service.associations import open_association
from service.bootstrap.worker import open_worker
from service.cli.main import app
from service.payments.context import PaymentContext, ProviderAccess, check_mode
from service.runtime.runtime import Runtime
from service.settings import PaymentSettings, Settings
from service.worker.clocks import machine_clock
from service.worker.worker import Worker
from tests.kit.service_world import ServiceWorld
from tests.kit.stripe.provider_requests import settings_for

LIVE_KEY = f"sk_{'live'}_1"


def found(database: str, slug: str, *, demo: bool) -> None:
    """Open an association's ledger."""
    identity = {"slug": slug, "name": f"OCCE {slug}", "siren": "123456782"}
    open_association(database, association_id=uuid4(), demo=demo, at=datetime.now(UTC), by="test", **identity)


@pytest.fixture
def runtime(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runtime]:
    """A service with one real association."""
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", base64.b64encode(bytes(32)).decode())
    found(database, "ad75", demo=False)
    with Runtime(Settings(), None, database) as opened:
        yield opened


@pytest.mark.parametrize(("demo", "live"), [(False, False), (True, True)])
def test_the_two_must_go_together_and_the_sentence_names_the_association(*, demo: bool, live: bool) -> None:
    check_mode("ad75", demo=demo, live=not live)
    with pytest.raises(ProviderModeMismatch) as refused:
        check_mode("ad75", demo=demo, live=live)
    assert "« ad75 »" in refused.value.french.replace("\u00a0", " ")


def test_a_worker_for_trials_does_not_start_where_an_association_is_real(
    runtime: Runtime, running_sandbox: SandboxServer
) -> None:
    for_trials = PaymentSettings(key=SecretStr(KEY), url=running_sandbox.url, live=False)
    with pytest.raises(ProviderModeMismatch, match="ad75"):
        open_worker(runtime, for_trials)


def test_a_worker_for_real_money_does_not_start_where_an_association_is_a_demonstration(
    runtime: Runtime, database: str
) -> None:
    real = PaymentSettings(key=SecretStr(LIVE_KEY), live=True)
    opened = open_worker(runtime, real)
    assert opened is not None
    opened.close()
    found(database, "demo06", demo=True)
    with pytest.raises(ProviderModeMismatch, match="demo06"):
        open_worker(runtime, real)


@pytest.mark.parametrize("command", ["web", "worker"])
def test_a_command_that_would_serve_it_ends_with_the_sentence(
    runtime: Runtime, database: str, running_sandbox: SandboxServer, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [entry.slug for entry in runtime.associations()] == ["ad75"]
    monkeypatch.setenv("COOPLEDGER_DATABASE_URL", database)
    monkeypatch.setenv("COOPLEDGER_STRIPE_KEY", KEY)
    monkeypatch.setenv("COOPLEDGER_STRIPE_URL", running_sandbox.url)
    done = CliRunner().invoke(app, [command])
    assert isinstance(done.exception, ProviderModeMismatch)


def test_an_association_that_was_opened_later_is_served_nothing(
    runtime: Runtime, database: str, running_sandbox: SandboxServer
) -> None:
    provider = StripeProvider(settings_for(running_sandbox.url))
    worker = Worker(runtime, provider, machine_clock, ids=provider.ids)
    found(database, "ad06", demo=True)
    try:
        with pytest.raises(ProviderModeMismatch, match="ad75"):
            worker.context("ad75")
        assert worker.plan() == worker.follow("ad75") + worker.follow("ad06")
        assert worker.context("ad06").provider.pages_origin == provider.pages_origin
    finally:
        worker.close()
        provider.close()


def test_a_payment_context_of_the_other_mode_cannot_be_made(world: ServiceWorld) -> None:
    given = world.context
    real = StripeProvider(StripeSettings(api_key=LIVE_KEY, live=True))
    access = ProviderAccess(real, real.ids)
    with pytest.raises(ProviderModeMismatch, match="ad06"):
        PaymentContext(
            given.ledger, given.vault, given.tokens, access, given.outbox, given.accounts, given.now, given.public_url
        )
    real.close()


def test_what_came_before_for_a_ledger_of_the_other_mode_is_parked_and_never_booked(
    world: ServiceWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    contribution_id = world.place()
    world.submit(world.page(contribution_id))
    monkeypatch.setattr(world.worker.provider, "live", True)
    world.worker._mine.__dict__.clear()
    assert world.worker.sweep() > 0
    while world.worker.work():
        pass
    monkeypatch.setattr(world.worker.provider, "live", False)
    world.worker._mine.__dict__.clear()
    assert "PaymentCaptured" not in world.kinds()
    assert world.worker.inbox.count()["parked"] > 0
