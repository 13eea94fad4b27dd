"""Delivery of events: signed, in the order they are due, again and again until a 2xx or until three days are over."""

from __future__ import annotations

import asyncio
import heapq
import json
import ssl
import time
from functools import cache
from typing import Any, Final

import httpx2

from adapters.stripe_sandbox.contract.sdk import sign
from adapters.stripe_sandbox.errors import Json
from adapters.stripe_sandbox.events.emission import body_of, put
from adapters.stripe_sandbox.sandbox import Sandbox
from adapters.stripe_sandbox.state import State

_GIVE_UP: Final = 3 * 86_400
_FIRST_RETRY: Final = 5.0
_LONGEST_RETRY: Final = 6 * 3600.0
_PATIENCE: Final = 10.0  # seconds of real time an endpoint has to answer
_SUCCESS: Final = range(200, 300)


def next_moment(sandbox: Sandbox) -> float | None:
    """Return the instant of the next thing that is due or to be delivered, or nothing."""
    moments = [waiting[0][0] for waiting in sandbox.state.outbox.values() if waiting]
    due = sandbox.next_due()
    return min(moments if due is None else [*moments, due], default=None)


def waiting(sandbox: Sandbox) -> int:
    """Return how many deliveries wait for their time or for an answer."""
    return sandbox.in_flight + sum(map(len, sandbox.state.outbox.values()))


async def deliver_due(sandbox: Sandbox) -> None:
    """Make every delivery that is due by now; those to one endpoint one after the other."""
    busy = [number for number, queue in sandbox.state.outbox.items() if queue and queue[0][0] <= sandbox.instant()]
    if busy:
        async with httpx2.AsyncClient(timeout=_PATIENCE, verify=_trust()) as client:
            await asyncio.gather(*(_drain(sandbox, client, int(number)) for number in busy))


@cache
def _trust() -> ssl.SSLContext:
    """Return whom to trust; read once, because it takes longer than a delivery."""
    return ssl.create_default_context()


async def _drain(sandbox: Sandbox, client: httpx2.AsyncClient, endpoint: int) -> None:
    """Make the deliveries to one endpoint, some at once, unless the sandbox is begun afresh meanwhile."""
    state = sandbox.state
    queue = state.outbox[str(endpoint)]
    async with sandbox.delivering[endpoint]:
        while chosen := _next(sandbox, state, queue):
            sandbox.in_flight += len(chosen)
            try:
                heard = await asyncio.gather(*(_send(state, client, endpoint, one[2]) for one in chosen))
            except asyncio.CancelledError:
                for one in chosen:
                    heapq.heappush(queue, one)  # the sandbox stops: the next one tries again
                raise
            finally:
                sandbox.in_flight -= len(chosen)
            if sandbox.state is state:
                for one, well in zip(chosen, heard, strict=True):
                    _file(sandbox, endpoint, one[2], heard=well)


def _next(sandbox: Sandbox, state: State, queue: list[list[Any]]) -> list[list[Any]]:
    """Take the next deliveries that are due, as many as may be under way at once."""
    chosen: list[list[Any]] = []
    while sandbox.state is state and len(chosen) < sandbox.settings.deliveries:
        if not queue or queue[0][0] > sandbox.instant():
            break
        chosen.append(heapq.heappop(queue))
    return chosen


async def _send(state: State, client: httpx2.AsyncClient, endpoint: int, delivery: Json) -> bool:
    """Post one delivery, and tell whether it was heard."""
    event = state.table(delivery["object"]).get(delivery["event"])
    if event is None:
        return True  # too old to be told
    if delivery.pop("lost", False):
        return False
    target = state.endpoints[endpoint]
    payload = json.dumps(body_of(event), ensure_ascii=False, separators=(",", ":"))
    # Signatures are of the real time: the SDK compares them with the real clock of the receiver.
    seconds = int(time.time())
    signed = [sign(payload, secret, seconds) for secret in target["secrets"]]
    header = ",".join([signed[0], *(one.split(",", 1)[1] for one in signed[1:])])
    headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": header}
    try:
        answer = await client.post(target["url"], content=payload.encode(), headers=headers)
    except httpx2.HTTPError:
        return False
    return answer.status_code in _SUCCESS


def _file(sandbox: Sandbox, endpoint: int, delivery: Json, *, heard: bool) -> None:
    """Forget a delivery that was heard or is three days old, and put off any other with growing patience."""
    delivery["attempt"] += 1
    pause = min(_FIRST_RETRY * 4 ** (delivery["attempt"] - 1), _LONGEST_RETRY)
    if not heard and sandbox.instant() + pause <= delivery["first"] + _GIVE_UP:
        put(sandbox, endpoint, sandbox.instant() + pause, delivery)
        return
    event = sandbox.state.table(delivery["object"]).get(delivery["event"], {})
    if heard and event.get("pending_webhooks"):
        event["pending_webhooks"] -= 1
