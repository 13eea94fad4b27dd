"""The workshop of a running service, from its settings."""

from __future__ import annotations

from adapters.stripe_provider import StripeProvider
from service.correspondence.send import open_mailroom
from service.jobs.clocks import SandboxClock, machine_clock
from service.jobs.settings import PaymentSettings
from service.jobs.workshop import Workshop
from service.runtime import Runtime


def open_workshop(runtime: Runtime, settings: PaymentSettings | None = None) -> Workshop | None:
    """Open the workshop on a runtime; None when the installation has no payment provider."""
    given = settings or PaymentSettings()
    adapter = given.for_adapter()
    if adapter is None:
        return None
    mailroom = open_mailroom(runtime.settings)
    if given.url is None:
        provider = StripeProvider(adapter)
        return Workshop(runtime, provider, machine_clock, mailroom=mailroom, closing=(provider.close,))
    clock = SandboxClock(given.url)
    provider = StripeProvider(adapter, clock=clock)
    return Workshop(runtime, provider, clock, mailroom=mailroom, closing=(provider.close, clock.close))
