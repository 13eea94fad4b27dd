"""A break is seen, lasts and is resolved; what nothing explains is booked, but not before it could be told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.reconciliation.breaks import TOLD_WITHIN, Break, BreakState, live, never_told, unexplained
from domain.reconciliation.expected import ExpectedMovement
from domain.reconciliation.matching import FoundMovement, MatchState, match
from tests.domain.reconciliation.movements import IDS, NOW, found, wish

DAY = timedelta(days=1)


def run(
    known: list[Break], expected: list[ExpectedMovement], movements: list[FoundMovement], days: int = 0
) -> list[Break]:
    """The breaks after a run so many days from now."""
    now = NOW + days * DAY
    return live(known, match(expected, movements, now), now)


def test_a_break_is_new_then_persists_then_is_resolved_and_its_age_stays() -> None:
    (first,) = run([], [wish("ch_1", 500)], [])
    assert (first.state, first.kind, first.ledger_cents, first.provider_cents) == (
        BreakState.NEW,
        MatchState.LEDGER_ONLY,
        500,
        0,
    )
    (second,) = run([first], [wish("ch_1", 500)], [], days=1)
    assert (second.state, second.first_seen, second.last_seen) == (BreakState.PERSISTING, NOW, NOW + DAY)
    assert second.age(NOW + DAY) == DAY
    (third,) = run([second], [wish("ch_1", 500)], [found("ch_1", 500)], days=2)
    assert (third.state, third.resolved_at) == (BreakState.RESOLVED, NOW + 2 * DAY)
    assert third.age(NOW + 9 * DAY) == 2 * DAY


def test_a_break_whose_object_is_not_open_any_more_is_resolved() -> None:
    (first,) = run([], [wish("ch_1", 500)], [])
    (second,) = run([first], [], [], days=1)
    assert second.state is BreakState.RESOLVED


def test_a_crawl_begun_again_says_nothing_new() -> None:
    (first,) = run([], [wish("ch_1", 500)], [])
    (again,) = live([first], match([wish("ch_1", 500)], [], NOW), NOW + timedelta(minutes=5))
    assert again.state is BreakState.NEW


def test_a_break_on_which_something_just_moved_stays_as_it_was() -> None:
    (first,) = run([], [wish("ch_1", 500)], [])
    moving = wish("ch_1", 500)._replace(known_at=NOW + DAY)
    assert run([first], [moving], [], days=1) == [first]


def test_what_is_in_flight_or_agrees_is_no_break() -> None:
    assert run([], [wish("ch_1", 500, NOW), wish("ch_2", 5)], [found("ch_2", 5)]) == []


def test_a_break_may_change_its_kind_and_keeps_its_first_sight() -> None:
    (first,) = run([], [wish("ch_1", 500)], [])
    (second,) = run([first], [wish("ch_1", 500)], [found("ch_1", 400)], days=1)
    assert (second.kind, second.provider_cents, second.first_seen) == (MatchState.AMOUNT_DIFFERS, 400, NOW)


@pytest.mark.parametrize("kind", ["stripe_fee", "network_cost", "reserve_hold", "reserve_transaction", "topup"])
def test_fees_reserves_and_topups_are_never_told(kind: str) -> None:
    assert never_told(found("x", -5, kind=kind), IDS)


def test_an_adjustment_is_told_only_where_a_dispute_is_behind_it() -> None:
    assert never_told(found("txn_1", -5, kind="adjustment"), IDS)
    assert not never_told(found("du_1", -5, kind="adjustment"), IDS)
    assert not never_told(found("po_1", -5, kind="payout"), IDS)


def test_a_movement_that_is_never_told_is_unexplained_at_once() -> None:
    assert unexplained(found("txn_1", -5, NOW, kind="stripe_fee"), None, NOW, IDS)


def test_a_movement_that_may_be_told_is_unexplained_once_no_notification_may_tell_it_any_more() -> None:
    payout = found("po_1", -500, kind="payout")
    (seen,) = run([], [], [payout])
    assert not unexplained(payout, None, NOW, IDS)
    assert not unexplained(payout, seen, NOW, IDS)
    for days in (1, 2, 3):
        (seen,) = run([seen], [], [payout], days=days)
    assert not unexplained(payout, seen, NOW + TOLD_WITHIN + timedelta(hours=1), IDS)
    assert unexplained(payout, seen, NOW + TOLD_WITHIN + DAY, IDS)


def test_days_without_a_run_do_not_make_a_movement_unexplained() -> None:
    payout = found("po_1", -500, kind="payout")
    (seen,) = run([], [], [payout])
    assert not unexplained(payout, seen, NOW + 9 * DAY, IDS)
    (again,) = run([seen], [], [payout], days=9)
    assert unexplained(payout, again, NOW + 10 * DAY, IDS)
