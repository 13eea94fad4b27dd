"""From when money can leave: what is available first, then day by day; what was asked for before takes it first."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from domain.funds.departures import DatedCents, departures

_THIRD, _FOURTH, _FIFTH = (date(2026, 12, day) for day in (3, 4, 5))


def test_what_is_available_leaves_at_once_and_the_rest_from_the_day_it_becomes_so() -> None:
    made = departures(18_00, 12_00, [DatedCents(_FOURTH, 4_00), DatedCents(_THIRD, 2_00)], 0)
    assert (made.now, made.later) == (12_00, (DatedCents(_THIRD, 2_00), DatedCents(_FOURTH, 4_00)))
    assert (made.undated, made.waits, made.day_of_all()) == (0, 6_00, _FOURTH)


def test_what_was_asked_for_before_takes_its_money_first() -> None:
    made = departures(10_00, 12_00, [DatedCents(_THIRD, 5_00)], 7_00)
    assert made == (5_00, (DatedCents(_THIRD, 5_00),), 0)
    assert departures(10_00, 3_00, [DatedCents(_THIRD, 12_00)], 7_00) == (0, (DatedCents(_THIRD, 8_00),), 2_00)


def test_money_that_the_provider_does_not_show_has_no_day() -> None:
    made = departures(10_00, 4_00, [], 0)
    assert (made.now, made.undated, made.day_of_all()) == (4_00, 6_00, None)


def test_a_refund_that_is_pending_too_takes_from_its_day() -> None:
    made = departures(10_00, 0, [DatedCents(_THIRD, 12_00), DatedCents(_THIRD, -2_00), DatedCents(_FIFTH, 9_00)], 0)
    assert made == (0, (DatedCents(_THIRD, 10_00),), 0)


def test_all_of_it_can_leave_where_nothing_waits() -> None:
    made = departures(10_00, 12_00, [DatedCents(_THIRD, 5_00)], 0)
    assert (made.now, made.waits, made.day_of_all()) == (10_00, 0, None)


@given(
    cents=st.integers(0, 10_000),
    available=st.integers(-5_000, 20_000),
    pending=st.lists(st.builds(DatedCents, st.sampled_from([_THIRD, _FOURTH, _FIFTH]), st.integers(-3_000, 9_000))),
    taken_first=st.integers(0, 5_000),
)
def test_the_parts_are_the_whole_and_never_more_than_there_is(
    cents: int, available: int, pending: list[DatedCents], taken_first: int
) -> None:
    made = departures(cents, available, pending, taken_first)
    assert made.now + sum(one.cents for one in made.later) + made.undated == cents
    assert 0 <= made.now <= max(available - taken_first, 0)
    assert all(one.cents > 0 for one in made.later)
    assert [one.day for one in made.later] == sorted({one.day for one in made.later})
