"""What banks do with disputes, on demand: ask first, take a part or too much, give parts back, change their minds."""

from __future__ import annotations

from typing import Final

import msgspec

from adapters.stripe_sandbox.control.request import ControlRequest, Handler
from adapters.stripe_sandbox.payments import dispute_turns, disputes


class Claim(msgspec.Struct, forbid_unknown_fields=True):
    """What a payer contests: ``cents`` of any charge that was paid, refunded or contested before or not.

    With ``inquiry`` the bank only asks.
    """

    cents: int
    reason: str = "fraudulent"
    inquiry: bool = False


class Turn(msgspec.Struct, forbid_unknown_fields=True):
    """How a bank changes its mind: cents that come back or are taken again (all unless said), and the fee."""

    won: bool
    cents: int | None = None
    fee: int = 0


async def claim(request: ControlRequest) -> object:
    """Contest some cents of a charge, even more than is left of it."""
    told = request.read(Claim)
    request.sandbox.settle()
    charge = request.sandbox.owned("charge", request.path["charge_id"], "")
    made = disputes.claim(request.sandbox, charge, told.cents, told.reason, inquiry=told.inquiry)
    return {"dispute": made["id"]}


async def turn(request: ControlRequest) -> object:
    """Let a bank change its mind."""
    told = request.read(Turn)
    request.sandbox.settle()
    dispute = request.sandbox.get("dispute", request.path["dispute_id"])
    dispute_turns.turn(request.sandbox, dispute, won=told.won, cents=told.cents, fee=told.fee)
    return {}


async def escalate(request: ControlRequest) -> object:
    """Let a question become a dispute."""
    request.sandbox.settle()
    dispute_turns.escalate(request.sandbox, request.sandbox.get("dispute", request.path["dispute_id"]))
    return {}


async def close_inquiry(request: ControlRequest) -> object:
    """Let a bank be content with the answer."""
    request.sandbox.settle()
    dispute_turns.close_inquiry(request.sandbox, request.sandbox.get("dispute", request.path["dispute_id"]))
    return {}


HANDLERS: Final[tuple[tuple[str, str, Handler], ...]] = (
    ("POST", "/charges/{charge_id}/claim", claim),
    ("POST", "/disputes/{dispute_id}/turn", turn),
    ("POST", "/disputes/{dispute_id}/escalation", escalate),
    ("POST", "/disputes/{dispute_id}/closing", close_inquiry),
)
