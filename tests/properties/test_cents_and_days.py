"""What always holds of amounts, splits, days and classes, whatever the numbers and the text."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from babel.numbers import format_currency
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.allocation import split_by_weight, split_equally, split_within
from domain.calendar import (
    add_months,
    end_of_month,
    first_of_month,
    fiscal_year,
    fiscal_year_bounds,
    paris_date,
    paris_noon,
)
from domain.errors import AmountInvalid, ClassInvalid
from domain.money import MAX_CENTS, euros, parse_euros, plain_euros
from domain.school_classes import class_code
from tests.domain.hostile_names import hostile_names

always = settings(max_examples=150, derandomize=True, database=None, deadline=None, print_blob=True)

ANY_CENTS = st.integers(-MAX_CENTS, MAX_CENTS)
SOME_CENTS = st.integers(0, MAX_CENTS)
WEIGHTS = st.lists(st.integers(0, MAX_CENTS), min_size=1, max_size=20)
PIECES = ("CP", "Ce1", "cm2", "é", "6ème", " ", "\u00a0", "-", " – ", "/", "’", "'")
DAYS = st.dates(date(1997, 1, 1), date(2100, 12, 31))
INSTANTS = st.datetimes(datetime(1997, 1, 1), datetime(2100, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


def last_sunday(year: int, month: int) -> datetime:
    """One o'clock UTC on the last Sunday of a month of 31 days: when European clocks change."""
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)


@always
@given(ANY_CENTS)
def test_any_amount_is_written_as_babel_writes_it_and_read_back(cents: int) -> None:
    by_babel = format_currency(Decimal(cents) / 100, "EUR", locale="fr_FR")
    assert euros(cents) == by_babel.replace("-", "−")
    assert parse_euros(euros(cents)) == parse_euros(plain_euros(cents)) == parse_euros(by_babel) == cents


@always
@given(st.text(alphabet="0123456789 .,-−€EUR\u00a0\u202f٣²", max_size=14))
def test_any_text_is_an_amount_in_bounds_or_refused(text: str) -> None:
    try:
        cents = parse_euros(text)
    except AmountInvalid:
        return
    assert abs(cents) <= MAX_CENTS
    assert parse_euros(plain_euros(cents)) == cents


@always
@given(SOME_CENTS, WEIGHTS)
@example(1, [0, 1, 1])
def test_any_split_is_exact_and_within_a_cent_of_its_proportion(total: int, weights: list[int]) -> None:
    parts = split_by_weight(total, weights)
    base = sum(weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        exact = Fraction(total * weight, base) if base else Fraction(total, len(weights))
        assert exact - 1 < part < exact + 1


@always
@given(SOME_CENTS, WEIGHTS)
def test_lines_of_one_weight_differ_by_a_cent_at_most_and_the_earlier_has_it(total: int, weights: list[int]) -> None:
    parts = split_by_weight(total, weights)
    for weight in set(weights):
        alike = [part for part, other in zip(parts, weights, strict=True) if other == weight]
        assert alike == sorted(alike, reverse=True)
        assert alike[0] - alike[-1] <= 1


@always
@given(st.data(), WEIGHTS)
def test_any_split_stays_within_its_limits(data: st.DataObject, limits: list[int]) -> None:
    total = data.draw(st.integers(0, sum(limits)))
    parts = split_within(total, limits)
    assert sum(parts) == total
    assert all(0 <= part <= limit for part, limit in zip(parts, limits, strict=True))


@always
@given(SOME_CENTS, st.integers(1, 12))
def test_equal_parts_make_the_total_and_the_larger_come_first(total: int, count: int) -> None:
    parts = split_equally(total, count)
    assert (len(parts), sum(parts)) == (count, total)
    assert list(parts) == sorted(parts, reverse=True)
    assert parts[0] - parts[-1] <= 1


@always
@given(st.lists(st.integers(1, 100_000), min_size=1, max_size=6), st.integers(1, 12))
def test_instalments_split_over_what_is_still_owed_bring_every_line_to_its_due(due: list[int], count: int) -> None:
    owed = due
    for cents in split_equally(sum(due), count):
        owed = [left - part for left, part in zip(owed, split_within(cents, owed), strict=True)]
        assert min(owed) >= 0
    assert set(owed) == {0}


@always
@given(INSTANTS)
def test_a_day_in_paris_is_an_hour_ahead_in_winter_and_two_in_summer(instant: datetime) -> None:
    summer = last_sunday(instant.year, 3) <= instant < last_sunday(instant.year, 10)
    assert paris_date(instant) == (instant + timedelta(hours=2 if summer else 1)).date()


@always
@given(DAYS)
def test_noon_in_paris_is_on_its_day(day: date) -> None:
    assert paris_date(paris_noon(day)) == day


@always
@given(DAYS, st.integers(-24, 24))
def test_any_move_by_months_lands_in_that_month_on_that_day_or_its_last(day: date, months: int) -> None:
    moved = add_months(day, months)
    assert (moved.year - day.year) * 12 + moved.month - day.month == months
    assert moved.day == min(day.day, end_of_month(moved).day)


@always
@given(DAYS)
def test_a_month_ends_the_day_before_the_next_begins(day: date) -> None:
    assert first_of_month(day) <= day <= end_of_month(day)
    assert end_of_month(day) + timedelta(days=1) == add_months(first_of_month(day), 1)


@always
@given(DAYS)
def test_every_day_lies_in_its_fiscal_year_and_in_no_other(day: date) -> None:
    first, last = fiscal_year_bounds(fiscal_year(day))
    assert first <= day <= last
    assert last + timedelta(days=1) == fiscal_year_bounds(fiscal_year(day) + 1)[0]


@always
@given(st.text(max_size=45))
def test_any_text_is_a_class_whose_code_is_its_own_or_refused(said: str) -> None:
    try:
        code = class_code(said)
    except ClassInvalid:
        return
    assert class_code(code) == class_code(f" {code.lower()} ") == code
    assert code.isascii()
    assert len(code) <= 40


@always
@given(
    st.lists(st.sampled_from(["CP", "Ce1", "cm2", "é", "6ème", " ", "\u00a0", "-", " – ", "/", "’", "'"]), max_size=8)
)
def test_spaces_and_case_never_make_another_class(parts: list[str]) -> None:
    said = "".join(parts)
    try:
        code = class_code(said)
    except ClassInvalid:
        return
    assert class_code(said.upper()) == class_code(said.lower()) == class_code(said.replace(" ", "\u00a0")) == code


@always
@given(hostile_names())
def test_no_person_s_name_is_a_class_however_it_is_written(name: str) -> None:
    with pytest.raises(ClassInvalid):
        class_code(name)
