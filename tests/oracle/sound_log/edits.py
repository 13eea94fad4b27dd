"""Ways to change raw rows, for mutations: fields, rows dropped, doubled or exchanged, a cent drawn anywhere."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any, Final

from tests.oracle.rows import Row

Rows = tuple[Row, ...]
Edit = Callable[[dict[str, Any]], object]


def nth(rows: Rows, name: str, number: int = 0) -> int:
    """The index of a row by its topic without version, counted from 0 (or from the end)."""
    return [index for index, row in enumerate(rows) if row.name == name][number]


def edited(name: str, edit: Edit, number: int = 0) -> Callable[[Rows], Rows]:
    """Change the state of one row."""

    def apply(rows: Rows) -> Rows:
        index = nth(rows, name, number)
        state = copy.deepcopy(rows[index].state)
        edit(state)
        return (*rows[:index], replace(rows[index], state=state), *rows[index + 1 :])

    return apply


def put(**fields: Any) -> Edit:  # noqa: ANN401 - any field of an event
    """Write fields over."""
    return lambda state: state.update(fields)


def more(field: str, cents: int = 1) -> Edit:
    """Add to an amount."""
    return lambda state: state.update({field: state[field] + cents})


def inside(field: str, index: int, edit: Edit) -> Edit:
    """Edit one item of a list."""
    return lambda state: edit(state[field][index])


def both(*edits: Edit) -> Edit:
    """One edit after the other."""
    return lambda state: [edit(state) for edit in edits]


def dropped(name: str, number: int = 0, *, renumbered: bool = False) -> Callable[[Rows], Rows]:
    """Take a row away; renumbered, the later ones close the gap as a forger would."""

    def apply(rows: Rows) -> Rows:
        index = nth(rows, name, number)
        later = rows[index + 1 :]
        if renumbered:
            later = tuple(_moved(row, rows[index].position) for row in later)
        return (*rows[:index], *later)

    return apply


def _moved(row: Row, gone: int) -> Row:
    state = dict(row.state)
    for field in ("trigger", "up_to_position"):
        if state.get(field, 0) > gone:
            state[field] -= 1
    return replace(row, position=row.position - 1, state=state, head="")


def duplicated(name: str, number: int = 0) -> Callable[[Rows], Rows]:
    """Write a row once more at the end."""

    def apply(rows: Rows) -> Rows:
        row = rows[nth(rows, name, number)]
        return (*rows, replace(row, position=rows[-1].position + 1))

    return apply


def swapped(name: str, number: int, other: str, other_number: int) -> Callable[[Rows], Rows]:
    """Exchange what stands at two positions."""

    def apply(rows: Rows) -> Rows:
        one, two = nth(rows, name, number), nth(rows, other, other_number)
        order = list(rows)
        order[one] = replace(rows[two], position=rows[one].position)
        order[two] = replace(rows[one], position=rows[two].position)
        return tuple(order)

    return apply


_MONEY: Final = frozenset(
    (
        *("cents", "tip_cents", "fee_cents", "held", "debit", "credit", "received", "returned", "number", "exercise"),
        *("opening", "receipts", "disbursements", "transfers", "closing", "payouts", "payouts_back", "families"),
        *("refunds", "platform", "blocked", "to_pay_out", "edition"),
    )
)
_WISHES: Final = frozenset(("campaign.contribution_placed", "campaign.instalments_scheduled"))
"""Events of which an amount books nothing: a tip before it is paid, an instalment that is only expected."""


def _amounts(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where the amounts, numbers and years of a state stand."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _amounts(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _amounts(item, (*path, index))
    elif path and path[-1] in _MONEY and isinstance(value, int):
        yield path


def drawn(rows: Rows, seed: int) -> tuple[Rows, str]:
    """Add a cent, or take one, wherever the seed says; the answer names the row and the field."""
    random = Random(seed)  # noqa: S311 - a draw of tests, and the same each time
    index, path = random.choice(
        [(index, path) for index, row in enumerate(rows) if row.name not in _WISHES for path in _amounts(row.state)]
    )
    state = copy.deepcopy(rows[index].state)
    place: Any = state
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] += random.choice((1, -1))
    changed = replace(rows[index], state=state)
    return (*rows[:index], changed, *rows[index + 1 :]), f"{rows[index].topic} {'/'.join(map(str, path))}"
