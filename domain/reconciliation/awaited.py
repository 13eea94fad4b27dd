"""What the ledger waits for the provider to tell: a payout that has not arrived, a certification, an open dispute.

The coop's account is asked after it until it is told, so that a webhook that was lost keeps nobody waiting for a week.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from domain.events.base import Event
from domain.events.coop import CertificationRequested, CertificationRevoked, Certified
from domain.events.dispute import DisputeLost, DisputeOpened, DisputeWon
from domain.events.payout import PayoutCancelled, PayoutFailed, PayoutPaid, PayoutRequested, PayoutReturned
from domain.recorded_event import RecordedEvent


class AwaitedKind(StrEnum):
    """What sort of thing is waited for."""

    CERTIFICATION = "certification"
    PAYOUT = "payout"
    DISPUTE = "dispute"


class Awaited(NamedTuple):
    """Something that is waited for: the coop itself, a payout of ours by its id, or a dispute by the provider's."""

    kind: AwaitedKind
    subject: str


def begins(fact: RecordedEvent) -> Awaited | None:
    """Return what is waited for from an event on, if anything is."""
    return _named(fact) if isinstance(fact.event, _BEGIN) else None


def ends(fact: RecordedEvent) -> Awaited | None:
    """Return what is waited for no more after an event, if anything is."""
    return _named(fact) if isinstance(fact.event, _END) else None


def _named(fact: RecordedEvent) -> Awaited | None:
    event = fact.event
    if fact.coop_id is None:
        return None
    if isinstance(event, DisputeOpened | DisputeWon | DisputeLost):
        return Awaited(AwaitedKind.DISPUTE, event.dispute_id)
    payout_id = getattr(event, "payout_id", None)
    if payout_id is not None:
        return Awaited(AwaitedKind.PAYOUT, str(payout_id))
    return Awaited(AwaitedKind.CERTIFICATION, str(fact.coop_id))


_BEGIN: Final[tuple[type[Event], ...]] = (CertificationRequested, CertificationRevoked, PayoutRequested, DisputeOpened)
_END: Final[tuple[type[Event], ...]] = (
    Certified,
    *(PayoutPaid, PayoutFailed, PayoutCancelled, PayoutReturned),
    *(DisputeWon, DisputeLost),
)
