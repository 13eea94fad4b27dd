"""Finding, for each line of a file, the payment that is held of it: by numbers where there are any, never by amounts.

The search goes from what is surest to what is least: identifiers that the log keeps (keyed hashes), numbers of the
platform, then the names in the vault, which an export with other columns may need. What is found once is not found
again, so that two payments of one child stay two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from adapters.imports import Means, Mention, PaymentRow
from adapters.imports.headers import letters
from adapters.people_vault import Person
from domain.school_classes import is_same_class
from service.imports.held import Held, HeldChild
from service.imports.row_ids import Identifiers, Identity, Row, child_of, identities_held, identities_of, mentioned_day

Names = Callable[[Sequence[UUID]], Mapping[UUID, Person]]
"""Reads people in the vault; those who were erased are missing."""
TRANSACTION: Final = "N° de transaction"
_LEVELS: Final = 3
"""The most identities that a line has."""
TICKET: Final = "N° de billet"
"""Under which questions the vault keeps a child's numbers at the other platform."""


class Found(StrEnum):
    """How a line and what is held of it belong together."""

    SAME = "same"
    MOVED = "moved"
    """The child is the same, and the day is not."""
    PERHAPS = "perhaps"
    """Day and amount are the same, and who paid has been erased."""


class Pair(NamedTuple):
    """A line of a file, what is held of it, and how surely."""

    row: Row
    held: HeldChild
    found: Found = Found.SAME


class Matching(NamedTuple):
    """Lines with what is held of them, payments that are new, and what no line is about."""

    pairs: tuple[Pair, ...]
    new: tuple[PaymentRow, ...]
    gone: tuple[HeldChild, ...]


class Matcher:
    """One comparison of a file with what a campaign holds."""

    def __init__(self, held: Held, ids: Identifiers, platform: str, names: Names) -> None:
        self._held = held
        self._ids = ids
        self._names = names
        self._free = dict.fromkeys(line for line in held.lines if line.is_cash or line.platform == platform)
        self._left: list[Row] = []
        self._told: dict[int, tuple[Identity, ...]] = {}
        self._pairs: list[Pair] = []

    def match(self, rows: Iterable[PaymentRow], mentions: Iterable[Mention]) -> Matching:
        """Compare all lines of a file; the order of its lines counts only for what they do not tell apart."""
        self._left = [*rows, *mentions]
        days = [day for row in self._left if (day := mentioned_day(row)) is not None]
        self._by_identity(lambda identity: (line for line in self._known(identity) if line is not None))
        self._by_number()
        if any(not row.reference for row in self._left) and any(line.imported for line in self._free):
            self._by_name(days)
        new = tuple(row for row in self._left if isinstance(row, PaymentRow))
        within = (min(days), max(days)) if days else (date.max, date.min)
        gone = (line for line in self._free if line.imported and not line.is_cash and line.left)
        return Matching(tuple(self._pairs), new, tuple(line for line in gone if within[0] <= line.day <= within[1]))

    def _known(self, identity: Identity) -> Iterator[HeldChild | None]:
        """What is, or was, held under an identity, in the order it was imported."""
        number = 1
        while (participant_id := self._ids.participant(identity, number)) in self._held.by_participant:
            yield self._held.by_participant[participant_id]
            number += 1

    def _by_identity(self, held_under: Callable[[Identity], Iterable[HeldChild]]) -> None:
        """Pair lines with what is held under the same identity, the surest identities first."""
        for level in range(_LEVELS):
            groups: dict[Identity, list[Row]] = defaultdict(list)
            for row in self._left:
                told = self._told.get(id(row)) or self._told.setdefault(id(row), identities_of(row))
                if level < len(told):
                    groups[told[level]].append(row)
            for identity, twins in groups.items():
                self._pair(twins, [line for line in held_under(identity) if line in self._free])
            self._forget_paired()

    def _by_number(self) -> None:
        """Pair lines with payments that are held under their number: of another child's name, or entered by hand."""
        numbered: dict[str, list[HeldChild]] = defaultdict(list)
        for line in self._free:
            if not line.is_cash:
                parts = line.reference.split("-")
                for end in range(1, len(parts) + 1):
                    numbered["-".join(parts[:end])].append(line)
        groups: dict[str, list[Row]] = defaultdict(list)
        for row in self._left:
            if number := row.reference or row.transaction:
                groups[number].append(row)
        for number, rows in groups.items():
            self._pair(rows, [line for line in numbered.get(number, ()) if line in self._free])
        self._forget_paired()

    def _by_name(self, days: Sequence[date]) -> None:
        """Pair lines with what is held of the same child, under numbers or a day that one of the two does not tell."""
        waiting = [line for line in self._free if line.imported]
        people = self._names([line.participant_id for line in waiting])
        by_identity: dict[Identity, list[HeldChild]] = defaultdict(list)
        by_child: dict[Identity, list[HeldChild]] = defaultdict(list)
        for line in waiting:
            person = people.get(line.participant_id)
            if person is not None:
                for identity in _identities_held(line, person):
                    by_identity[identity].append(line)
                if min(days, default=date.max) <= line.day <= max(days, default=date.min):
                    by_child[_child(person)].append(line)
        self._by_identity(lambda identity: by_identity.get(identity, ()))
        for row in [row for row in self._left if not row.reference]:
            lines = [line for line in by_child.get(child_of(row), ()) if line in self._free]
            both = [line for line in lines if row.transaction and TRANSACTION in people[line.participant_id].extra]
            self._pair([row], [line for line in lines if line not in both], Found.MOVED)
        self._forget_paired()
        self._by_day_of_erased([line for line in waiting if line.participant_id not in people])

    def _by_day_of_erased(self, erased: Sequence[HeldChild]) -> None:
        """Pair payments with those of erased people that look like them: whether they are the same, nobody can tell."""
        for row in [row for row in self._left if isinstance(row, PaymentRow) and not row.reference]:
            like = [line for line in erased if line in self._free and _like(row, line)]
            self._pair([row], like, Found.PERHAPS)
        self._forget_paired()

    def _pair(self, rows: Sequence[Row], held: Sequence[HeldChild], found: Found = Found.SAME) -> None:
        """Pair lines and what is held of one identity: equal amount and class first, then equal amount, then any."""
        waiting, lines = list(rows), list(dict.fromkeys(held))
        for alike in (_same_money_and_class, _same_money, _says_back, _any):
            for row in tuple(waiting):
                line = next((line for line in lines if alike(row, line)), None)
                if line is not None:
                    waiting.remove(row)
                    lines.remove(line)
                    del self._free[line]
                    self._pairs.append(Pair(row, line, found))

    def _forget_paired(self) -> None:
        paired = {id(pair.row) for pair in self._pairs}
        self._left = [row for row in self._left if id(row) not in paired]

    def identifier(self, row: PaymentRow, taken: dict[Identity, int]) -> UUID:
        """Return the identifier of a row that is to be recorded: of the first occurrence that nothing has had."""
        identity = self._told[id(row)][0]
        if identity not in taken:
            taken[identity] = sum(1 for _ in self._known(identity))
        taken[identity] += 1
        return self._ids.participant(identity, taken[identity])


def _identities_held(line: HeldChild, person: Person) -> Iterator[Identity]:
    """What identifies a held line whose child is known."""
    numbers = (person.extra.get(TRANSACTION, ""), person.extra.get(TICKET, ""))
    return identities_held(*numbers, _child(person), "cash" if line.is_cash else "external", line.day)


def _child(person: Person) -> Identity:
    return (letters(person.first_name), letters(person.last_name))


def _like(row: PaymentRow, line: HeldChild) -> bool:
    """Whether a payment may be one whose child is erased: two numbers that differ say that it is not."""
    same_way = (row.means is Means.CASH) == line.is_cash and not (row.transaction and line.has_number)
    return same_way and line.cents == row.cents and line.day == mentioned_day(row)


def _same_money_and_class(row: Row, line: HeldChild) -> bool:
    return isinstance(row, PaymentRow) and row.cents == line.cents and same_class(row.class_code, line.class_code)


def _same_money(row: Row, line: HeldChild) -> bool:
    return isinstance(row, PaymentRow) and row.cents == line.cents


def _says_back(row: Row, _line: HeldChild) -> bool:
    return isinstance(row, Mention)


def _any(_row: Row, _line: HeldChild) -> bool:
    return True


def same_class(one: str, other: str) -> bool:
    """Tell whether two codes are one class; codes that are equal need no reading."""
    return one == other or is_same_class(one, other)
