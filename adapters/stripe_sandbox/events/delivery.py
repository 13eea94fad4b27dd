"""Delivery of events: signed, in the order they are due, again and again until a 2xx or until three days are over."""

from __future__ import annotations

import json
import time
from typing import Final

import httpx2

from adapters.stripe_sandbox.contract.sdk import sign
from adapters.stripe_sandbox.errors import Json
from adapters.stripe_sandbox.events.emitting import body_of
from adapters.stripe_sandbox.sandbox import Sandbox

_GIVE_UP: Final = 3 * 86_400
_FIRST_RETRY: Final = 5.0
_LONGEST_RETRY: Final = 6 * 3600.0
_PATIENCE: Final = 10.0  # seconds of real time an endpoint has to answer
_SUCCESS: Final = range(200, 300)


def next_moment(sandbox: Sandbox) -> float | None:
    """Return the instant of the next thing that is due or to be delivered, or nothing."""
    moments = [one["at"] for one in sandbox.state.outbox if not one.get("sending")]
    due = sandbox.next_due()
    return min(moments if due is None else [*moments, due], default=None)


async def deliver_due(sandbox: Sandbox) -> None:
    """Make every delivery that is due by now, one after the other."""
    if _first_due(sandbox) is None:
        return
    async with httpx2.AsyncClient(timeout=_PATIENCE) as client:
        while (chosen := _first_due(sandbox)) is not None:
            chosen["sending"] = True  # what waits for an answer is nobody else's to send
            try:
                heard = await _send(sandbox, client, chosen)
            finally:
                chosen["sending"] = False
            _file(sandbox, chosen, heard=heard)


def _first_due(sandbox: Sandbox) -> Json | None:
    waiting = [one for one in sandbox.state.outbox if one["at"] <= sandbox.instant() and not one.get("sending")]
    return min(waiting, key=lambda one: float(one["at"]), default=None)


async def _send(sandbox: Sandbox, client: httpx2.AsyncClient, chosen: Json) -> bool:
    """Post one delivery, and tell whether it was heard."""
    event = sandbox.state.table(chosen["object"]).get(chosen["event"])
    if event is None:
        return True  # too old to be told
    if chosen.pop("lost", False):
        return False
    endpoint = sandbox.state.endpoints[chosen["endpoint"]]
    payload = json.dumps(body_of(event), ensure_ascii=False, separators=(",", ":"))
    # Signatures are of the real time: the SDK compares them with the real clock of the receiver.
    seconds = int(time.time())
    signed = [sign(payload, secret, seconds) for secret in endpoint["secrets"]]
    header = ",".join([signed[0], *(one.split(",", 1)[1] for one in signed[1:])])
    headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": header}
    try:
        answer = await client.post(endpoint["url"], content=payload.encode(), headers=headers)
    except httpx2.HTTPError:
        return False
    return answer.status_code in _SUCCESS


def _file(sandbox: Sandbox, chosen: Json, *, heard: bool) -> None:
    """Take a delivery out of the outbox, or put it off with growing patience."""
    chosen["attempt"] += 1
    pause = min(_FIRST_RETRY * 4 ** (chosen["attempt"] - 1), _LONGEST_RETRY)
    over = sandbox.instant() + pause > chosen["first"] + _GIVE_UP
    if not heard and not over:
        chosen["at"] = sandbox.instant() + pause
        return
    sandbox.state.outbox.remove(chosen)
    event = sandbox.state.table(chosen["object"]).get(chosen["event"], {})
    if heard and event.get("pending_webhooks"):
        event["pending_webhooks"] -= 1
