"""Erasing by the rules, again and again: a thread of its own wherever a worker runs, with a payment provider or not."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Self

import psycopg

from adapters.connections import DatabaseAwayError
from domain.errors import LedgerError
from service.logging import logger
from service.payments.context import Clock
from service.retention.context import RetentionContext, context_of
from service.retention.rule import RetentionRule
from service.retention.rules import RULES
from service.runtime.runtime import Runtime

log = logger(__name__)
_EVERY: Final = timedelta(minutes=10)
_AWAY: Final = timedelta(seconds=5)
"""When to try again while the database is away."""
_ROUND: Final = 0.9
"""How much of the time between two rounds one may take."""
_REST: Final = 3.0
"""Seconds between two associations, where there is the time: hundreds in a row would keep requests waiting."""
_RULES: Final = tuple({rule.erase: rule for rule in reversed(RULES) if rule.erase}.values())
"""One rule for each function that erases, in which it is named first."""


class RetentionIncomplete(LedgerError):
    """At least one rule could not be followed in at least one association; the others were."""

    status = 500
    code = "retention-incomplete"
    sentence = (
        "Une partie des données arrivées à échéance n’a pas pu être effacée\u00a0: l’équipe technique trouve la raison "
        "dans le journal. Recommencez ensuite."
    )


Rest = Callable[[int], bool]
"""Rests after one association of so many; True when the round is to stop."""


def run_rules(runtime: Runtime, now: datetime, rest: Rest = lambda _: False) -> Counter[str]:
    """Erase what is past its day in every association; return how many rows, by what they are.

    Raises:
        RetentionIncomplete: a rule could not be followed; it stopped neither the others nor the other associations.

    """
    erased, failed, entries = Counter[str](), 0, runtime.associations()
    for entry in entries:
        context = context_of(runtime, entry.slug, now)
        for rule in _RULES:
            try:
                erased[rule.what] += _follow(context, rule)
            except DatabaseAwayError:
                raise
            except (LedgerError, psycopg.Error, OSError):
                log.exception("retention rule failed", ledger=entry.slug, rule=rule.statement)
                failed += 1
        if rest(len(entries)):
            break
    if failed:
        raise RetentionIncomplete(failed=failed)
    return +erased


def _follow(context: RetentionContext, rule: RetentionRule) -> int:
    """Follow one rule in one association."""
    erased = rule.erase(context) if rule.erase else 0
    if erased:
        log.info("erased by retention", ledger=context.opened.ledger.slug, rule=rule.statement, count=erased)
    return erased


class RetentionThread:
    """Follows the rules every ten minutes until closed, from the first moment on."""

    def __init__(self, runtime: Runtime, clock: Clock, *, every: timedelta = _EVERY) -> None:
        """Start it."""
        self._runtime = runtime
        self._clock = clock
        self._every = every
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="retention", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Finish what is being erased, then end."""
        self._stopping.set()
        self._thread.join()

    def __enter__(self) -> Self:
        """Use it for a while."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _rest(self, associations: int) -> bool:
        """Rest after an association, but so that a round is done when the next one is due."""
        return self._stopping.wait(min(_REST, _ROUND * self._every.total_seconds() / associations))

    def _run(self) -> None:
        while not self._stopping.is_set():
            begun, pause = time.monotonic(), self._every.total_seconds()
            try:
                run_rules(self._runtime, self._clock(), self._rest)
            except DatabaseAwayError as error:
                log.warning("retention waits for the database", kind=type(error).__name__)
                begun, pause = time.monotonic(), _AWAY.total_seconds()
            except (LedgerError, psycopg.Error):
                log.exception("round of retention failed")
            self._stopping.wait(begun + pause - time.monotonic())
