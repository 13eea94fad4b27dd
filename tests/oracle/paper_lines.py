"""One paper as it should be: its lines in their order, what they add up to, and the digest that outsiders recompute."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from tests.oracle.books import Movement
from tests.oracle.rows import Row, digest

Entry = dict[tuple[str, str], list[int]]
"""Debit and credit by account and class."""


class Line(NamedTuple):
    """One line of a part: the event that it shows, the account and class, debit less credit."""

    position: int
    on: date
    kind: str
    contribution: str
    account: str
    class_code: str
    cents: int

    def written(self) -> dict[str, Any]:
        """The line as its digest is taken of it."""
        return {
            "account": self.account,
            "class_code": self.class_code,
            "contribution_id": self.contribution or None,
            "credit": max(-self.cents, 0),
            "debit": max(self.cents, 0),
            "kind": self.kind,
            "on": self.on.isoformat(),
            "position": self.position,
        }


@dataclass
class Brought:
    """One movement on a part: its cents, and the account against the bank or what each share shows as income."""

    movement: Movement
    cents: int
    account: str = ""
    shown: list[int] = field(default_factory=list)


@dataclass
class Paper:
    """One paper: what it is about, when, its lines; they add up to ``money``. It must name the paper of ``names``."""

    kind: str
    coop: str
    campaign: str
    exercise: int
    trigger: int
    piece_on: date
    payout_id: str = ""
    cents: int = 0
    money: str = "bank"
    lines: list[Line] = field(default_factory=list)
    brought: list[Brought] = field(default_factory=list)
    lost: list[Row] = field(default_factory=list)
    parts: list[Paper] = field(default_factory=list)
    names: int = 0
    series: str = "R"
    number: int = 0
    part: int = 0

    @property
    def name(self) -> str:
        """Its number as people write it."""
        part = f"/{self.part}" if self.part else ""
        return f"{self.series}-{self.exercise}-{self.exercise + 1}-{self.number:04}{part}"

    @property
    def entry(self) -> Entry:
        """Its lines by account and class, each side apart, with the money that they add up to."""
        entry: Entry = defaultdict(lambda: [0, 0])
        moved = -sum(line.cents for line in self.lines)
        both = [(line.account, line.class_code, line.cents) for line in self.lines]
        for account, class_code, cents in (*both, *([(self.money, "", moved)] if moved else [])):
            entry[account, class_code][0 if cents > 0 else 1] += abs(cents)
        return entry

    @property
    def count(self) -> int:
        """How many lines it has; a statement has those of its parts."""
        return len(self.lines) + sum(len(part.lines) for part in self.parts)

    @property
    def sha256(self) -> str:
        """The digest of its lines; that of a statement is taken of the digests of its parts, one behind the other."""
        if self.series == "V":
            return hashlib.sha256("".join(part.sha256 for part in self.parts).encode()).hexdigest()
        return digest([line.written() for line in self.lines])

    def of(self, row: Row, account: str, cents: int, class_code: str = "") -> None:
        """Add a line about an event."""
        who = row.text("contribution_id")
        self._add(Line(row.position, row.day, row.name, who, account, class_code, cents))

    def about(self, movement: Movement, account: str, cents: int, class_code: str = "") -> None:
        """Add a line about a movement."""
        what = (movement.position, movement.day, movement.kind, movement.contribution)
        self._add(Line(*what, account, class_code, cents))

    def _add(self, line: Line) -> None:
        if line.cents:
            self.lines.append(line)


def by_class(amounts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Add amounts up by class, in the order in which the classes appear."""
    sums: dict[str, int] = {}
    for class_code, cents in amounts:
        if cents:
            sums[class_code] = sums.get(class_code, 0) + cents
    return sums
