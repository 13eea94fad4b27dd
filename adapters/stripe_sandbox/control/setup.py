"""Time, failures, endpoints and chaos."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final

import msgspec

from adapters.stripe_sandbox.control.asking import Ask, Handler
from adapters.stripe_sandbox.control.failures import Failure, queue_failure
from adapters.stripe_sandbox.desk import operations
from adapters.stripe_sandbox.events import delivery
from adapters.stripe_sandbox.settings import Chaos, Endpoint


class Passing(msgspec.Struct, forbid_unknown_fields=True):
    """How far to move the clock: to an ``instant`` with its zone, or by months, then days, then seconds."""

    instant: datetime | None = None
    months: int = 0
    days: int = 0
    seconds: float = 0


async def tell_time(ask: Ask) -> object:
    """Return the instant of the virtual clock."""
    return {"now": operations.now(ask.sandbox)}


async def move_time(ask: Ask) -> object:
    """Move the clock, and do all that is due on the way."""
    wanted = ask.read(Passing)
    if wanted.instant is not None:
        return {"now": await operations.set_clock(ask.sandbox, wanted.instant)}
    for _ in range(wanted.months):
        await operations.advance_month(ask.sandbox)
    rest = timedelta(days=wanted.days, seconds=wanted.seconds)
    if rest:
        await operations.set_clock(ask.sandbox, operations.now(ask.sandbox) + rest)
    return await tell_time(ask)


async def add_failure(ask: Ask) -> object:
    """Make requests to come fail."""
    queue_failure(ask.sandbox, ask.read(Failure))
    return {"failures": ask.sandbox.state.failures}


async def list_failures(ask: Ask) -> object:
    """Return the failures still to come."""
    return {"failures": ask.sandbox.state.failures}


async def drop_failures(ask: Ask) -> object:
    """Let everything succeed again."""
    ask.sandbox.state.failures.clear()
    return {"failures": []}


async def add_endpoint(ask: Ask) -> object:
    """Tell events to one more endpoint; those made before are not told to it."""
    ask.sandbox.state.endpoints.append(asdict(ask.read(Endpoint)))
    return {"endpoints": [one["url"] for one in ask.sandbox.state.endpoints]}


async def set_chaos(ask: Ask) -> object:
    """Say what may happen to the deliveries of events made from now on."""
    ask.sandbox.state.chaos = asdict(ask.read(Chaos))
    return ask.sandbox.state.chaos


async def deliver(ask: Ask) -> object:
    """Make the deliveries that are due now; return how many still wait for their time or for an answer."""
    ask.sandbox.settle()
    await delivery.deliver_due(ask.sandbox)
    return {"waiting": delivery.waiting(ask.sandbox)}


async def reset(ask: Ask) -> object:
    """Forget everything, and begin afresh with the settings the sandbox was started with."""
    ask.sandbox.reset()
    return {}


HANDLERS: Final[tuple[tuple[str, str, Handler], ...]] = (
    ("GET", "/clock", tell_time),
    ("POST", "/clock", move_time),
    ("GET", "/failures", list_failures),
    ("POST", "/failures", add_failure),
    ("DELETE", "/failures", drop_failures),
    ("POST", "/endpoints", add_endpoint),
    ("POST", "/chaos", set_chaos),
    ("POST", "/deliveries", deliver),
    ("POST", "/reset", reset),
)
