"""The standing invariants, asked of the replay: what the log itself says must hold, whatever the views show."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg

from projections.checks import CHECKS, run_check
from projections.engine.temporary import TEMPORARY
from service.audit.finding import Finding, FindingKind
from service.audit.session import Audit


def check(audit: Audit) -> Iterator[Finding]:
    """Run them all; each sentence says which one does not hold."""
    audit.examined["invariants"] = len(CHECKS)
    for one in CHECKS:
        try:
            with audit.replayed.transaction():
                found = run_check(audit.replayed, one, audit.place.slug, TEMPORARY)
        except (psycopg.DataError, psycopg.ProgrammingError) as error:  # a log that holds what no query expects
            sentence = f"Invariant {one.invariant} ({one.name})\u00a0: il n’a pas pu être vérifié ({error.sqlstate})."
            yield Finding(FindingKind.INVARIANT, None, sentence)
            continue
        for broken in found:
            sentence = f"Invariant {broken.invariant} ({broken.check})\u00a0: {broken.sentence}."
            yield Finding(FindingKind.INVARIANT, broken.position, sentence, broken.coop_id)
