"""Opening the worker that does what is to be done: letters and papers always, payments where there is a provider."""

from __future__ import annotations

from pydantic import SecretStr

from adapters.payments.port import Endpoint
from adapters.stripe_provider import StripeIds, StripeProvider, StripeSettings
from service.emails.sender import open_email_sender
from service.payments.context import check_mode
from service.runtime.runtime import Runtime
from service.settings import PaymentSettings
from service.worker.clocks import SandboxClock, machine_clock
from service.worker.worker import Worker


def open_worker(runtime: Runtime, settings: PaymentSettings | None = None) -> Worker:
    """Open the worker on a runtime; without a provider's key it takes no payments, and does all the rest.

    Raises:
        ProviderModeMismatch: an association here is not of the provider's mode; the sentence names it.

    """
    given = settings or PaymentSettings()
    adapter, email_sender = stripe_settings(given), open_email_sender(runtime.settings)
    if adapter is None:
        return Worker(runtime, None, machine_clock, ids=StripeIds(), email_sender=email_sender)
    for entry in runtime.associations():
        check_mode(entry.slug, demo=entry.demo, live=given.live)
    if given.url is None:
        provider = StripeProvider(adapter)
        return Worker(
            runtime, provider, machine_clock, ids=provider.ids, email_sender=email_sender, closing=(provider.close,)
        )
    clock = SandboxClock(given.url)
    provider = StripeProvider(adapter, clock=clock)
    closing = (provider.close, clock.close)
    return Worker(runtime, provider, clock, ids=provider.ids, email_sender=email_sender, closing=closing)


def stripe_settings(settings: PaymentSettings) -> StripeSettings | None:
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
        calls=settings.calls,
        webhook_secrets={endpoint: _listed(secrets_of) for endpoint, secrets_of in secrets.items()},
    )


def _listed(secrets: SecretStr) -> tuple[str, ...]:
    """The secrets of a list separated by commas."""
    return tuple(filter(None, secrets.get_secret_value().split(",")))
