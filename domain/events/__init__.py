"""All events of the ledger: the complete list, and their decoding from stored bytes, old versions included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from domain.errors import LedgerCorrupt
from domain.events import (
    association,
    bank,
    campaign,
    contribution,
    coop,
    dispute,
    instalment,
    payout,
    refund,
)
from domain.events.base import Event, encode
from domain.events.by_hand import cash as cash_by_hand
from domain.events.by_hand import refund as refund_by_hand
from domain.events.closings import cut_off, period
from domain.events.external import payment as external_payment
from domain.events.external import payout as external_payout
from domain.events.held import money as held_money
from domain.events.papers import issued
from domain.events.upcasting import UPCASTERS, Fields

__all__ = ["EVENT_TYPES", "Event", "decode", "encode", "topics_of"]

_MODULES = (
    *(association, coop, bank, period, cut_off, payout, issued, campaign, contribution, instalment),
    *(refund, held_money, dispute, refund_by_hand, cash_by_hand, external_payment, external_payout),
)

EVENT_TYPES: Final[tuple[type[Event], ...]] = tuple(
    value
    for module in _MODULES
    for value in vars(module).values()
    if isinstance(value, type) and issubclass(value, Event) and value is not Event
)
"""Every event class, in the order of the modules."""


def _upcasting_decoder(topic: str) -> Callable[[bytes], Event]:
    """Return a decoder that walks a retired topic forward to today's event."""

    def decode_old(stored: bytes) -> Event:
        fields: Fields = msgspec.json.decode(stored)
        current = topic
        while current in UPCASTERS:
            current, upcast = UPCASTERS[current]
            fields = upcast(fields)
        return msgspec.convert(fields, _BY_TOPIC[current])

    return decode_old


_BY_TOPIC: Final = {event_type.TOPIC: event_type for event_type in EVENT_TYPES}
_DECODERS: Final[dict[str, Callable[[bytes], Event]]] = {
    **{topic: msgspec.json.Decoder(event_type).decode for topic, event_type in _BY_TOPIC.items()},
    **{topic: _upcasting_decoder(topic) for topic in UPCASTERS},
}


def topics_of(*kinds: type[Event]) -> list[str]:
    """Return every topic, retired ones included, that is read as an event of one of some kinds."""
    topics = [kind.TOPIC for kind in kinds]
    for retired, (newer, _) in reversed(UPCASTERS.items()):
        topics += [retired] if newer in topics else []
    return topics


def decode(topic: str, stored: bytes) -> Event:
    """Read stored bytes as an event of today.

    Raises:
        LedgerCorrupt: an unknown topic, or bytes that are not that event.

    """
    decoder = _DECODERS.get(topic)
    if decoder is None:
        raise LedgerCorrupt(topic=topic)
    try:
        return decoder(stored)
    except msgspec.MsgspecError as error:
        raise LedgerCorrupt(topic=topic, detail=str(error)) from error
