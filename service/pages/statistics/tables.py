"""The tables of the statistics, each below the chart that draws it: every figure leads to its rows."""

from __future__ import annotations

from typing import NamedTuple

from service.pages.coop.selection import LinkedFigure, RowKind, RowSelection, linked
from service.pages.frame.visit import CoopVisit
from service.pages.statistics.charts import BarChart, ColumnChart, LineChart
from service.pages.statistics.choice import Chosen


class StatisticsRow(NamedTuple):
    """A line of a table: what it is about, and its figures in the order of the columns."""

    label: str
    figures: tuple[LinkedFigure, ...]


class StatisticsTable(NamedTuple):
    """A table with its columns, its total where there is one, and the chart that draws it where there is one."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[StatisticsRow, ...]
    total: StatisticsRow | None = None
    columns: ColumnChart | None = None
    lines: LineChart | None = None
    bars: BarChart | None = None
    note: str = ""

    @property
    def every(self) -> tuple[StatisticsRow, ...]:
        """The lines, and the total where there is one."""
        return self.rows if self.total is None else (*self.rows, self.total)


class FigureLinks(NamedTuple):
    """What writes figures of a coop together with the address of their rows, for what a page is about."""

    base: str
    chosen: Chosen

    @classmethod
    def of(cls, visit: CoopVisit, chosen: Chosen) -> FigureLinks:
        """Write figures of the coop of a request."""
        return cls(f"{visit.base}{visit.coop_base}", chosen)

    def to(self, value: int, selection: RowSelection) -> LinkedFigure:
        """Write a figure of some rows."""
        return linked(self.base, value, selection)

    def whole(self, value: int, kind: RowKind, figure: str = "") -> LinkedFigure:
        """Write a figure over all that the page is about."""
        return linked(self.base, value, self.chosen.rows(kind, figure))
