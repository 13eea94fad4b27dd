"""The verification of a whole ledger: all checks, whatever each of them finds, then one verdict.

What the checks find is told in the order of the log, so that the first position that does not fit comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from functools import partial
from typing import Any, Final, NamedTuple

import psycopg
from psycopg import Connection

from domain.errors import LedgerError
from service.audit.checks import (
    CHECKS,
    DOCUMENT_CHECKS,
    FURTHER_CHECKS,
    LOG_CHECKS,
    REPLAY_CHECKS,
    VIEW_CHECKS,
    AuditCheck,
)
from service.audit.findings import AuditFinding, in_order
from service.audit.place import AuditPlace, PrintedHead
from service.audit.session import Audit, open_audit

_PATIENCE: Final = 5.0
"""How many seconds the read models are given to reach the end of a log that is being written to."""


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


class Verification(NamedTuple):
    """The verdict on one ledger: sound when there is no finding. ``chain_head`` is the hash of its last event."""

    association: str
    events: int
    position: int
    chain_head: str
    checks: tuple[CheckOutcome, ...]
    findings: tuple[AuditFinding, ...]

    @property
    def sound(self) -> bool:
        """Whether everything holds."""
        return not self.findings

    @property
    def first_position(self) -> int | None:
        """The first position that does not fit; None when all do, or when no finding can name an event."""
        return next((found.position for found in self.findings), None)

    @property
    def verdict(self) -> str:
        """The verdict, in French."""
        if self.sound:
            return "Tout est conforme."
        where = (
            "" if self.first_position is None else f"\u00a0: la première position en défaut est {self.first_position}"
        )
        return f"NON CONFORME{where}."

    def as_json(self) -> dict[str, Any]:
        """Give it to programs: names and codes stay as they are."""
        return {
            "association": self.association,
            "sound": self.sound,
            "verdict": self.verdict,
            "first_position": self.first_position,
            "events": self.events,
            "position": self.position,
            "chain_head": self.chain_head,
            "checks": [check._asdict() for check in self.checks],
            "findings": [found.as_json() for found in self.findings],
        }


def verify_ledger(
    place: AuditPlace,
    *,
    printed: Sequence[PrintedHead] = (),
    patience: float = _PATIENCE,
    progress: Callable[[CheckOutcome], None] = lambda _: None,
) -> Verification:
    """Verify one association's ledger as the auditor; nothing is written, whatever is found.

    ``printed`` are heads that documents bear, ``progress`` hears what each check found.
    """
    with open_audit(place, printed=printed, patience=patience) as audit:
        audit.kept = tuple({kind for check in CHECKS for kind in check.kept})
        run = partial(_run_all, audit, progress)
        with ThreadPoolExecutor(1, "verify") as beside:
            log_alone = beside.submit(run, LOG_CHECKS, (audit.log,))
            replayed = run(REPLAY_CHECKS, (audit.live, audit.replayed))
            done = log_alone.result() + replayed + run(FURTHER_CHECKS, (audit.log, audit.replayed))
            views = beside.submit(run, VIEW_CHECKS, (audit.live if audit.proven else audit.replayed,))
            if not audit.proven:
                wait([views])
            documents = run(DOCUMENT_CHECKS, (audit.replayed,))
            done += views.result() + documents
        return Verification(
            association=place.slug,
            events=audit.events,
            position=audit.end,
            chain_head=audit.last_hash.hex(),
            checks=tuple(outcome for outcome, _ in done),
            findings=tuple(sorted((one for _, found in done for one in found), key=in_order)),
        )


def _run_all(
    audit: Audit,
    progress: Callable[[CheckOutcome], None],
    checks: Sequence[AuditCheck],
    connections: Sequence[Connection[Any]],
) -> list[tuple[CheckOutcome, list[AuditFinding]]]:
    """Run checks one after the other on the connections that are theirs."""
    done = []
    for check in checks:
        found = _run(audit, check, connections)
        outcome = CheckOutcome(check.code, check.label, audit.examined[check.code], len(found))
        progress(outcome)
        done.append((outcome, found))
    return done


def _run(audit: Audit, check: AuditCheck, connections: Sequence[Connection[Any]]) -> list[AuditFinding]:
    """Run one check; one that fails itself is a finding, and what it had done is undone, so that the others go on."""
    found: list[AuditFinding] = []
    try:
        with ExitStack() as stack:
            for connection in connections:
                stack.enter_context(connection.transaction())
            found.extend(check.run(audit))
    except psycopg.OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 - a ledger that was tampered with may break any of our code
        reason = error.code if isinstance(error, LedgerError) else type(error).__name__
        sentence = f"La vérification « {check.label} » n’a pas pu aller à son terme ({reason})."
        found.append(AuditFinding(check.kind, None, sentence))
    return found
