"""What a closing must say, worked out from the rows behind its position."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from tests.oracle.books import Books
from tests.oracle.paper_checks import PAPERS, name_of
from tests.oracle.rows import Difference, Row, exercise_of, month_of, next_month


def elsewhere(books: Books, coop: str, *, day: date, position: int) -> dict[str, int]:
    """What each other platform holds for a coop at the end of a day, as known behind a position; also nothing more."""
    sums: Counter[str] = Counter()
    for line in books.lines:
        known = line.day <= day and line.position <= position
        if known and line.leg.account == "collected_elsewhere" and line.coop == coop:
            sums[books.at[line.position].text("platform")] += line.net
    return dict(sorted(sums.items()))


def figures(books: Books, coop: str, first: date, last: date, position: int) -> dict[str, Any]:
    """The figures of a period as they were known behind a position."""
    start, end = month_of(first), month_of(last)
    boxes = books.boxes(coop, start, end, position=position)
    return {
        "boxes": {**boxes._asdict(), "closing": boxes.closing},
        "receipts": _by_origin(books, coop, start, end, position, "receipts"),
        "disbursements": _by_origin(books, coop, start, end, position, "disbursements"),
        "blocked": books.balance("online_blocked", coop, day=last, position=position),
        "year_to_date": books.year_to_date(coop, end, position=position),
        "perpetual": books.totals(coop, end, position=position),
        "held_elsewhere": [
            {"platform": name, "cents": cents}
            for name, cents in elsewhere(books, coop, day=last, position=position).items()
        ],
    }


def _by_origin(books: Books, coop: str, start: date, end: date, position: int, side: str) -> dict[str, int]:
    sums = {"families": 0, "refunds": 0, "platform": 0}
    for flow in books.flows:
        if flow.coop == coop and flow.position <= position and start <= flow.period <= end and flow.origin in sums:
            sums[flow.origin] += getattr(flow, side)
    return sums


def closing_faults(books: Books) -> Iterator[Difference]:
    """Every closing whose figures, head, order or papers are not what the rows behind its position say."""
    named: dict[str, dict[str, int]] = {}
    for row in books.rows:
        if row.topic != "coop.period_closed.2":
            continue
        first, last = (date.fromisoformat(row.state[field]) for field in ("first_day", "last_day"))
        position = row.cents("up_to_position")
        yield from _figure_faults(row, figures(books, row.stream, first, last, position))
        yield from _order_faults(books, row, first, last)
        for line in books.lines:
            if line.coop == row.stream and position < line.position < row.position and line.day <= last:
                yield Difference(
                    row.position, "closing.guard", f"event {line.position} came before it, behind its figures"
                )
                break
        if position >= row.position or (position and position not in books.at):
            yield Difference(row.position, "closing.position", f"it cannot have seen position {position}")
        head = books.at[position].head if position in books.at else ""
        if head and head != row.text("chain_head"):
            yield Difference(row.position, "closing.head", f"the chain has another hash at position {position}")
        yield from _paper_faults(books, row, position, named.setdefault(row.stream + row.text("kind"), {}))


def _figure_faults(row: Row, right: dict[str, Any]) -> Iterator[Difference]:
    for name, value in right.items():
        said = row.state[name]
        if isinstance(value, list):
            said = sorted(said, key=lambda one: str(one["platform"]))
        if said != value:
            yield Difference(row.position, f"closing.{name}", f"{said} is not {value}")
    boxes = row.state["boxes"]
    if boxes["opening"] + boxes["receipts"] - boxes["disbursements"] - boxes["transfers"] != boxes["closing"]:
        yield Difference(row.position, "closing.roll_forward", "the boxes do not roll forward")


def _first_month(books: Books, row: Row) -> date:
    """The month of the coop's registration or of its first money, whichever came first."""
    days = [one.day for one in books.rows if one.topic == "coop.registered.1" and one.stream == row.stream]
    days += [flow.day for flow in books.flows if flow.coop == row.stream and flow.position < row.position]
    return min(map(month_of, days), default=date.min)


def _order_faults(books: Books, row: Row, first: date, last: date) -> Iterator[Difference]:
    """Months follow each other from the first one; a year comes once, after its last month."""
    months = [month for at, month in books.closed[row.stream] if at < row.position]
    if row.state["kind"] == "month":
        right = next_month(months[-1]) if months else _first_month(books, row)
        if first != right or last != next_month(right) - timedelta(days=1):
            yield Difference(row.position, "closing.order", f"{first} – {last} is not the month that begins on {right}")
        return
    year = exercise_of(first)
    if (first, last) != (date(year, 9, 1), date(year + 1, 8, 31)):
        yield Difference(row.position, "closing.order", f"{first} – {last} is no year")
    if date(year + 1, 8, 1) not in months:
        yield Difference(row.position, "closing.order", "the months of the year are not closed")
    earlier = [
        one
        for one in books.rows
        if one.stream == row.stream and one.topic == row.topic and one.position < row.position
        if one.state["kind"] == "year" and one.state["first_day"] == row.state["first_day"]
    ]
    if earlier:
        yield Difference(row.position, "closing.order", "the year was closed before")


def _paper_faults(books: Books, row: Row, position: int, named: dict[str, int]) -> Iterator[Difference]:
    """A closing lists papers that stand behind its position, and no paper is listed by two closings of a kind."""
    issued = {
        name_of(one)
        for one in books.rows
        if one.stream == row.stream and one.topic in PAPERS and one.position <= position
    }
    for name in row.state["papers_issued"]:
        bare = name.partition("/")[0]
        if bare not in issued:
            yield Difference(row.position, "closing.papers", f"{name} was not issued before")
        if name in named:
            yield Difference(row.position, "closing.papers", f"{name} is listed by two closings")
        named[name] = row.position
