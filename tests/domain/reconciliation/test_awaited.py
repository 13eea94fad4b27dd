"""What the ledger waits for is known from its events alone, and over with the event that tells it."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain.events.base import Event
from domain.events.coop import CertificationRequested, CertificationRevoked, Certified
from domain.events.dispute import DisputeLost, DisputeOpened, DisputeWon
from domain.events.payout import PayoutCancelled, PayoutFailed, PayoutPaid, PayoutRequested, PayoutReturned, PayoutSent
from domain.reconciliation.awaited import begins, ends
from domain.recorded_event import RecordedEvent
from tests.kit import example
from tests.kit.example_events import EXAMPLES

COOP = UUID(int=900)
STORIES: list[tuple[type[Event], tuple[type[Event], ...]]] = [
    (CertificationRequested, (Certified,)),
    (CertificationRevoked, (Certified,)),
    (PayoutRequested, (PayoutPaid, PayoutFailed, PayoutCancelled, PayoutReturned)),
    (DisputeOpened, (DisputeWon, DisputeLost)),
]


def recorded(kind: type[Event], coop_id: UUID | None = COOP) -> RecordedEvent:
    """An example as the log tells it."""
    return RecordedEvent(7, COOP, 3, coop_id, example.NOW, EXAMPLES[kind])


@pytest.mark.parametrize(("first", "last"), STORIES)
def test_what_begins_to_be_waited_for_ends_under_the_same_name(
    first: type[Event], last: tuple[type[Event], ...]
) -> None:
    name = begins(recorded(first))
    assert name is not None
    assert {ends(recorded(kind)) for kind in last} == {name}


def test_no_other_event_begins_or_ends_anything() -> None:
    known = {kind for first, last in STORIES for kind in (first, *last)}
    assert PayoutSent not in known
    others = [recorded(kind) for kind in EXAMPLES.keys() - known]
    assert {begins(one) for one in others} | {ends(one) for one in others} == {None}


def test_an_event_of_no_coop_waits_for_nothing() -> None:
    assert begins(recorded(PayoutRequested, None)) is None
