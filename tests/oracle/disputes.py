"""What each dispute holds, from its rows alone: nothing comes back, is lost or is explained that was not taken before.

The money that a bank took of a payment is contested (the coop's cents by child, the tip), or lies in suspense. A win
takes what is in suspense first, then what is contested; money that was lost may come back; two people explain the rest.
What was taken of a payment on hold offsets it: it leaves suspense, and comes back to it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.oracle.books import Books
from tests.oracle.rows import Difference, Row

_OPENED = "campaign.dispute_opened"
_FOLLOW = (
    *("campaign.dispute_won", "campaign.dispute_lost", "campaign.lost_dispute_reinstated"),
    "campaign.dispute_cleared",
)


@dataclass
class Case:
    """One dispute: what of it is contested, lost and in suspense."""

    children: Counter[int] = field(default_factory=Counter)
    lost_children: Counter[int] = field(default_factory=Counter)
    tip: int = 0
    lost_tip: int = 0
    suspense: int = 0

    @property
    def cents(self) -> int:
        """What is contested of the coop's money."""
        return self.children.total()


def dispute_faults(books: Books) -> Iterator[Difference]:
    """Follow every dispute of a log."""
    cases: dict[str, Case] = {}
    for row in books.rows:
        name = row.text("dispute_id")
        if row.name == _OPENED:
            yield from _opened(cases.setdefault(name, Case()), row)
        elif row.name in _FOLLOW and name not in cases:
            yield Difference(row.position, "link.missing", f"no {_OPENED} {name} came before")
        elif row.name in _FOLLOW:
            yield from _followed(cases[name], row)


def _opened(case: Case, row: Row) -> Iterator[Difference]:
    placed, total = row.cents("suspense_cents") < 0, row.cents() + row.cents("tip_cents")
    if placed and (row.cents("suspense_cents") != -total or -row.cents("suspense_cents") > case.suspense):
        yield Difference(row.position, "link.cents", "what finds its place is not what was in suspense")
    case.children.update(_by_child(row))
    case.tip += row.cents("tip_cents")
    case.suspense += row.cents("suspense_cents")


def _followed(case: Case, row: Row) -> Iterator[Difference]:
    cents, tip = row.cents(), row.cents("tip_cents")
    if row.name == "campaign.dispute_cleared":
        case.suspense -= cents
        return
    if row.name == "campaign.dispute_won":
        if cents > case.cents or tip > case.tip:
            yield Difference(row.position, "link.cents", "more is won than was contested")
        _less(case.children, cents)
        case.tip -= tip
        case.suspense -= row.cents("suspense_cents")
    elif row.name == "campaign.dispute_lost":
        if (cents, tip) != (case.cents, case.tip):
            yield Difference(row.position, "link.cents", "what is lost is not what was contested")
        elif _by_child(row) != +case.children:
            yield Difference(row.position, "link.shares", "it is not lost by whom it was contested")
        case.lost_children.update(_by_child(row))
        case.lost_tip += tip
        case.children.clear()
        case.tip = 0
    else:
        if _by_child(row) - case.lost_children or tip > case.lost_tip:
            yield Difference(row.position, "link.cents", "more comes back than was lost")
        case.lost_children.subtract(_by_child(row))
        case.lost_tip -= tip


def _by_child(row: Row) -> Counter[int]:
    counted: Counter[int] = Counter()
    for share in row.shares():
        counted[share["line"]] += share["cents"]
    return +counted


def _less(children: Counter[int], cents: int) -> None:
    """Take cents off children, in proportion to what each has, by the largest remainder."""
    whole = children.total()
    if not cents or not whole:
        return
    lines = list(children)
    parts = [cents * children[line] // whole for line in lines]
    rest = sorted(range(len(lines)), key=lambda place: (-(cents * children[lines[place]] % whole), place))
    for place in rest[: cents - sum(parts)]:
        parts[place] += 1
    for line, part in zip(lines, parts, strict=True):
        children[line] -= part
