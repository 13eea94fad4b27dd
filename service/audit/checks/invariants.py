"""The standing invariants, asked of the replay: what the log itself says must hold, whatever the views show."""

from __future__ import annotations

from collections.abc import Iterator

from projections.checks import CHECKS, run_check
from projections.engine.temporary import TEMPORARY
from service.audit.finding import Finding, FindingKind
from service.audit.session import Audit


def check(audit: Audit) -> Iterator[Finding]:
    """Run them all; each sentence says which one does not hold."""
    audit.examined["invariants"] = len(CHECKS)
    for one in CHECKS:
        for found in run_check(audit.replayed, one, audit.place.slug, TEMPORARY):
            sentence = f"Invariant {found.invariant} ({found.check})\u00a0: {found.sentence}."
            yield Finding(FindingKind.INVARIANT, found.position, sentence, found.coop_id)
