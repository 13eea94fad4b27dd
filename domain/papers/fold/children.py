"""What parts have shown of each child of a contribution: its class, its cents, whether it was counted."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from domain.events.base import Line
from domain.events.papers.issued import ClassRecap


class ShownChild:
    """One child: ``net`` are the cents that parts show in its class, ``paid`` those that arrived for it."""

    __slots__ = ("class_code", "counted", "due", "net", "paid", "trigger")

    def __init__(self, line: Line) -> None:
        """Begin with nothing shown."""
        self.class_code = line.class_code
        self.due = line.cents
        self.net = 0
        self.paid = 0
        self.counted = False
        self.trigger = 0
        """The trigger of the last part that showed it."""


ChildKey = tuple[UUID, int]
"""A contribution and the number of a line in it."""


class ClassSums:
    """The recap of one part while it is made."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._sums: dict[str, list[int]] = {}

    def add(self, class_code: str, *, received: int = 0, returned: int = 0, children: int = 0, back: int = 0) -> None:
        """Add cents and children to a class."""
        sums = self._sums.setdefault(class_code, [0, 0, 0, 0])
        for index, number in enumerate((children, back, received, returned)):
            sums[index] += number

    def recap(self) -> tuple[ClassRecap, ...]:
        """Return the classes by code."""
        return recaps(
            ClassRecap(class_code=code, children=children, children_back=back, received=received, returned=returned)
            for code, (children, back, received, returned) in self._sums.items()
        )


def recaps(rows: Iterable[ClassRecap]) -> tuple[ClassRecap, ...]:
    """Add recaps up by class, in the order of the codes."""
    sums: dict[str, ClassRecap] = {}
    for row in rows:
        known = sums.get(row.class_code)
        sums[row.class_code] = (
            row
            if known is None
            else ClassRecap(
                class_code=row.class_code,
                children=known.children + row.children,
                children_back=known.children_back + row.children_back,
                received=known.received + row.received,
                returned=known.returned + row.returned,
            )
        )
    return tuple(sums[code] for code in sorted(sums))
