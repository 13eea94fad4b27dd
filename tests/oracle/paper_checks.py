"""Whether the papers that were issued are those that the log calls for."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

from tests.oracle.books import Books
from tests.oracle.paper_lines import Entry, Paper
from tests.oracle.payouts import Payout
from tests.oracle.rows import Difference, Row, canonical

_STATEMENT: Final = "coop.payout_statement_issued.1"
_VOUCHER: Final = "coop.voucher_issued.1"
_FINAL: Final = "coop.voucher_finalized.1"
PAPERS: Final = (_STATEMENT, _VOUCHER, _FINAL)
_REPEATED: Final = (
    *("cents", "exercise", "piece_on", "lines_sha256", "trigger", "returns", "number", "part", "edition"),
    *("blocked", "to_pay_out", "overpaid"),
)
"""Fields of a paper's event that its print may repeat."""


def paper_faults(books: Books, coop: str, papers: list[Paper], payouts: dict[str, Payout]) -> Iterator[Difference]:
    """Everything about a coop's issued papers that does not fit."""
    rows = [row for row in books.rows if row.stream == coop and row.topic in PAPERS]
    wanted = {_key(paper): paper for paper in papers}
    seen: set[tuple[int, str, str]] = set()
    for row in rows:
        yield from _form(books, row)
        if row.topic == _FINAL:
            yield from _final(books, rows, row, payouts)
            continue
        key = (row.cents("trigger"), "V" if row.topic == _STATEMENT else "R", row.text("campaign_id"))
        if key in seen:
            yield Difference(row.position, "paper.twice", "this paper was issued before")
        seen.add(key)
        paper = wanted.get(key)
        if paper is None:
            yield Difference(row.position, "paper.unexpected", "nothing in the log calls for this paper")
        elif row.topic == _STATEMENT:
            yield from _statement(row, paper)
        else:
            yield from _voucher(rows, row, paper)
    yield from _missing(rows, wanted, seen)
    yield from _numbers(rows)
    yield from _payout_sums(rows)


def _key(paper: Paper) -> tuple[int, str, str]:
    return paper.trigger, "V" if paper.kind in ("statement", "return") else "R", paper.campaign


def _missing(
    rows: list[Row], wanted: dict[tuple[int, str, str], Paper], seen: set[tuple[int, str, str]]
) -> Iterator[Difference]:
    """A paper is missing when one that was called for later is there; the last ones may still be to come."""
    latest = max((trigger for trigger, _, _ in seen), default=0)
    for key, paper in wanted.items():
        if key not in seen and key[0] <= latest and rows:
            yield Difference(
                rows[-1].position, "paper.missing", f"{paper.kind} of event {paper.trigger} was not issued"
            )


def _form(books: Books, row: Row) -> Iterator[Difference]:
    """What every paper has: a cause before it, a canonical text, a digest, amounts on one side each."""
    trigger = books.at.get(row.cents("trigger"))
    if trigger is None or trigger.position >= row.position:
        yield Difference(row.position, "paper.trigger", "no event before it is its cause")
    yield from _printed(row)
    if row.topic != _FINAL and not re.fullmatch(r"[0-9a-f]{64}", row.text("lines_sha256")):
        yield Difference(row.position, "paper.digest", "this is no SHA-256")
    if row.topic == _STATEMENT:
        return
    entry = row.state["entry"]
    if any(line["debit"] < 0 or line["credit"] < 0 or (line["debit"] > 0) == (line["credit"] > 0) for line in entry):
        yield Difference(row.position, "paper.sides", "a line is not positive on one side")
    if sum(line["debit"] - line["credit"] for line in entry):
        yield Difference(row.position, "paper.balance", "debits are not credits")
    yield from _recap(row)


def _printed(row: Row) -> Iterator[Difference]:
    """What is printed is canonical JSON, and says of itself what the event says, wherever it has the same field."""
    try:
        printed = json.loads(row.text("printed"))
    except ValueError:
        printed = None
    if not isinstance(printed, dict) or canonical(printed).decode() != row.text("printed"):
        yield Difference(row.position, "paper.printed", "what is printed is no canonical JSON")
        return
    same = [name for name in _REPEATED if name in printed and name in row.state]
    other: list[str] = [name for name in same if printed[name] != row.state[name]]
    if not str(printed.get("reference", name_of(row))).startswith(name_of(row)):
        other.append("reference")
    for name, sides in (("entry", ("debit", "credit")), ("classes", ("received", "returned"))):
        if name in printed and _figures(printed[name], sides) != _figures(row.state.get(name, ()), sides):
            other.append(name)
    yield from (Difference(row.position, "paper.printed", f"its {name} is not the event's") for name in other)


def _figures(items: Iterable[dict[str, Any]], sides: tuple[str, str]) -> list[tuple[int, ...]]:
    return sorted(tuple(item[side] for side in sides) for item in items)


def name_of(row: Row) -> str:
    """The number of an issued paper as people write it, without its part."""
    series = "V" if row.topic == _STATEMENT else row.text("series") or "R"
    exercise = row.cents("exercise")
    return f"{series}-{exercise}-{exercise + 1}-{row.cents('number'):04}"


def _recap(row: Row) -> Iterator[Difference]:
    """The classes say what the entry's income says, each side apart, and no class is there twice."""
    sides: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for line in row.state["entry"]:
        if line["account"] == "contributions":
            sides[line["class_code"]][0] += line["credit"]
            sides[line["class_code"]][1] += line["debit"]
    said = {one["class_code"]: [one["received"], one["returned"]] for one in row.state["classes"]}
    if len(said) != len(row.state["classes"]):
        yield Difference(row.position, "paper.classes", "a class is there twice")
    if {code: both for code, both in said.items() if any(both)} != dict(sides):
        yield Difference(row.position, "paper.classes", f"{said} is not {dict(sides)}")
    for one in row.state["classes"]:
        if min(one["children"], one["children_back"], one["received"], one["returned"]) < 0:
            yield Difference(row.position, "paper.sides", "a figure of a class is negative")


def _dates(row: Row, paper: Paper) -> Iterator[Difference]:
    if row.text("piece_on") != paper.piece_on.isoformat():
        yield Difference(row.position, "paper.date", f"{row.text('piece_on')} is not {paper.piece_on}")
    if row.cents("exercise") != paper.exercise:
        yield Difference(row.position, "paper.exercise", f"{row.cents('exercise')} is not {paper.exercise}")


def _statement(row: Row, paper: Paper) -> Iterator[Difference]:
    yield from _dates(row, paper)
    if (row.text("payout_id"), row.cents()) != (paper.payout_id, paper.cents):
        yield Difference(row.position, "paper.cents", f"{row.cents()} is not {paper.cents}")
    yield from _lines(row, paper)
    if bool(row.text("returns")) != (paper.kind == "return"):
        yield Difference(row.position, "paper.returns", "it names no statement, or should not")


def _lines(row: Row, paper: Paper) -> Iterator[Difference]:
    """The lines are counted, and their digest is that of the lines that the log makes."""
    if row.cents("lines") != paper.count:
        yield Difference(row.position, "paper.lines", f"{row.cents('lines')} is not {paper.count}")
    if row.text("lines_sha256") != paper.sha256:
        yield Difference(row.position, "paper.digest", f"{row.text('lines_sha256')} is not {paper.sha256}")


def _names(rows: list[Row], row: Row, paper: Paper) -> Iterator[Difference]:
    """A part that takes another back names it."""
    for one in rows:
        same = one.topic == _VOUCHER and one.text("campaign_id") == row.text("campaign_id")
        if paper.names and same and one.cents("trigger") == paper.names:
            part = f"/{one.cents('part')}" if one.text("series") == "R" else ""
            if name_of(one) + part not in row.state["rectifies"]:
                yield Difference(row.position, "paper.rectifies", f"it does not name {name_of(one)}{part}")


def _voucher(rows: list[Row], row: Row, paper: Paper) -> Iterator[Difference]:
    yield from _dates(row, paper)
    yield from _names(rows, row, paper)
    if row.text("series") != paper.series:
        yield Difference(row.position, "paper.series", f"{row.text('series')} is not {paper.series}")
    yield from _lines(row, paper)
    if (row.text("kind") == "year_end") != (paper.kind == "year_end"):
        yield Difference(row.position, "paper.kind", f"{row.text('kind')} is not {paper.kind}")
    if paper.kind == "payout" and row.text("payout_id") != paper.payout_id:
        yield Difference(row.position, "paper.payout", "it is about another payout")
    if paper.kind == "rectifying" and not row.state["rectifies"]:
        yield Difference(row.position, "paper.rectifies", "it does not say what it takes back")
    said: Entry = defaultdict(lambda: [0, 0])
    for line in row.state["entry"]:
        said[line["account"], line["class_code"]][0] += line["debit"]
        said[line["account"], line["class_code"]][1] += line["credit"]
    gross = paper.kind == "payout"
    if _plain(said, gross=gross) != _plain(paper.entry, gross=gross):
        one, two = _plain(said, gross=gross), _plain(paper.entry, gross=gross)
        yield Difference(row.position, "paper.entry", f"{one} is not {two}")


def _plain(entry: Entry, *, gross: bool) -> dict[tuple[str, str], tuple[int, int]]:
    """An entry for comparing: income gross in parts of payouts, the rest as debit less credit."""
    plain: Counter[tuple[str, str]] = Counter()
    sides: dict[tuple[str, str], tuple[int, int]] = {}
    for (account, class_code), (debit, credit) in entry.items():
        if gross and account == "contributions":
            sides[account, class_code] = debit, credit
        else:
            plain[account, class_code] += debit - credit
    return sides | {key: (cents, 0) for key, cents in plain.items() if cents}


def _numbers(rows: list[Row]) -> Iterator[Difference]:
    """Numbers begin at 1 in each series and exercise and have no gap; parts and editions follow each other."""
    last: Counter[tuple[str, int]] = Counter()
    pieces: dict[tuple[str, int], int] = {}
    parts: Counter[tuple[str, int]] = Counter()
    editions: Counter[tuple[str, int]] = Counter()
    for row in rows:
        exercise, number = row.cents("exercise"), row.cents("number")
        series = "V" if row.topic == _STATEMENT else row.text("series") or "R"
        subject = (row.text("campaign_id"), exercise)
        alone = row.topic == _STATEMENT or series == "D"
        right = None if alone else pieces.get(subject)
        if right is None:
            right = last[series, exercise] + 1
            if not alone:
                pieces[subject] = right
        last[series, exercise] = max(last[series, exercise], number)
        if number != right:
            yield Difference(row.position, "paper.number", f"{series}-{number} is not {series}-{right}")
        if row.topic == _FINAL:
            editions[subject] += 1
            if row.cents("edition") != editions[subject]:
                yield Difference(row.position, "paper.edition", f"this is edition {editions[subject]}")
        elif row.topic == _VOUCHER and not alone:
            parts[subject] += 1
            if row.cents("part") != parts[subject]:
                yield Difference(row.position, "paper.part", f"this is part {parts[subject]}")


def _payout_sums(rows: list[Row]) -> Iterator[Difference]:
    """The parts of a payout, the coop's own included, add up to its statement."""
    for row in rows:
        if row.topic != _STATEMENT:
            continue
        parts = [one for one in rows if one.topic == _VOUCHER and one.cents("trigger") == row.cents("trigger")]
        lines = [line for part in parts for line in part.state["entry"] if line["account"] == "bank"]
        total = sum(line["debit"] - line["credit"] for line in lines)
        if parts and total != (-row.cents() if row.text("returns") else row.cents()):
            yield Difference(row.position, "paper.payout_sum", f"its parts are {total}, and not {row.cents()}")


def _final(books: Books, rows: list[Row], row: Row, payouts: dict[str, Payout]) -> Iterator[Difference]:
    """A final recap adds up the parts of its number and its expenses, and says what is not paid out."""
    subject = (row.text("campaign_id"), row.cents("exercise"))
    parts = [
        one
        for one in rows
        if one.topic == _VOUCHER
        and one.position < row.position
        and (one.text("campaign_id"), one.cents("exercise")) == subject
    ]
    sums = [_sums([part]) for part in parts]
    total: Counter[tuple[str, str]] = Counter()
    for one in sums:
        total.update(one)
    if {key: cents for key, cents in total.items() if cents} != _sums([row]):
        yield Difference(row.position, "final.entry", "it is not the sum of its parts")
    trigger = books.at.get(row.cents("trigger"))
    if trigger is None:
        return
    year = trigger.name == "coop.period_closed"
    day = date.fromisoformat(trigger.state["last_day"]) if year else date.max
    rest = _rest(books, payouts, row, trigger.position, day)
    said = row.cents("to_pay_out") - row.cents("overpaid")
    if said != rest or min(row.cents("to_pay_out"), row.cents("overpaid"), row.cents("blocked")) < 0:
        yield Difference(row.position, "final.to_pay_out", f"{said} is not {rest}")
    blocked = sum(
        line.net
        for line in books.lines
        if line.leg.account == "online_blocked"
        and line.campaign == subject[0]
        and line.position <= trigger.position
        and line.day <= day
    )
    if row.cents("blocked") != blocked:
        yield Difference(row.position, "final.blocked", f"{row.cents('blocked')} is not {blocked}")


def _rest(books: Books, payouts: dict[str, Payout], row: Row, position: int, day: date) -> int:
    """What a campaign brought online less what arrived at the bank, up to a position and a day."""
    done: Counter[tuple[str, str, str]] = Counter()
    for payout in payouts.values():
        there = payout.arrived and payout.arrived.position <= position and payout.arrived.day <= day
        gone = payout.over and payout.over.position <= position and payout.over.day <= day
        for item in payout.content if there and not gone else ():
            done[item.key] += item.cents
    return sum(
        movement.cents - done[movement.key]
        for movement in books.movements.values()
        if movement.campaign == row.text("campaign_id") and movement.position <= position and movement.day <= day
    )


def _sums(rows: list[Row]) -> dict[tuple[str, str], Any]:
    sums: Counter[tuple[str, str]] = Counter()
    for row in rows:
        for line in row.state["entry"]:
            sums[line["account"], line["class_code"]] += line["debit"] - line["credit"]
    return {key: cents for key, cents in sums.items() if cents}
