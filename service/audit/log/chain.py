"""The chain of the log, event by event, with its head and with how far the workers say that they have read it.

The one reading of the whole log: what is asked of the events of coops is folded as they pass.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg

from adapters.log.chain_reading import read_chain
from service.audit.findings import AuditFinding, FindingKind
from service.audit.log.contents import LogAudit
from service.audit.log.coop_fold import CoopFolds


def check(audit: LogAudit) -> Iterator[AuditFinding]:
    """Recompute the chain from the stored bytes; behind a break it goes on from what is stored there."""
    folds = CoopFolds(audit.plan)
    report = read_chain(audit.log, audit.place.slug, audit.place.association_id, listener=folds.hear)
    audit.folds = folds
    audit.events, audit.last_hash = report.events, report.hash
    audit.examined["chain"] = report.events
    for fault in report.faults:
        kind = FindingKind.HEAD if fault.head else FindingKind.CHAIN
        yield AuditFinding(kind, fault.position, f"À la position {fault.position} du registre\u00a0: {fault.reason}.")
    followed = _followed(audit)
    if followed > report.last:
        sentence = f"Les tâches ont été planifiées jusqu’à l’événement {followed}, le registre finit à {report.last}."
        yield AuditFinding(FindingKind.HEAD, report.last + 1, sentence)


def _followed(audit: LogAudit) -> int:
    """How far the workers have read this log: a counter that lies apart from it."""
    with psycopg.connect(audit.place.database, autocommit=True) as connection:
        row = connection.execute("SELECT position FROM work.followed WHERE ledger = %s", (audit.place.slug,)).fetchone()
    return row[0] if row else 0
