"""The geometry of charts: where columns, lines and bars are, on axes with round numbers.

Widths are per cent of the drawing and heights are pixels, so that a chart fills any screen and its words keep their
size. Templates draw them (``charts.html``); what a chart shows is said by its description and by the table below it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from domain.calendar import MONTHS_FR
from domain.money import MINUS, NARROW_NBSP, NBSP, euros

HEIGHT: Final = 200
"""Pixels from the lowest to the highest number of an axis."""
_ABOVE: Final = 12
"""Pixels above the highest one, for half of its words."""
_STEPS: Final = 5
"""An axis has so many steps at most."""
_ROUND: Final = (1, 2, 5, 10)
_EURO: Final = 100
_SEEN: Final = 2
"""The fewest pixels of a column or a bar that is not nothing."""
_BAR_SEEN: Final = 0.6
"""The same of a bar, in per cent."""
_WORDS: Final = 16
"""A chart with more columns than this names some of them only."""
_FEW_LETTERS: Final = 3
"""Words of an axis that need little room have so many letters."""
_LONGEST: Final = (26, 70)
"""Characters of a bar's name on a telephone and on a desk."""
_SHORT_MONTHS: Final = (
    *("janv.", "févr.", "mars", "avr.", "mai", "juin"),
    *("juil.", "août", "sept.", "oct.", "nov.", "déc."),
)


class Label(NamedTuple):
    """The words below a column: on a desk, and on a telephone."""

    wide: str
    narrow: str


class Tick(NamedTuple):
    """A line of an axis: its pixels from the top, and its words."""

    y: float
    text: str


class ChartPlace(NamedTuple):
    """A column, or a place of a line; ``x`` is its left edge and ``middle`` its middle in per cent, the rest pixels."""

    x: float
    middle: float
    width: float
    y: float
    height: float
    label: Label | None


class Axis(NamedTuple):
    """An axis of round numbers, from the lowest to the highest."""

    ticks: tuple[Tick, ...]
    low: int
    high: int

    @property
    def short(self) -> bool:
        """Whether its words need little room."""
        return all(len(tick.text) <= _FEW_LETTERS for tick in self.ticks)

    def y(self, value: int) -> float:
        """Return the pixels from the top at which a value is."""
        return round(_ABOVE + HEIGHT * (self.high - value) / (self.high - self.low), 1)


class ColumnChart(NamedTuple):
    """Columns side by side."""

    title: str
    description: str
    axis: Axis
    columns: tuple[ChartPlace, ...]


Point = tuple[float, float]
"""A place of a drawing, in per cent from its left and in pixels from its top."""


class DrawnLine(NamedTuple):
    """A line of a chart: its name, its points, and its parts from a point to the next."""

    name: str
    segments: tuple[tuple[Point, Point], ...]
    points: tuple[Point, ...]


class LineChart(NamedTuple):
    """Lines over the same places; the first is the one that the chart is about."""

    title: str
    description: str
    axis: Axis
    places: tuple[ChartPlace, ...]
    lines: tuple[DrawnLine, ...]


class Bar(NamedTuple):
    """A bar with its name above it: its width, and that of its hatched part at the end, in per cent."""

    label: Label
    text: str
    width: float
    hatched: float
    y: int


class BarChart(NamedTuple):
    """Bars below each other, the names in the order that they are given in."""

    title: str
    description: str
    bars: tuple[Bar, ...]

    @property
    def height(self) -> int:
        """The pixels of the drawing."""
        return _BAR_HEIGHT * len(self.bars)


_BAR_HEIGHT: Final = 46


def month_label(month: int) -> Label:
    """Name a month below a column, by its number: ``sept.``, and ``S`` where there is little room."""
    return Label(_SHORT_MONTHS[month - 1], MONTHS_FR[month - 1][0].upper())


def in_euros(cents: int) -> str:
    """Write a number of an axis: whole euros without cents."""
    if cents % _EURO:
        return euros(cents)
    grouped = f"{abs(cents) // _EURO:,}".replace(",", NARROW_NBSP)
    return f"{MINUS if cents < 0 else ''}{grouped}{NBSP}€"


def in_numbers(count: int) -> str:
    """Write a number of an axis of counts."""
    return f"{count:,}".replace(",", NARROW_NBSP)


def axis(values: Sequence[int], write: Callable[[int], str], unit: int = 1) -> Axis:
    """Return an axis of round numbers that has room for all values and for nothing, in steps of ``unit`` at least."""
    lowest, highest = min(0, *values, 0), max(0, *values, 0)
    step = _step(max(highest - lowest, unit), unit)
    low = lowest // step * step
    high = -(-max(highest, low + step) // step) * step
    found = Axis((), low, high)
    numbers = range(low, high + 1, step)
    return found._replace(ticks=tuple(Tick(found.y(number), write(number)) for number in numbers))


def _step(span: int, unit: int) -> int:
    power = unit
    while True:
        for factor in _ROUND:
            if power * factor * _STEPS >= span:
                return power * factor
        power *= 10


def money_axis(values: Sequence[int]) -> Axis:
    """Return an axis of euros."""
    return axis(values, in_euros, _EURO)


def columns(values: Sequence[int], labels: Sequence[Label], on: Axis) -> tuple[ChartPlace, ...]:
    """Place columns on an axis; where there are many, the words of some are left out."""
    room, every = 100 / max(len(values), 1), -(-len(values) // _WORDS)
    zero = on.y(0)
    found = []
    for at, (value, label) in enumerate(zip(values, labels, strict=True)):
        height = max(abs(on.y(value) - zero), _SEEN if value else 0)
        top = zero - height if value >= 0 else zero
        x = round(room * (at + 0.15), 2)
        named = label if at % every == 0 else None
        found.append(
            ChartPlace(x, round(room * (at + 0.5), 2), round(room * 0.7, 2), round(top, 1), round(height, 1), named)
        )
    return tuple(found)


def line(name: str, values: Sequence[int], places: Sequence[ChartPlace], on: Axis) -> DrawnLine:
    """Draw a line over the first places, one for each value."""
    points = [(place.middle, on.y(value)) for place, value in zip(places, values, strict=False)]
    return DrawnLine(name, tuple(pairwise(points)), tuple(points))


def bars(rows: Sequence[tuple[str, str, int, int]]) -> tuple[Bar, ...]:
    """Place bars by name, words of the amount, the amount, and what of it is hatched."""
    longest = max((amount for _, _, amount, _ in rows), default=0)
    found = []
    for at, (name, text, amount, hatched) in enumerate(rows):
        width = max(100 * amount / longest, _BAR_SEEN) if amount > 0 else 0.0
        part = max(width * hatched / amount, _BAR_SEEN) if 0 < hatched <= amount else 0.0
        found.append(Bar(_cut(name), text, round(width, 2), round(part, 2), _BAR_HEIGHT * at))
    return tuple(found)


def _cut(name: str) -> Label:
    narrow, wide = (name if len(name) <= most else f"{name[: most - 1].rstrip()}…" for most in _LONGEST)
    return Label(wide, narrow)
