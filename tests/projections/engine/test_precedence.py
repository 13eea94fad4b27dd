"""Of several processes one goes first; the others do what it left some time later, and one follows when it ends."""

from __future__ import annotations

import psycopg

from projections.engine.ears import Precedence
from tests.kit.waiting import wait_until

BEHIND = 0.4
PATIENCE = 15.0


def test_one_session_goes_first_and_the_other_looks_later_each_time_it_heard(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as one, psycopg.connect(database, autocommit=True) as other:
        first, second = (Precedence("something", behind=BEHIND) for _ in range(2))
        for _ in range(2):
            assert first.wait(one) == 0.0
            assert 0.0 < second.wait(other) <= BEHIND
            wait_until(lambda: second.wait(other) == 0.0, seconds=PATIENCE, pause=0.01)
            first.done()
            second.done()


def test_who_went_behind_goes_first_once_the_other_session_has_ended(database: str) -> None:
    first, second = (Precedence("something", behind=60) for _ in range(2))
    with psycopg.connect(database, autocommit=True) as other:
        with psycopg.connect(database, autocommit=True) as one:
            assert first.wait(one) == 0.0
            assert second.wait(other) > 0.0
        second.done()
        wait_until(lambda: _goes_first(second, other), seconds=PATIENCE, pause=0.01)
        assert second.wait(other) == 0.0


def _goes_first(precedence: Precedence, session: psycopg.Connection[tuple[object, ...]]) -> bool:
    precedence.done()
    return precedence.wait(session) == 0.0


def test_each_thing_has_a_first_of_its_own(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as one, psycopg.connect(database, autocommit=True) as other:
        assert Precedence("planner", behind=BEHIND).wait(one) == 0.0
        assert Precedence("projector", behind=BEHIND).wait(other) == 0.0
        assert Precedence("planner", behind=BEHIND).wait(other) > 0.0
