"""What an operator would do in the provider's dashboard, and ids that the API shows late."""

from __future__ import annotations

from typing import Final

import msgspec

from adapters.stripe_sandbox.api.late import hold_back
from adapters.stripe_sandbox.control.request import ControlRequest, Handler
from adapters.stripe_sandbox.errors import Json
from adapters.stripe_sandbox.payments import refunds


class DashboardRefund(msgspec.Struct, forbid_unknown_fields=True):
    """How many cents go back, all that is left if none is said; and after how many days they come back, if ever."""

    cents: int | None = None
    comes_back_after_days: float | None = None


class LateIds(msgspec.Struct, forbid_unknown_fields=True):
    """Which links of an object are null, and for how long."""

    names: list[str]
    seconds: float


async def refund(request: ControlRequest) -> object:
    """Give a payment back, or a part of it, without a word to whoever took it."""
    asked = request.read(DashboardRefund)
    params: Json = {"charge": request.path["charge_id"]}
    made = refunds.new_refund(request.sandbox, params if asked.cents is None else params | {"amount": asked.cents})
    if asked.comes_back_after_days is not None:
        refunds.come_back_later(request.sandbox, made, asked.comes_back_after_days)
    return {"refund": made["id"]}


async def hold_ids_back(request: ControlRequest) -> object:
    """Show links of an object as null for a while."""
    late = request.read(LateIds)
    hold_back(request.sandbox, request.path["object_id"], late.names, late.seconds)
    return {}


HANDLERS: Final[tuple[tuple[str, str, Handler], ...]] = (
    ("POST", "/charges/{charge_id}/refund", refund),
    ("POST", "/objects/{object_id}/late", hold_ids_back),
)
