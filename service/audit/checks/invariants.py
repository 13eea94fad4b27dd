"""The standing invariants: what the log itself says must hold, whatever the views show.

They are asked of the replay, or of the read models where these are proven to be the same: another session can do it.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg

from projections.checks import CHECKS, run_check
from projections.engine.temporary import TEMPORARY
from service.audit.findings import AuditFinding, FindingKind
from service.audit.session import Audit


def check(audit: Audit) -> Iterator[AuditFinding]:
    """Run them all; each sentence says which one does not hold."""
    audit.examined["invariants"] = len(CHECKS)
    asked, schema = (audit.live, audit.place.read_schema) if audit.proven else (audit.replayed, TEMPORARY)
    for one in CHECKS:
        try:
            with asked.transaction():
                found = run_check(asked, one, audit.place.slug, schema)
        except (psycopg.DataError, psycopg.ProgrammingError) as error:  # a log that holds what no query expects
            sentence = f"Invariant {one.invariant} ({one.name})\u00a0: il n’a pas pu être vérifié ({error.sqlstate})."
            yield AuditFinding(FindingKind.INVARIANT, None, sentence)
            continue
        for broken in found:
            sentence = f"Invariant {broken.invariant} ({broken.check})\u00a0: {broken.sentence}."
            yield AuditFinding(FindingKind.INVARIANT, broken.position, sentence, broken.coop_id)
