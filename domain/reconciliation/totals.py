"""Control totals of an account: what moved is the change of its balance, and the ledger's balance is the provider's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from domain.reconciliation.matching import ComparedObject, MatchState


class Totals(NamedTuple):
    """An account's totals at the end of a run, in cents.

    ``balance`` is the provider's; ``movements`` the sum of all its movements so far; ``ledger`` the sum of all that the
    ledger expects. Of the difference, ``in_flight`` is on its way and ``breaks`` is broken.
    """

    balance: int
    movements: int
    ledger: int
    in_flight: int
    breaks: int

    def movement_gap(self, before: Totals | None) -> int:
        """What the balance changed by more than what moved since an earlier run: zero, or a movement is missing."""
        balance, movements = (0, 0) if before is None else (before.balance, before.movements)
        return (self.balance - balance) - (self.movements - movements)

    @property
    def difference(self) -> int:
        """What the provider holds more than the ledger says."""
        return self.balance - self.ledger

    @property
    def unexplained(self) -> int:
        """The part of the difference that no line shows: always zero, or the comparison itself is wrong."""
        return self.difference - self.in_flight - self.breaks


def totals(balance: int, movements: int, ledger: int, lines: Iterable[ComparedObject]) -> Totals:
    """Add up an account."""
    known = list(lines)
    return Totals(
        balance=balance,
        movements=movements,
        ledger=ledger,
        in_flight=sum(line.difference for line in known if line.state is MatchState.IN_FLIGHT),
        breaks=sum(line.difference for line in known if line.state.is_break),
    )
