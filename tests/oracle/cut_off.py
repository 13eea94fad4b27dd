"""What a year's closing must carry to the years that families paid for, where the association attaches income to them.

Of each line (one child): what it holds on 31 August × the days of its tariff after that day ÷ all of them, by the
largest remainder. The tariff is the one that its campaign had when the line was placed or corrected; a free one, or one
that is not known, is of no year. Money counts in the year of the month in which it counts. Account 487 then holds that,
and after 1 September what is for years beyond the next one: an entry is the difference to what it holds already.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any, Final, NamedTuple

from tests.oracle.books import Books
from tests.oracle.payouts import largest_remainder
from tests.oracle.rows import Difference, Row, exercise_of

_DEFERRED: Final = "coop.income_deferred"
_RELEASED: Final = "coop.deferred_income_released"
ClassKey = tuple[str, str]
"""A campaign and a class."""


class Held(NamedTuple):
    """What a line holds at the end of a year: in which class, at which tariff, and how much of it may be carried."""

    campaign: str
    class_code: str
    tariff: dict[str, Any]
    cents: int


def cut_off_faults(books: Books) -> Iterator[Difference]:
    """Every inventory entry that no closing of a year asks for, or that is not what it asks for."""
    wanted: dict[int, tuple[str, date, list[dict[str, Any]]]] = {}
    known: dict[str, Counter[ClassKey]] = {}
    for index, row in enumerate(books.rows):
        if row.name in (_DEFERRED, _RELEASED):
            expected = wanted.pop(row.position, None)
            if expected != (row.name, date.fromisoformat(row.state["entered_on"]), row.shares("parts")):
                yield Difference(row.position, "cut_off.entry", f"{row.state['parts']} is not {expected}")
            sign = 1 if row.name == _DEFERRED else -1
            for part in row.shares("parts"):
                held = known.setdefault(row.stream, Counter())
                held[part["campaign_id"], part["class_code"]] += sign * part["cents"]
        elif row.name == "coop.period_closed" and row.state["kind"] == "year":
            entries = _entries(books, row, known.get(row.stream, Counter()))
            for number, (name, day, parts) in enumerate(entries, 1):
                wanted[row.position + number] = (name, day, parts)
                there = books.rows[index + number] if index + number < len(books.rows) else None
                if there is None or there.name != name:
                    yield Difference(row.position, "cut_off.missing", f"{parts} was to be carried on {day}")


def _entries(books: Books, row: Row, known: Counter[ClassKey]) -> Iterator[tuple[str, date, list[dict[str, Any]]]]:
    """The entries of a closing in their order: what it carries over, and what the next year is given back of it."""
    last = date.fromisoformat(row.state["last_day"])
    since = attached_since(books, exercise_of(last))
    lines = [] if since is None else _held(books, row, exercise_of(last), since)
    later, beyond = _after(lines, last), _after(lines, date(last.year + 1, 8, 31))
    for name, day, more, less in (
        (_DEFERRED, last, later, known),
        (_RELEASED, date(last.year, 9, 1), later, beyond),
    ):
        sums = {key: more[key] - less[key] for key in sorted({*more, *less})}
        parts = [{"campaign_id": whose, "cents": cents, "class_code": code} for (whose, code), cents in sums.items()]
        if any(sums.values()):
            yield name, day, [part for part in parts if part["cents"]]


def attached_since(books: Books, year: int) -> int | None:
    """The first of the years up to one that attach income to the years it pays for; a rule holds from the next year."""
    rules: dict[int, bool] = {}
    for row in books.rows:
        if row.name == "association.policy_changed":
            rules[exercise_of(row.day) + 1] = row.state["policy"].get("cut_off") == "rattachement"
    since: int | None = None
    for first in sorted(first for first in rules if first <= year):
        since = (since or first) if rules[first] else None
    return since


def _held(books: Books, row: Row, year: int, since: int) -> list[Held]:
    """What each line holds at the end of a year; only what was collected since the rule holds may be carried."""
    sums: dict[tuple[str, int], Counter[str]] = {}
    whose: dict[tuple[str, int], str] = {}
    before: Counter[tuple[str, int]] = Counter()
    for line in books.lines:
        leg = line.leg
        if leg.account != "contributions" or line.coop != row.stream or line.topic.startswith("coop."):
            continue
        counted = exercise_of(books.period(line.coop, line.day, line.position))
        if line.position < row.position and counted <= year:
            child = leg.contribution, leg.child
            whose[child] = line.campaign
            sums.setdefault(child, Counter())[leg.class_code] -= line.net
            before[child] -= line.net if counted < since else 0
    tariffs = _tariffs(books, row)
    return [
        Held(
            whose[child],
            max(classes, key=lambda code: (classes[code], code)),
            tariffs[child],
            min(classes.total(), classes.total() - before[child]),
        )
        for child, classes in sums.items()
        if child in tariffs
    ]


def _tariffs(books: Books, closing: Row) -> dict[tuple[str, int], dict[str, Any]]:
    """The tariff of each line, as its campaign had it when the line was placed or corrected."""
    offered: dict[str, dict[str, dict[str, Any]]] = {}
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for row in books.rows[: closing.position]:
        known = offered.get(row.stream, {})
        if row.name == "campaign.tariffs_set":
            offered[row.stream] = {tariff["tariff_id"]: tariff for tariff in row.state["tariffs"]}
        elif row.name == "campaign.contribution_placed":
            for line in row.state["lines"]:
                found[row.text("contribution_id"), line["line"]] = known.get(line["tariff_id"], {})
        elif row.name == "campaign.contribution_corrected":
            found[row.text("contribution_id"), row.cents("line")] = known.get(row.text("tariff_id"), {})
    return {child: tariff for child, tariff in found.items() if tariff and not tariff.get("free")}


def _after(lines: list[Held], last: date) -> Counter[ClassKey]:
    """What lines hold for days after one, by campaign and class."""
    found: Counter[ClassKey] = Counter()
    for line in lines:
        first, end = (date.fromisoformat(line.tariff[name]) for name in ("valid_from", "valid_to"))
        days = (end - first).days + 1
        after = min(max((end - last).days, 0), days)
        found[line.campaign, line.class_code] += largest_remainder(max(line.cents, 0), [days - after, after])[1]
    return found
