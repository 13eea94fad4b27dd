"""How many random histories a run of the tests plays: those of every change, or with ``--long`` many more."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Extent:
    """The extent of a run."""

    long: bool

    def count(self, *, ci: int, long: int) -> int:
        """Choose between the histories that every change must hold in, and those of a long run."""
        return long if self.long else ci
