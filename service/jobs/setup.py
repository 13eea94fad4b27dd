"""The workshop of a running service, from its settings."""

from __future__ import annotations

from adapters.stripe_provider import StripeProvider
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
    clock = machine_clock if given.url is None else SandboxClock(given.url)
    return Workshop(runtime, StripeProvider(adapter, clock=clock), clock)
