"""The one composition root: makes a runtime and its worker from the settings, on a given or an embedded database."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import psycopg
from psycopg.sql import SQL, Identifier
from pydantic import SecretStr

from adapters.local_postgres import LocalPostgres
from adapters.payments.port import Endpoint
from adapters.stripe_provider import StripeProvider, StripeSettings
from service.emails.sender import open_email_sender
from service.runtime.runtime import Runtime
from service.settings import PaymentSettings, Settings
from service.worker.clocks import SandboxClock, machine_clock
from service.worker.worker import Worker


def start_embedded(settings: Settings, name: str, *, fresh: bool = False) -> tuple[LocalPostgres, str]:
    """Start the embedded Postgres below the data folder, and return it with the address of its database.

    ``fresh`` throws away what the database held: for the demonstration only.
    """
    postgres = LocalPostgres(settings.data_dir / name)
    postgres.start()
    database = Identifier("coopledger")
    with psycopg.connect(postgres.dsn(), autocommit=True) as connection:
        if fresh:
            connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))
        with contextlib.suppress(psycopg.errors.DuplicateDatabase):
            connection.execute(SQL("CREATE DATABASE {}").format(database))
    return postgres, postgres.dsn("coopledger")


@contextlib.contextmanager
def administrator(settings: Settings) -> Iterator[str]:
    """Give the database's address to an administrator's command; the embedded server runs meanwhile, if it is ours."""
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    postgres, url = start_embedded(settings, "postgres")
    try:
        yield url
    finally:
        postgres.stop()


def open_runtime(settings: Settings) -> Runtime:
    """Open the service on the configured database, or on an embedded one."""
    if settings.database_url is not None:
        return Runtime(settings, None, settings.database_url.get_secret_value())
    postgres, url = start_embedded(settings, "postgres")
    return Runtime(settings, postgres, url)


def open_worker(runtime: Runtime, settings: PaymentSettings | None = None) -> Worker | None:
    """Open the workshop on a runtime; None when the installation has no payment provider."""
    given = settings or PaymentSettings()
    adapter = _stripe_settings(given)
    if adapter is None:
        return None
    email_sender = open_email_sender(runtime.settings)
    if given.url is None:
        provider = StripeProvider(adapter)
        return Worker(runtime, provider, machine_clock, email_sender=email_sender, closing=(provider.close,))
    clock = SandboxClock(given.url)
    provider = StripeProvider(adapter, clock=clock)
    return Worker(runtime, provider, clock, email_sender=email_sender, closing=(provider.close, clock.close))


def _stripe_settings(settings: PaymentSettings) -> StripeSettings | None:
    """What the Stripe adapter needs; None without a key."""
    if settings.key is None or not settings.key.get_secret_value():
        return None
    secrets = {
        Endpoint.PLATFORM: settings.platform_secrets,
        Endpoint.CONNECT: settings.connect_secrets,
        Endpoint.ACCOUNTS: settings.accounts_secrets,
    }
    return StripeSettings(
        api_key=settings.key.get_secret_value(),
        live=settings.live,
        base_url=settings.url,
        webhook_secrets={endpoint: _listed(secrets_of) for endpoint, secrets_of in secrets.items()},
    )


def _listed(secrets: SecretStr) -> tuple[str, ...]:
    """The secrets of a list separated by commas."""
    return tuple(filter(None, secrets.get_secret_value().split(",")))
