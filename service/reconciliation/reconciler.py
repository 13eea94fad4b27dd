"""One run over the platform's account and every coop's: read, compare, book what nothing explains, keep the breaks.

It may be stopped anywhere and begun again: what was read is kept, what was booked is never booked twice, and an account
counts as reconciled once its row is written.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from adapters.jobs.lanes import Lanes
from adapters.payments.errors import ProviderMisuse
from adapters.postgres import DatabaseRole
from adapters.reconciliation.breaks import BreakStore
from adapters.reconciliation.movements import MovementStore
from domain.reconciliation.breaks import Break, live
from domain.reconciliation.expected import PLATFORM
from domain.reconciliation.matching import ComparedObject, FoundMovement, MatchState, match, named
from domain.reconciliation.run import CheckedAccount, Reconciliation, ReconciliationRun
from domain.reconciliation.totals import totals
from service.logging import logger
from service.reconciliation.account_reading import AccountReading, read_account
from service.reconciliation.expected_movements import follow_expected
from service.reconciliation.unexplained import ReconciliationContext, book, to_book

log = logger(__name__)
Progress = Callable[[int, int], None]
"""Hears how many accounts are done, of how many."""
EVERY: Final = timedelta(days=1)
"""How long after a run the next one is due."""
_LANE: Final = "reconciliation"
_NAMELESS: Final = "coop:"
_STEADY_WITHIN: Final = 30
"""How many runs to look back on for one whose balance stood still."""


class Reconciler:
    """Reconciles the ledgers of a worker with the provider, as often as it is called; once a day is enough."""

    def __init__(self, worker: ReconciliationContext) -> None:
        """Use a worker's parts."""
        self._worker = worker
        self._pool = worker.runtime.pool(DatabaseRole.WORKER)
        self.mirror, self.book = MovementStore(self._pool), BreakStore(self._pool)

    def run(self, now: datetime, progress: Progress = lambda *_: None) -> Reconciliation | None:
        """Reconcile all accounts; None when another process is at it.

        Raises:
            ProviderUnavailable: the provider does not answer; a later run goes on.

        """
        with Lanes.of(self._pool).hold(_LANE) as held:
            return self._crawl(now, progress) if held else None

    def due(self, now: datetime) -> bool:
        """Tell whether a day has passed since the last run that ended."""
        last = self.book.runs(PLATFORM, 1)
        return not last or now - last[0].ran_at >= EVERY

    def _crawl(self, now: datetime, progress: Progress) -> Reconciliation:
        self._follow()
        accounts = sorted({PLATFORM} | {one.account for one in self._worker.accounts.all()} | self.mirror.accounts())
        readings: dict[str, AccountReading] = {}
        unread: list[str] = []
        for number, account in enumerate(accounts):
            progress(number, len(accounts))
            try:
                readings[account] = self._read(account, now)
            except ProviderMisuse:
                log.warning("account unknown to the provider", account=account)
                unread.append(account)
        # What was booked while the provider was read is compared too: young as it is, it can only be in flight.
        self._follow()
        checked: list[CheckedAccount] = []
        breaks: list[Break] = []
        booked = 0
        # The platform's row comes last: once it is written, the run is over.
        for account in sorted(readings, reverse=True):
            one, changed, count = self._compare(account, readings[account], now)
            checked.append(one)
            breaks += changed
            booked += count
        progress(len(accounts), len(accounts))
        done = Reconciliation(now, tuple(reversed(checked)), tuple(breaks), booked, tuple(unread))
        log.info("reconciled", accounts=len(checked), breaks=len(breaks), booked=booked, sound=done.sound)
        return done

    def _follow(self) -> None:
        for entry in self._worker.runtime.associations():
            follow_expected(self.mirror, self._worker.runtime.ledger(entry.slug).ledger, self._worker.provider.ids)

    def _read(self, account: str, now: datetime) -> AccountReading:
        if account.startswith(_NAMELESS):
            return AccountReading(
                now, 0, 0, 0, steady=True
            )  # a coop without an account at the provider holds nothing there
        last = next((run.ran_at for run in self.book.runs(account, 1)), None)
        return read_account(self._worker.provider, self.mirror, account, last, now)

    def _compare(self, account: str, reading: AccountReading, now: datetime) -> tuple[CheckedAccount, list[Break], int]:
        """Compare an account, book what nothing explains, and keep what came of it."""
        known = self.book.open(account)
        lines, found = self._lines(account, now)
        booked = sum(
            book(self._worker, self.mirror, one, now)
            for one in list(to_book(lines, found, known, now, self._worker.provider.ids))
        )
        if booked:
            self._follow()
            lines, _ = self._lines(account, now)
        self.mirror.settle(line.key for line in lines if line.state is MatchState.MATCHED)
        breaks = live(known, lines, now)
        self.book.keep(breaks)
        ledger, movements = self.mirror.sums(account)
        sums = totals(reading.balance, movements, ledger, lines)
        run = ReconciliationRun(account, now, reading.since, reading.found, reading.fresh, reading.steady, sums)
        checked = CheckedAccount(run, run.gap(self.book.runs(account, _STEADY_WITHIN)))
        self.book.record_run(run)
        return checked, breaks, booked

    def _lines(self, account: str, now: datetime) -> tuple[list[ComparedObject], list[FoundMovement]]:
        """Compare what is not settled on an account, booked movements under their own names."""
        expected, found = self.mirror.open(account)
        if booked := named(expected, found):
            self.mirror.rename(booked)
            expected, found = self.mirror.open(account)
        return match(expected, found, now), found


def reconcile_when_due(worker: ReconciliationContext, now: datetime) -> Reconciliation | None:
    """Reconcile when a day has passed since the last time; call it as often as you like, from any number of processes.

    Raises:
        ProviderUnavailable: the provider does not answer; the next call tries again.

    """
    reconciler = Reconciler(worker)
    return reconciler.run(now) if reconciler.due(now) else None
