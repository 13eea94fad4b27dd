"""What payouts brought is remembered within bounds, and a look at one that is remembered folds nothing."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest

from adapters.log.event_store import EventStore
from domain.papers.payout_lines import PayoutLine
from service.papers.payout_memory import PayoutMemory, RememberedPayout
from tests.kit.api_server import SLUG, TREASURER
from tests.service.pages.payouts.conftest import PaidOut, Visits


def lines(count: int) -> RememberedPayout:
    """A payout of so many lines."""
    day = date(2026, 11, 2)
    made = tuple(
        PayoutLine(place, day, "campaign.payment_captured", None, None, 0, "", 100, 0, earlier=False, whole=100)
        for place in range(count)
    )
    return RememberedPayout(made, {}, as_of=0)


def test_what_was_asked_for_longest_ago_is_forgotten_first() -> None:
    memory = PayoutMemory(most=10)
    first, second, third = (uuid4() for _ in range(3))
    memory.keep(first, lines(4))
    memory.keep(second, lines(5))
    assert memory.find(first) == lines(4)
    memory.keep(third, lines(3))
    found: dict[UUID, bool] = {one: memory.find(one) is not None for one in (first, second, third)}
    assert found == {first: True, second: False, third: True}
    memory.keep(third, lines(6))
    assert memory.find(first) is not None
    memory.keep(second, lines(11))
    assert memory.find(second) is None
    assert memory.find(third) == lines(6)


def test_a_payout_that_arrived_is_folded_once(
    visits: Visits, paid_out: PaidOut, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, home = visits(TREASURER), f"/{SLUG}/coops/{paid_out.coop_id}/virements"
    first = client.get(f"{home}/{paid_out.explained}").text
    folded: list[object] = []
    events = EventStore.coop_events

    def noted(store: EventStore, coop_id: UUID, up_to: int | None = None) -> object:
        folded.append(coop_id)
        return events(store, coop_id, up_to) if up_to is not None else events(store, coop_id)

    monkeypatch.setattr(EventStore, "coop_events", noted)
    assert client.get(f"{home}/{paid_out.explained}").text[-2000:] == first[-2000:]
    assert folded == []
    assert client.get(f"{home}/{paid_out.on_its_way}").status_code == 200
    # One that is on its way is folded at each look, and once more for the rest of what it brings in part.
    assert folded == [paid_out.coop_id] * 2
