"""What a reconciliation run found: one row per account with its control totals, the breaks, and whether all is well."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from domain.reconciliation.breaks import Break, BreakState
from domain.reconciliation.totals import Totals


class ReconciliationRun(NamedTuple):
    """One reading of an account: from when on, how many movements, and its control totals.

    ``fresh`` were not known before. A balance that changed while its movements were read is not ``steady``: only the
    next run can judge what moved. Where nothing had moved or been told, and the balance was what the ledger says, its
    movements were not read: it is not ``whole``.
    """

    account: str
    ran_at: datetime
    since: datetime
    found: int
    fresh: int
    steady: bool
    totals: Totals
    whole: bool = True

    def gap(self, past: Iterable[ReconciliationRun]) -> int:
        """The cents by which the balance changed more than what moved since the last steady one of earlier runs."""
        if not self.steady:
            return 0
        before = next((run.totals for run in past if run.steady), None)
        return self.totals.movement_gap(before)


class CheckedAccount(NamedTuple):
    """An account's run and what its balance changed by more than its movements, in cents; zero when all is known."""

    run: ReconciliationRun
    gap: int

    @property
    def holds(self) -> bool:
        """Whether the control totals are as they must be."""
        return self.gap == 0 and (not self.run.steady or self.run.totals.unexplained == 0)


class Reconciliation(NamedTuple):
    """A run over all accounts: those read, the breaks that are open or that it resolved, and those it could not read.

    ``booked`` counts the movements that nothing explained and that the ledgers now know as such.
    """

    at: datetime
    accounts: tuple[CheckedAccount, ...]
    breaks: tuple[Break, ...]
    booked: int
    unread: tuple[str, ...]

    @property
    def by_balance(self) -> int:
        """How many accounts were held against the ledger by their balance alone."""
        return sum(not account.run.whole for account in self.accounts)

    @property
    def persisting(self) -> tuple[Break, ...]:
        """The breaks that more than one run saw."""
        return tuple(one for one in self.breaks if one.state is BreakState.PERSISTING)

    @property
    def sound(self) -> bool:
        """Whether there is nothing to look into: no break persists, every account was read, all totals hold."""
        return not self.persisting and not self.unread and all(account.holds for account in self.accounts)
