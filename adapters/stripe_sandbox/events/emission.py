"""Events as facts: a snapshot of the object for v1, a thin note for v2, and a delivery for each endpoint concerned."""

from __future__ import annotations

import copy
import heapq
import random
from typing import Final

from adapters.stripe_sandbox.contract.sdk import API_VERSION, shape
from adapters.stripe_sandbox.errors import Json
from adapters.stripe_sandbox.sandbox import Sandbox
from adapters.stripe_sandbox.state import PLATFORM

RETENTION: Final = 30 * 86_400  # events can be listed for 30 days
_SHUFFLE: Final = 60.0


def emit(sandbox: Sandbox, kind: str, thing: Json, account: str = PLATFORM, before: Json | None = None) -> Json:
    """Record a v1 event with a copy of the object; ``before`` holds the fields that changed, as they were."""
    data: Json = {"object": copy.deepcopy(thing)}
    if before is not None:
        data["previous_attributes"] = before
    event = shape(
        "Event",
        id=sandbox.new_id("evt"),
        object="event",
        api_version=API_VERSION,
        created=sandbox.now(),
        data=data,
        livemode=False,
        pending_webhooks=0,
        request=dict(sandbox.request),
        type=kind,
    )
    del event["context"]
    if account == PLATFORM:
        del event["account"]
    else:
        event["account"] = account
    sandbox.add(event, account)
    _forget_old(sandbox)
    event["pending_webhooks"] = _queue(sandbox, event, "platform" if account == PLATFORM else "connect")
    return event


def emit_thin(sandbox: Sandbox, kind: str, account_id: str, data: Json | None = None) -> Json:
    """Record a v2 event about a connected account; only ``data``, which is fetched, says what changed."""
    event: Json = {
        "id": sandbox.new_id("evt"),
        "object": "v2.core.event",
        "type": kind,
        "created": sandbox.iso_now(),
        "livemode": False,
        "context": None,
        "reason": None,
        "data": data or {},
    }
    if kind != "v2.core.account_link.returned":  # that one names its account in its data only
        url = f"/v2/core/accounts/{account_id}"
        event["related_object"] = {"id": account_id, "type": "v2.core.account", "url": url}
    sandbox.add(event)
    _queue(sandbox, event, "accounts")
    return event


def body_of(event: Json) -> Json:
    """Return what a delivery carries: v1 the whole event, v2 all but the data."""
    return {name: value for name, value in event.items() if event["object"] == "event" or name != "data"}


def _forget_old(sandbox: Sandbox) -> None:
    """Drop the events that Stripe no longer lists; the oldest stand first."""
    events = sandbox.state.table("event")
    limit = sandbox.now() - RETENTION
    while events and events[identifier := next(iter(events))]["created"] < limit:
        del events[identifier]
        sandbox.state.owners.pop(identifier, None)


def _queue(sandbox: Sandbox, event: Json, kind: str) -> int:
    """Put the deliveries of an event in the outbox, as the chaos wants; return for how many endpoints."""
    endpoints = [number for number, one in enumerate(sandbox.state.endpoints) if one["kind"] == kind]
    chaos = sandbox.state.chaos
    for number in endpoints:
        # Chance depends on the seed and the event alone, so that a run can be repeated.
        chance = random.Random(f"{sandbox.state.seed}:{event['id']}:{number}")  # noqa: S311 - no secret is drawn
        for copied in range(1 + (chance.random() < chaos["duplicate_rate"])):
            delay = chance.random() * chaos["max_delay"] + (chance.random() * _SHUFFLE if chaos["shuffle"] else 0)
            put(
                sandbox,
                number,
                sandbox.instant() + delay,
                {
                    "event": event["id"],
                    "object": event["object"],
                    "attempt": 0,
                    "first": sandbox.instant(),
                    "lost": copied == 0 and chance.random() < chaos["drop_rate"],
                },
            )
    return len(endpoints)


def put(sandbox: Sandbox, endpoint: int, at: float, delivery: Json) -> None:
    """Put a delivery to an endpoint in the outbox, for an instant."""
    waiting = sandbox.state.outbox.setdefault(str(endpoint), [])
    heapq.heappush(waiting, [at, sandbox.next_number(), delivery])
