"""What happens at Stripe without anybody asking, on demand."""

from __future__ import annotations

from typing import Final

import msgspec

from adapters.stripe_sandbox.control.request import ControlRequest, Handler
from adapters.stripe_sandbox.interactions import surprises
from adapters.stripe_sandbox.interactions.surprises import UnannouncedType


class TopUp(msgspec.Struct, forbid_unknown_fields=True):
    """How many cents the platform brings."""

    cents: int


class Unannounced(msgspec.Struct, forbid_unknown_fields=True):
    """A balance transaction without event, of the platform unless ``account`` says whose."""

    type: UnannouncedType
    cents: int
    account: str = ""
    description: str = ""


async def top_up(request: ControlRequest) -> object:
    """Bring money to the platform's balance."""
    return {"topup": surprises.top_up(request.sandbox, request.read(TopUp).cents)}


async def book_unannounced(request: ControlRequest) -> object:
    """Move money without telling."""
    one = request.read(Unannounced)
    made = surprises.book_unannounced(request.sandbox, one.account, one.type, one.cents, one.description)
    return {"balance_transaction": made}


async def renew_card(request: ControlRequest) -> object:
    """Renew a kept card."""
    surprises.renew_card(request.sandbox, request.path["method_id"])
    return {}


class Telling(msgspec.Struct, forbid_unknown_fields=True):
    """An event to emit, and the id of the object it is about."""

    type: str
    object: str


async def tell(request: ControlRequest) -> object:
    """Emit an event by hand."""
    told = request.read(Telling)
    return {"event": surprises.tell(request.sandbox, told.type, told.object)}


async def warn(request: ControlRequest) -> object:
    """Warn of fraud."""
    return {"warning": surprises.warn_of_fraud(request.sandbox, request.path["charge_id"])}


HANDLERS: Final[tuple[tuple[str, str, Handler], ...]] = (
    ("POST", "/topups", top_up),
    ("POST", "/balance_transactions", book_unannounced),
    ("POST", "/payment_methods/{method_id}/renewal", renew_card),
    ("POST", "/charges/{charge_id}/warning", warn),
    ("POST", "/events", tell),
)
