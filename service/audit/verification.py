"""The verification of a whole ledger: all checks, whatever each of them finds, then one verdict.

What the checks find is told in the order of the log, so that the first position that does not fit comes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import Any, Final, NamedTuple

from service.audit.audit_check import CheckOutcome, Done, Progress, run_checks
from service.audit.checks import CHECKS, FURTHER_CHECKS, INVARIANTS, REPLAY_CHECKS, STATED, TRACKING
from service.audit.findings import AuditFinding, in_order
from service.audit.log.beside import forked_worker, worker_for
from service.audit.log.reading import ask_live_invariants, read_log
from service.audit.place import AuditPlace, PrintedHead
from service.audit.session import Audit, open_audit

_PATIENCE: Final = 5.0
"""How many seconds the read models are given to reach the end of a log that is being written to."""
_ORDER: Final = [check.code for check in CHECKS]


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
    progress: Progress = lambda _: None,
    beside: Executor | None = None,
) -> Verification:
    """Verify one association's ledger as the auditor; nothing is written, whatever is found.

    ``printed`` are heads that documents bear, ``progress`` hears what each check found, ``beside`` does the work beside
    the replay.
    """
    with ExitStack() as stack:
        beside = beside or stack.enter_context(forked_worker())
        audit = stack.enter_context(open_audit(place, printed=printed, patience=patience))
        found = _found(audit, beside or stack.enter_context(worker_for(audit.end)), progress)
        told = sorted(found, key=lambda one: _ORDER.index(one[0].code))
        return Verification(
            association=place.slug,
            events=audit.reading.events,
            position=audit.end,
            chain_head=audit.reading.last_hash.hex(),
            checks=tuple(outcome for outcome, _ in told),
            findings=tuple(sorted((one for _, found in told for one in found), key=in_order)),
        )


def _untold(_: CheckOutcome) -> None:
    """Drop the progress of a part: what it finds, or that it fails, is told with the whole."""


def _found(audit: Audit, beside: Executor, progress: Progress) -> Done:
    """Run all checks: the log is read, and its read models are asked, beside the replay."""
    run = partial(run_checks, audit, progress)
    done = run((TRACKING,), (audit.live, audit.replayed))
    audit.hear(tuple({kind for check in CHECKS for kind in check.kept}))
    reading = beside.submit(read_log, audit.plan)
    with ThreadPoolExecutor(1, "invariants") as waiting:
        invariants = waiting.submit(ask_live_invariants, audit.place, audit.snapshot)
        done += run(REPLAY_CHECKS, (audit.live, audit.replayed))
        if not reading.done():
            run_checks(audit, _untold, (STATED,), (audit.log, audit.live))
        audit.reading = reading.result()
        for outcome, _ in audit.reading.done:
            progress(outcome)
        done += audit.reading.done + run(FURTHER_CHECKS, (audit.log, audit.live, audit.replayed))
        if audit.proven:
            audit.invariants = invariants.result()
        return done + run((INVARIANTS,), (audit.replayed,))
