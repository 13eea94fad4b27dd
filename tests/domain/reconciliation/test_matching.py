"""Both sides are compared object by object; amounts decide only whether they agree."""

from __future__ import annotations

from datetime import timedelta

from domain.reconciliation.expected import Direction, ExpectedMovement
from domain.reconciliation.matching import GRACE, FoundMovement, MatchState, match, named
from domain.reconciliation.totals import Totals, totals
from tests.domain.reconciliation.movements import NOW, YESTERDAY, found, wish


def states(expected: list[ExpectedMovement], movements: list[FoundMovement]) -> list[tuple[str, MatchState, int]]:
    """Objects, how they compare, and their difference."""
    return [(line.key.object_id, line.state, line.difference) for line in match(expected, movements, NOW)]


def test_what_both_sides_know_for_the_same_cents_matches() -> None:
    assert states([wish("ch_1", 2_000)], [found("ch_1", 2_000)]) == [("ch_1", MatchState.MATCHED, 0)]


def test_a_payment_and_its_fee_are_one_movement() -> None:
    fee = wish("ch_1", 2_000)._replace(cents=-58)
    assert states([wish("ch_1", 2_000), fee], [found("ch_1", 1_942)]) == [("ch_1", MatchState.MATCHED, 0)]


def test_the_same_cents_of_another_object_never_match() -> None:
    assert states([wish("ch_1", 2_000)], [found("ch_2", 2_000)]) == [
        ("ch_1", MatchState.LEDGER_ONLY, -2_000),
        ("ch_2", MatchState.PROVIDER_ONLY, 2_000),
    ]


def test_the_same_object_on_another_account_does_not_match() -> None:
    lines = match([wish("tr_1", 500, account="acct_1")], [found("tr_1", 500, account="acct_2")], NOW)
    assert [(line.key.account, line.state) for line in lines] == [
        ("acct_1", MatchState.LEDGER_ONLY),
        ("acct_2", MatchState.PROVIDER_ONLY),
    ]


def test_one_cent_is_a_difference() -> None:
    assert states([wish("ch_1", 2_000)], [found("ch_1", 1_999)]) == [("ch_1", MatchState.AMOUNT_DIFFERS, -1)]


def test_what_leaves_and_what_comes_back_are_compared_each_on_its_own() -> None:
    lines = match([wish("po_1", -500)], [found("po_1", -500), found("po_1", 500, movement="txn_b")], NOW)
    assert [(line.key.way, line.state) for line in lines] == [
        (Direction.IN, MatchState.PROVIDER_ONLY),
        (Direction.OUT, MatchState.MATCHED),
    ]


def test_either_side_may_know_first_for_half_an_hour() -> None:
    just, before = NOW - GRACE + timedelta(seconds=1), NOW - GRACE
    assert states([wish("ch_1", 5, just)], [found("ch_2", 5, just)]) == [
        ("ch_1", MatchState.IN_FLIGHT, -5),
        ("ch_2", MatchState.IN_FLIGHT, 5),
    ]
    assert states([wish("ch_1", 5, before)], [found("ch_2", 5, before)]) == [
        ("ch_1", MatchState.LEDGER_ONLY, -5),
        ("ch_2", MatchState.PROVIDER_ONLY, 5),
    ]


def test_the_grace_of_money_long_gone_begins_when_the_ledger_hears_of_it() -> None:
    late = wish("ch_1", 5)._replace(moved_at=YESTERDAY, known_at=NOW)
    assert states([late], []) == [("ch_1", MatchState.IN_FLIGHT, -5)]


def test_what_gave_back_all_it_took_and_was_never_booked_needs_no_booking() -> None:
    there, back = found("po_9", -700), found("po_9", 700, movement="txn_back")
    assert {state for _, state, _ in states([], [there, back])} == {MatchState.MATCHED}
    assert states([], [there, back._replace(cents=699)])[0][1] is MatchState.PROVIDER_ONLY


def test_a_line_says_what_both_sides_call_it_and_when_it_moved() -> None:
    (line,) = match([wish("ch_1", 5, NOW)], [found("ch_1", 6, YESTERDAY)], NOW)
    assert (line.what, line.moved_at) == ("charge, PaymentCaptured", YESTERDAY)


def test_what_was_booked_as_unexplained_is_known_by_the_movements_own_name() -> None:
    booked = wish("txn_7", -500, what="MovementSuspended", account="acct_1")
    payout = found("po_7", -500, movement="txn_7", account="acct_1")
    other = found("po_8", -500, movement="txn_8", account="acct_1")
    assert named([booked], [payout, other]) == [payout._replace(object_id="txn_7")]


def test_control_totals_explain_the_difference_by_what_is_on_its_way_and_what_is_broken() -> None:
    lines = match(
        [wish("ch_1", 2_000), wish("ch_2", 1_000), wish("ch_3", 300, NOW)],
        [found("ch_1", 2_000), found("ch_4", 70)],
        NOW,
    )
    whole = totals(2_070, 2_070, 3_300, lines)
    assert (whole.difference, whole.in_flight, whole.breaks, whole.unexplained) == (-1_230, -300, -930, 0)
    assert whole.movement_gap(None) == 0


def test_a_balance_that_changed_without_a_movement_shows() -> None:
    before = Totals(balance=100, movements=100, ledger=100, in_flight=0, breaks=0)
    after = Totals(balance=250, movements=240, ledger=250, in_flight=0, breaks=0)
    assert after.movement_gap(before) == 10
    assert before.movement_gap(None) == 0
