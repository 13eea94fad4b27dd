"""Running checks: each whatever the others find, and one that fails itself is a finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import psycopg
from psycopg import Connection

from domain.errors import LedgerError
from domain.events import Event
from service.audit.findings import AuditFinding, FindingKind


class Examining(Protocol):
    """What checks are given: it counts what each of them looked at."""

    @property
    def examined(self) -> Counter[str]:
        """How much each check looked at, by its code."""


A = TypeVar("A", bound=Examining)


class AuditCheck(NamedTuple, Generic[A]):
    """One check: its code for programs, its French name, the kind of what it finds, what runs it.

    One that needs events of its own names them in ``kept``.
    """

    code: str
    label: str
    kind: FindingKind
    run: Callable[[A], Iterator[AuditFinding]]
    kept: tuple[type[Event], ...] = ()


class CheckOutcome(NamedTuple):
    """What one check looked at, and how much of it does not hold."""

    code: str
    label: str
    examined: int
    findings: int

    @property
    def french(self) -> str:
        """One line for people."""
        told = f"{self.findings} constat(s)" if self.findings else "conforme"
        return f"{'✗' if self.findings else '✓'} {self.label}\u00a0: {told} ({self.examined} examiné(s))"


Progress = Callable[[CheckOutcome], object]
"""Hears what each check found."""
Done = list[tuple[CheckOutcome, list[AuditFinding]]]
"""Checks that were run, each with what it found."""


def run_checks(
    audit: A, progress: Progress, checks: Sequence[AuditCheck[A]], sessions: Sequence[Connection[Any]]
) -> Done:
    """Run checks one after the other on the sessions that are theirs."""
    done = []
    for check in checks:
        found = _run(audit, check, sessions)
        outcome = CheckOutcome(check.code, check.label, audit.examined[check.code], len(found))
        progress(outcome)
        done.append((outcome, found))
    return done


class FoldFailedError(Exception):
    """The events of a coop could not be folded, for a reason that was met before, maybe in another process."""

    def __init__(self, reason: str) -> None:
        """Keep the name of the error that was met."""
        super().__init__(reason)
        self.reason = reason


def reason_of(error: Exception) -> str:
    """Name an error in a sentence."""
    if isinstance(error, FoldFailedError):
        return error.reason
    return error.code if isinstance(error, LedgerError) else type(error).__name__


def _run(audit: A, check: AuditCheck[A], sessions: Sequence[Connection[Any]]) -> list[AuditFinding]:
    """Run one check; one that fails itself is a finding, and what it had done is undone, so that the others go on."""
    found: list[AuditFinding] = []
    try:
        with ExitStack() as stack:
            for connection in sessions:
                stack.enter_context(connection.transaction())
            found.extend(check.run(audit))
    except psycopg.OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 - a ledger that was tampered with may break any of our code
        sentence = f"La vérification « {check.label} » n’a pas pu aller à son terme ({reason_of(error)})."
        found.append(AuditFinding(check.kind, None, sentence))
    return found
