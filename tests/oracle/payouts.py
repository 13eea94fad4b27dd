"""What became of each payout, and how much of each movement the arrived ones have covered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from tests.oracle.books import Books
from tests.oracle.rows import Difference, Row


class Stage(NamedTuple):
    """When the log heard of something about a payout, and the day on which it was so."""

    position: int
    day: date


class Item(NamedTuple):
    """One movement in a payout's frozen content: all of it, or a part."""

    key: tuple[str, str, str]
    cents: int


@dataclass
class Payout:
    """One payout, from the wish to the bank's line."""

    payout_id: str
    coop: str
    cents: int
    requested: Stage
    content: tuple[Item, ...]
    sent: Stage | None = None
    arrived: Stage | None = None
    over: Stage | None = None
    returned: Stage | None = None
    matched: int = 0
    return_matched: int = 0
    faults: list[tuple[int, str, str]] = field(default_factory=list)


def payouts_of(books: Books) -> dict[str, Payout]:
    """Every payout of the log, followed to its end."""
    payouts: dict[str, Payout] = {}
    for row in books.rows:
        payout_id = row.text("payout_id")
        if row.name == "coop.payout_requested":
            content = tuple(
                Item((row.stream, item["kind"], item["reference"]), item["cents"]) for item in row.state["content"]
            )
            asked = Stage(row.position, row.day)
            payouts[payout_id] = Payout(payout_id, row.stream, row.cents(), asked, content)
        elif row.name.startswith(("coop.payout_", "coop.bank_")) and payout_id in payouts:
            _follow(payouts[payout_id], row)
    return payouts


def _follow(payout: Payout, row: Row) -> None:
    stage = Stage(row.position, row.day)
    what = row.name.removeprefix("coop.")
    if what == "payout_sent":
        payout.sent = stage
    elif what == "payout_paid":
        payout.arrived = payout.arrived or stage
    elif what in ("payout_failed", "payout_cancelled"):
        payout.over = stage
    elif what == "payout_returned":
        payout.over = payout.returned = stage
    elif what in ("bank_line_matched", "bank_line_unmatched"):
        payout.matched += row.cents() if what == "bank_line_matched" else -row.cents()
    elif what in ("bank_return_matched", "bank_return_unmatched"):
        payout.return_matched += row.cents() if what == "bank_return_matched" else -row.cents()
    if what != "payout_statement_issued" and row.cents() != payout.cents:
        payout.faults.append((row.position, "payout.cents", f"{row.cents()} is not {payout.cents}"))


def covered(payouts: dict[str, Payout], *, position: int, arrived: bool) -> Counter[tuple[str, str, str]]:
    """What the payouts behind a position cover of each movement: those that arrived, or all that are not over."""
    sums: Counter[tuple[str, str, str]] = Counter()
    for payout in payouts.values():
        first = payout.arrived if arrived else payout.requested
        if first is None or first.position > position or (payout.over and payout.over.position <= position):
            continue
        for item in payout.content:
            sums[item.key] += item.cents
    return sums


def content_faults(books: Books, payouts: dict[str, Payout]) -> Iterator[Difference]:
    """Contents that do not add up, cover a cent twice or none that exists, or leave out what had left the account."""
    for payout in payouts.values():
        at = payout.requested.position
        yield from (Difference(*fault) for fault in payout.faults)
        if sum(item.cents for item in payout.content) != payout.cents:
            yield Difference(at, "content.sum", "the content does not add up to the payout")
        if len({item.key for item in payout.content}) != len(payout.content):
            yield Difference(at, "content.twice", "the content names a movement twice")
        before = covered(payouts, position=at - 1, arrived=False)
        now = Counter(before)
        for item in payout.content:
            movement = books.movements.get(item.key)
            now[item.key] += item.cents
            if movement is None or movement.position > at:
                yield Difference(at, "content.unknown", f"no {item.key[1]} {item.key[2]} had moved the account")
            elif not _within(now[item.key], movement.cents) or not item.cents:
                yield Difference(at, "content.more", f"more than all of {item.key[1]} {item.key[2]} is covered")
        yield from _left_out(books, payout, now)
        if not any(one.coop == payout.coop and one.over and one.over.position < at for one in payouts.values()):
            yield from _out_of_order(books, payout, before)


def _left_out(books: Books, payout: Payout, now: Counter[tuple[str, str, str]]) -> Iterator[Difference]:
    """Sums that had left come in full; of what came in, only the last one of the content may be covered in part."""
    at = payout.requested.position
    for movement in books.movements.values():
        if movement.coop == payout.coop and movement.position < at and movement.cents < now[movement.key]:
            yield Difference(at, "content.left_out", f"{movement.kind} {movement.reference} had left before")
    for item in payout.content[:-1]:
        known = books.movements.get(item.key)
        if known and known.cents > now[item.key]:
            yield Difference(at, "content.partial", f"{item.key[1]} {item.key[2]} is in part, and not the last")


def _out_of_order(books: Books, payout: Payout, before: Counter[tuple[str, str, str]]) -> Iterator[Difference]:
    """What left comes first, then what came in, the oldest first; asked only while no payout gave anything back."""
    at = payout.requested.position
    mine = [one for one in books.movements.values() if one.coop == payout.coop and one.position < at]
    left = [one.key for one in mine if one.cents < before[one.key]]
    came = [one.key for one in mine if one.cents > before[one.key]]
    said = [item.key for item in payout.content]
    if said != [*left, *came][: len(said)]:
        yield Difference(at, "content.order", "what left does not come first, or what came in not the oldest first")


def _within(part: int, whole: int) -> bool:
    return 0 <= part <= whole if whole > 0 else whole <= part <= 0


def largest_remainder(cents: int, weights: Sequence[int]) -> list[int]:
    """Parts of a sum in proportion to weights, to the cent."""
    whole = sum(weights) or 1
    parts = [cents * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda index: (-(cents * weights[index] % whole), index))
    for index in order[: cents - sum(parts)]:
        parts[index] += 1
    return parts
