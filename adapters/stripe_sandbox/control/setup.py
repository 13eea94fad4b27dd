"""Time, failures, endpoints and chaos."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final

import msgspec

from adapters.stripe_sandbox.control.failures import Failure, queue_failure
from adapters.stripe_sandbox.control.request import ControlRequest, Handler
from adapters.stripe_sandbox.events import delivery
from adapters.stripe_sandbox.interactions import operations
from adapters.stripe_sandbox.settings import Chaos, Endpoint


class Passing(msgspec.Struct, forbid_unknown_fields=True):
    """How far to move the clock: to an ``instant`` with its zone, or by months, then days, then seconds."""

    instant: datetime | None = None
    months: int = 0
    days: int = 0
    seconds: float = 0


async def tell_time(request: ControlRequest) -> object:
    """Return the instant of the virtual clock."""
    return {"now": operations.now(request.sandbox)}


async def move_time(request: ControlRequest) -> object:
    """Move the clock, and do all that is due on the way."""
    wanted = request.read(Passing)
    if wanted.instant is not None:
        return {"now": await operations.set_clock(request.sandbox, wanted.instant)}
    for _ in range(wanted.months):
        await operations.advance_month(request.sandbox)
    rest = timedelta(days=wanted.days, seconds=wanted.seconds)
    if rest:
        await operations.set_clock(request.sandbox, operations.now(request.sandbox) + rest)
    return await tell_time(request)


async def add_failure(request: ControlRequest) -> object:
    """Make requests to come fail."""
    queue_failure(request.sandbox, request.read(Failure))
    return {"failures": request.sandbox.state.failures}


async def list_failures(request: ControlRequest) -> object:
    """Return the failures still to come."""
    return {"failures": request.sandbox.state.failures}


async def drop_failures(request: ControlRequest) -> object:
    """Let everything succeed again."""
    request.sandbox.state.failures.clear()
    return {"failures": []}


async def add_endpoint(request: ControlRequest) -> object:
    """Tell events to one more endpoint; those made before are not told to it."""
    request.sandbox.state.endpoints.append(asdict(request.read(Endpoint)))
    return {"endpoints": [one["url"] for one in request.sandbox.state.endpoints]}


async def set_chaos(request: ControlRequest) -> object:
    """Say what may happen to the deliveries of events made from now on."""
    request.sandbox.state.chaos = asdict(request.read(Chaos))
    return request.sandbox.state.chaos


async def deliver(request: ControlRequest) -> object:
    """Make the deliveries that are due now; return how many still wait for their time or for an answer."""
    request.sandbox.settle()
    await delivery.deliver_due(request.sandbox)
    return {"waiting": delivery.waiting(request.sandbox)}


async def count_calls(request: ControlRequest) -> object:
    """Return how often each operation of the API was asked since the sandbox started, and how often it refused."""
    return request.sandbox.calls


async def reset(request: ControlRequest) -> object:
    """Forget everything, and begin afresh with the settings the sandbox was started with."""
    request.sandbox.reset()
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
    ("GET", "/calls", count_calls),
    ("POST", "/reset", reset),
)
