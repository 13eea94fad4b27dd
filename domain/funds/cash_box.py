"""What the cash box of a coop held day by day: its book never goes below zero, on no day that is or was."""

from __future__ import annotations

from datetime import date
from itertools import accumulate

from domain.errors import CashBoxTooLow
from domain.money import euros


class CashBox:
    """The changes of a cash box by Paris day, in cents."""

    def __init__(self) -> None:
        """Begin with an empty box."""
        self._changes: dict[date, int] = {}

    @property
    def cents(self) -> int:
        """What it holds after everything that is known."""
        return sum(self._changes.values())

    def copy(self) -> CashBox:
        """Return a box that changes on its own."""
        other = CashBox()
        other._changes = dict(self._changes)
        return other

    def add(self, day: date, cents: int) -> None:
        """Note what came in on a day; what went out is negative."""
        self._changes[day] = self._changes.get(day, 0) + cents

    def free_on(self, day: date) -> int:
        """Return what may leave it on a day: it must still be there on every later one."""
        days = sorted({*self._changes, day})
        balances = accumulate(self._changes.get(one, 0) for one in days)
        return min(balance for one, balance in zip(days, balances, strict=True) if one >= day)

    def check(self, day: date, cents: int) -> None:
        """Refuse that so many cents leave it on a day.

        Raises:
            CashBoxTooLow: with what may leave it in its sentence.

        """
        free = self.free_on(day)
        if cents > free:
            raise CashBoxTooLow(cash_euros=euros(max(free, 0)), asked=cents, free=free)
