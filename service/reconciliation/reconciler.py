"""One run over every coop's account and the platform's: read, compare, book what nothing explains, keep the breaks.

What moved, or was told of, is read whole; of all else the balance (ADR 56). It may be stopped anywhere and begun again:
what was read is kept, what was booked is never booked twice, and an account counts as reconciled once its row is
written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from adapters.jobs.lanes import Lanes
from adapters.payments.errors import ProviderMisuse
from adapters.postgres import DatabaseRole
from adapters.reconciliation.activity import ActivityStore
from adapters.reconciliation.breaks import BreakStore
from adapters.reconciliation.movements import MovementStore
from domain.reconciliation.breaks import Break, live
from domain.reconciliation.expected import PLATFORM
from domain.reconciliation.matching import ComparedObject, FoundMovement, MatchState, match, named
from domain.reconciliation.run import CheckedAccount, Reconciliation, ReconciliationRun
from domain.reconciliation.totals import totals
from domain.reconciliation.visits import Visit, visits
from service.logging import logger
from service.reconciliation.account_reading import AccountReading, read_account, read_balance
from service.reconciliation.awaited_events import follow_awaited
from service.reconciliation.expected_movements import follow_expected
from service.reconciliation.pace import PER_SECOND
from service.reconciliation.unexplained import ReconciliationContext, book, to_book

log = logger(__name__)
Progress = Callable[[int, int], None]
"""Hears how many accounts are done, of how many."""
Pause = Callable[[int], bool]
"""Waits as long as so many accounts that were read ask for; False when the run is to stop."""
EVERY: Final = timedelta(days=1)
"""How long after a run the next one is due."""
_LANE: Final = "reconciliation"
_NAMELESS: Final = "coop:"
_TOGETHER: Final = 200
"""How many accounts are read before they are compared: minutes at most, so that what is on its way is known as such."""
_STEADY_WITHIN: Final = 30
"""How many runs to look back on for one whose balance stood still."""


_Read = tuple[str, AccountReading]
"""An account, and what was read of it."""


@dataclass
class _RunSoFar:
    """What a run found so far."""

    checked: list[CheckedAccount] = field(default_factory=list)
    breaks: list[Break] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    booked: int = 0

    def add(self, one: CheckedAccount, changed: list[Break], booked: int) -> None:
        """Add what an account showed."""
        self.checked.append(one)
        self.breaks += changed
        self.booked += booked

    def outcome(self, now: datetime) -> Reconciliation:
        """Return all of it, the accounts by name."""
        accounts = tuple(sorted(self.checked, key=lambda one: one.run.account))
        return Reconciliation(now, accounts, tuple(self.breaks), self.booked, tuple(self.unread))


class Reconciler:
    """Reconciles the ledgers of a worker with the provider, as often as it is called; once a day is enough."""

    def __init__(self, worker: ReconciliationContext) -> None:
        """Use a worker's parts."""
        self._worker = worker
        self._pool = worker.runtime.pool(DatabaseRole.WORKER)
        self.mirror, self.book = MovementStore(self._pool), BreakStore(self._pool)
        self.activity = ActivityStore(self._pool)

    def run(self, now: datetime, progress: Progress = lambda *_: None, *, whole: bool = False) -> Reconciliation | None:
        """Reconcile all accounts, and read all that moved on each if ``whole``; None when another process is at it.

        Raises:
            ProviderUnavailable: the provider does not answer; a later run goes on.

        """
        with Lanes.of(self._pool).hold(_LANE) as held:
            if not held:
                return None
            self._follow()
            return self._crawl(now, self._plan(now, whole=whole), progress, lambda _: True)

    def go_on(self, now: datetime, pause: Pause) -> Reconciliation | None:
        """Reconcile the accounts that today's run has not done yet, slowly; None when another is at it, or it stops.

        Raises:
            ProviderUnavailable: the provider does not answer; a later run goes on.

        """
        with Lanes.of(self._pool).hold(_LANE) as held:
            if not held:
                return None
            self._follow()
            done = self.activity.done_since(PLATFORM, now - EVERY)
            left = [visit for visit in self._plan(now) if visit.account not in done]
            return self._crawl(now, left, lambda *_: None, pause)

    def due(self, now: datetime) -> bool:
        """Tell whether a run that begins now ends a day or more after the last one did.

        A run of many accounts takes hours: were the day counted from its end, none would be read every day.
        """
        last = self.book.runs(PLATFORM, 1)
        lasts = timedelta(seconds=len(self._worker.accounts.all()) / PER_SECOND)
        return not last or now - last[0].ran_at + min(lasts, EVERY / 2) >= EVERY

    def _plan(self, now: datetime, *, whole: bool = False) -> list[Visit]:
        """Say how each account is looked at; the platform's comes last: once its row is written, the run is over."""
        coops = sorted(({one.account for one in self._worker.accounts.all()} | self.mirror.accounts()) - {PLATFORM})
        chosen = visits(self.activity.of(coops, now), now)
        return [*(Visit(one.account, whole or one.whole) for one in chosen), Visit(PLATFORM, whole=True)]

    def _crawl(self, now: datetime, plan: list[Visit], progress: Progress, pause: Pause) -> Reconciliation | None:
        found, at = _RunSoFar(), now
        for number in range(0, len(plan), _TOGETHER):
            if number:
                if not pause(_TOGETHER):
                    return None
                at = self._worker.now()
            readings = self._readings(plan[number : number + _TOGETHER], at, found.unread)
            read = []
            for one in readings:
                read.append(one)
                progress(number + len(read), len(plan))
            # What was booked while the provider was read is compared too: young as it is, it can only be in flight.
            self._follow()
            for account, reading in read:
                found.add(*self._compare(account, reading, at))
        progress(len(plan), len(plan))
        done = found.outcome(now)
        about = {"accounts": len(done.accounts), "by_balance": done.by_balance, "breaks": len(done.breaks)}
        log.info("reconciled", **about, booked=done.booked, sound=done.sound)
        return done

    def _readings(self, part: Iterable[Visit], now: datetime, unread: list[str]) -> Iterator[_Read]:
        """Read accounts one after the other; those that the provider does not know are listed as unread."""
        for visit in part:
            try:
                yield visit.account, self._read(visit, now)
            except ProviderMisuse:
                log.warning("account unknown to the provider", account=visit.account)
                unread.append(visit.account)

    def _follow(self) -> None:
        for entry in self._worker.runtime.associations():
            ledger = self._worker.runtime.ledger(entry.slug).ledger
            follow_expected(self.mirror, ledger, self._worker.provider.ids)
            follow_awaited(self.activity, ledger)

    def _read(self, visit: Visit, now: datetime) -> AccountReading:
        account, provider = visit.account, self._worker.provider
        if account.startswith(_NAMELESS):
            return AccountReading(
                now, 0, 0, 0, steady=True
            )  # a coop without an account at the provider holds nothing there
        alone = None if visit.whole else read_balance(provider, self.mirror, account, now)
        if alone is not None:
            return alone
        last = next((run.ran_at for run in self.book.runs(account, 1, whole=True)), None)
        return read_account(provider, self.mirror, account, last, now)

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
        read = (reading.since, reading.found, reading.fresh, reading.steady)
        run = ReconciliationRun(account, now, *read, sums, reading.whole)
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


def reconcile_when_due(
    worker: ReconciliationContext, now: datetime, pause: Pause = lambda _: True
) -> Reconciliation | None:
    """Reconcile when a day has passed since the last time; call it as often as you like, from any number of processes.

    Raises:
        ProviderUnavailable: the provider does not answer; the next call goes on.

    """
    reconciler = Reconciler(worker)
    return reconciler.go_on(now, pause) if reconciler.due(now) else None
