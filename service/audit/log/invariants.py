"""The standing invariants: what the log itself says must hold, whatever the views show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import Connection

from projections.checks import CHECKS, run_check
from service.audit.findings import AuditFinding, FindingKind


def broken_invariants(connection: Connection[Any], log_schema: str, read_schema: str) -> Iterator[AuditFinding]:
    """Run them all on a log and on some read models of it; each sentence says which one does not hold."""
    for one in CHECKS:
        try:
            with connection.transaction():
                found = run_check(connection, one, log_schema, read_schema)
        except (psycopg.DataError, psycopg.ProgrammingError) as error:  # a log that holds what no query expects
            sentence = f"Invariant {one.invariant} ({one.name})\u00a0: il n’a pas pu être vérifié ({error.sqlstate})."
            yield AuditFinding(FindingKind.INVARIANT, None, sentence)
            continue
        for broken in found:
            sentence = f"Invariant {broken.invariant} ({broken.check})\u00a0: {broken.sentence}."
            yield AuditFinding(FindingKind.INVARIANT, broken.position, sentence, broken.coop_id)
