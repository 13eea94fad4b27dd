"""The work beside the replay: what the log alone says, then documents and invariants of the read models as they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg import Connection
from psycopg.sql import SQL

from projections import directory
from projections.base.read_model import set_schema
from service.audit.audit_check import AuditCheck, CheckOutcome, run_checks
from service.audit.documents.maker import folded, stated
from service.audit.documents.source import SHARES, DocumentGround, take_share
from service.audit.findings import AuditFinding, FindingKind
from service.audit.log import append_records, chain, keys, printed_heads
from service.audit.log.contents import LogAudit, LogReading, ReadingPlan
from service.audit.log.coop_fold import CoopFolds
from service.audit.log.invariants import broken_invariants
from service.audit.place import AuditPlace

LOG_CHECKS: Final[tuple[AuditCheck[LogAudit], ...]] = (
    AuditCheck("chain", "Chaîne et tête du registre", FindingKind.CHAIN, chain.check),
    AuditCheck("append-records", "Ajouts enregistrés", FindingKind.APPEND_RECORD, append_records.check),
    AuditCheck("printed-heads", "Empreintes imprimées", FindingKind.PRINTED_HEAD, printed_heads.check),
    AuditCheck("keys", "Clés d’idempotence", FindingKind.KEY, keys.check),
)
"""What asks the log alone."""


def _live_documents(audit: LogAudit) -> Iterator[AuditFinding]:
    """Make documents of the read models as they are, of the shares that nobody has taken, from the last one on."""
    plan, log = audit.plan, audit.log
    where = plan.place.slug, plan.position, plan.association(), audit.coops
    ground = DocumentGround(*where, log, log, audit.examined)
    coops = directory.coops(log)
    for share in reversed(range(SHARES)):
        if take_share(log, plan.snapshot, share):
            yield from stated(ground, coops[share::SHARES])
            yield from folded(ground, coops[share::SHARES])
            audit.shares.add(share)


LIVE_DOCUMENTS: Final = AuditCheck("documents", "Documents à imprimer", FindingKind.DOCUMENT, _live_documents)
"""What is made beside the replay, by whoever has read the log."""
SNAPSHOT: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"
"""Begins the one transaction that a session of a verification has."""


def read_log(plan: ReadingPlan) -> LogReading:
    """Read the whole log once, and run the checks of the log alone."""
    with _session(plan.place, plan.snapshot) as connection:
        audit = LogAudit(plan, connection)
        done = run_checks(audit, _unheard, LOG_CHECKS[:1], (connection,))
        if audit.folds is None:
            audit.folds = CoopFolds(plan).hear_all(connection)
        done += run_checks(audit, _unheard, LOG_CHECKS[1:], (connection,))
        audit.coops = audit.folds.finish()
        set_schema(connection, plan.place.read_schema)
        (made,) = run_checks(audit, _unheard, (LIVE_DOCUMENTS,), (connection,))
        return LogReading(done, audit.events, audit.last_hash, audit.coops, made, frozenset(audit.shares))


def ask_live_invariants(place: AuditPlace, snapshot: str) -> list[AuditFinding]:
    """Ask the invariants of the read models as they are: it counts once these are proven to be the replay."""
    with _session(place, snapshot) as connection:
        return list(broken_invariants(connection, place.slug, place.read_schema))


def _unheard(_: CheckOutcome) -> None:
    """Drop the progress of another process: it has no terminal."""


@contextmanager
def _session(place: AuditPlace, snapshot: str) -> Iterator[Connection[Any]]:
    """Open one more session on the snapshot that all of a verification sees."""
    with psycopg.connect(place.dsn, autocommit=True) as connection:
        connection.execute(SNAPSHOT)
        connection.execute(SQL("SET TRANSACTION SNAPSHOT {}").format(snapshot))
        try:
            yield connection
        finally:
            if not connection.closed:
                connection.execute("ROLLBACK")
