"""Charts: axes of round numbers with room for everything, nothing beyond its drawing, small beside large is seen."""

from __future__ import annotations

import random

import pytest

from service.pages.statistics import charts
from service.pages.statistics.charts import HEIGHT, Label

_LABEL = Label("septembre", "S")


@pytest.mark.parametrize(
    ("values", "numbers"),
    [
        ([], ["0 €", "1 €"]),
        ([0, 0], ["0 €", "1 €"]),
        ([1_00], ["0 €", "1 €"]),
        ([88_00], ["0 €", "20 €", "40 €", "60 €", "80 €", "100 €"]),
        ([1_250_00, 40], ["0 €", "500 €", "1 000 €", "1 500 €"]),
        ([-12_00, 30_00], ["−20 €", "−10 €", "0 €", "10 €", "20 €", "30 €"]),
    ],
)
def test_an_axis_has_round_numbers(values: list[int], numbers: list[str]) -> None:
    told = [tick.text.replace("\u00a0", " ").replace("\u202f", " ") for tick in charts.money_axis(values).ticks]
    assert told == numbers


def test_counts_are_whole_numbers() -> None:
    assert [tick.text for tick in charts.axis([1], charts.in_numbers).ticks] == ["0", "1"]
    assert [tick.text for tick in charts.axis([7], charts.in_numbers).ticks] == ["0", "2", "4", "6", "8"]


def test_nothing_is_beyond_its_drawing_and_nothing_is_lost() -> None:
    chance = random.Random(72)  # noqa: S311 - invented amounts
    for _ in range(300):
        values = [int(chance.choice((-1, 0, 1, 1)) * 10 ** chance.uniform(0, 9)) for _ in range(chance.randint(1, 30))]
        axis = charts.money_axis(values)
        assert 2 <= len(axis.ticks) <= 8
        assert axis.low <= min(0, *values)
        assert axis.high >= max(0, *values)
        columns = charts.columns(values, [_LABEL] * len(values), axis)
        for value, one in zip(values, columns, strict=True):
            assert (one.height >= 2) == (value != 0)
            assert one.y >= axis.y(axis.high) - 2
            assert one.y + one.height <= axis.y(axis.low) + 2
            assert one.x >= 0
            assert one.x + one.width <= 100
        drawn = charts.line("2024-2025", values, columns, axis)
        assert len(drawn.points) == len(drawn.segments) + 1 == len(values)


def test_a_column_is_as_high_as_its_value() -> None:
    axis = charts.money_axis([100_00])
    columns = charts.columns([100_00, 50_00, 0], [_LABEL] * 3, axis)
    assert [one.height for one in columns] == [HEIGHT, HEIGHT / 2, 0]
    assert all(one.y + one.height == axis.y(0) for one in columns)


def test_where_there_are_many_columns_some_are_named() -> None:
    few, many = ([one.label for one in charts.columns([1] * n, [_LABEL] * n, charts.money_axis([1]))] for n in (15, 30))
    assert all(few)
    assert [bool(label) for label in many[:4]] == [True, False, True, False]


def test_a_bar_is_as_long_as_its_amount_and_its_end_is_hatched() -> None:
    rows = [("Vie de classe", "100,00 €", 100_00, 25_00), ("x" * 90, "1,00 €", 1, 0), ("Rien", "0,00 €", 0, 0)]
    long, short, nothing = charts.bars(rows)
    assert (long.width, long.hatched) == (100, 25)
    assert short.width > 0
    assert (nothing.width, nothing.hatched) == (0, 0)
    assert (len(short.label.wide), len(short.label.narrow)) == (70, 26)
    assert short.label.narrow.endswith("…")
