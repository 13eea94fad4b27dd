"""What a stream adds up to is read as committed now, whoever wrote it, at a cost that does not grow with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from adapters.log.ledger import Ledger
from adapters.log.state_reader import StateQuestion, StateReader
from domain.campaign.state import Campaign
from domain.coop.state import Coop
from domain.errors import NotFound
from tests.kit.postgres_ledger import (
    opened_ledger,
    pay,
    publish_campaign,
    register_association,
    register_coop,
    run,
)


def broken(_: Any) -> int:  # noqa: ANN401 - any state
    """A view with a fault."""
    return 1 // 0


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    """A ledger with an association."""
    with opened_ledger(database) as opened:
        run(opened.bus, register_association(opened))
        yield opened


def version(state: Any) -> int:  # noqa: ANN401 - any state
    """The version of a state."""
    return int(state.version)


def test_a_stream_is_seen_as_it_is_now_although_it_was_remembered(ledger: Ledger) -> None:
    ids = publish_campaign(ledger.bus, ledger)
    reader = StateReader(ledger.store)
    question = StateQuestion(Campaign, ids.campaign_id, version)
    (before,) = reader.read([question])
    pay(ledger.bus, ids.campaign_id, "ch_1")
    (after,) = reader.read([question])
    assert after == ledger.store.load(Campaign, ids.campaign_id).version
    assert after == before + 2  # type: ignore[operator]


def test_a_long_stream_is_not_read_again(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = publish_campaign(ledger.bus, ledger)
    reader, loads, load = StateReader(ledger.store), Counter[UUID](), ledger.store.load

    def counted(kind: type[Campaign], stream_id: UUID) -> Campaign:
        loads[stream_id] += 1
        return load(kind, stream_id)

    monkeypatch.setattr(ledger.store, "load", counted)
    for number in range(3):
        pay(ledger.bus, ids.campaign_id, f"ch_{number}")
        reader.read([StateQuestion(Campaign, ids.campaign_id, version)] * 5)
    assert loads == {ids.campaign_id: 1}


def test_each_question_has_its_own_answer_or_error(ledger: Ledger) -> None:
    coop_id = uuid4()
    run(ledger.bus, register_coop(ledger, coop_id))
    reader = StateReader(ledger.store)
    for _ in range(2):  # read, and remembered
        found, missing, foreign, failed = reader.read(
            [
                StateQuestion(Coop, coop_id, version),
                StateQuestion(Coop, uuid4(), version),
                StateQuestion(Campaign, coop_id, version),
                StateQuestion(Coop, coop_id, broken),
            ]
        )
        assert (found, missing) == (1, 0)
        assert isinstance(foreign, NotFound)
        assert isinstance(failed, ZeroDivisionError)


def test_a_state_that_could_not_be_caught_up_is_read_anew(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = publish_campaign(ledger.bus, ledger)
    reader, question = StateReader(ledger.store), StateQuestion(Campaign, ids.campaign_id, version)
    reader.read([question])
    pay(ledger.bus, ids.campaign_id, "ch_1")
    with monkeypatch.context() as patch:
        patch.setattr(Campaign, "HANDLERS", {})
        with pytest.raises(Exception, match="ledger-corrupt"):
            reader.read([question])
    assert reader.read([question]) == [ledger.store.load(Campaign, ids.campaign_id).version]


def test_no_more_states_are_remembered_than_there_is_room_for(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.log.state_reader._REMEMBERED", 2)
    coops = [uuid4() for _ in range(3)]
    run(ledger.bus, *(register_coop(ledger, coop_id) for coop_id in coops))
    reader = StateReader(ledger.store)
    reader.read([StateQuestion(Coop, coop_id, version) for coop_id in coops])
    assert list(reader._states) == coops[1:]
