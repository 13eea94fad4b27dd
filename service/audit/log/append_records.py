"""The records that every append leaves, against the events."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.log.append_records import append_faults
from service.audit.findings import AuditFinding, FindingKind
from service.audit.log.contents import LogAudit


def check(audit: LogAudit) -> Iterator[AuditFinding]:
    """Together the records fill the log once, from its first event to its last."""
    audit.examined["append-records"] = audit.plan.end
    for position, reason in append_faults(audit.log, audit.place.slug):
        yield AuditFinding(FindingKind.APPEND_RECORD, position, f"Ajouts\u00a0: {reason}.")
