"""The idempotency keys against the appends that stored them and against what events book at the provider."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.log.append_records import key_faults
from service.audit.findings import AuditFinding, FindingKind
from service.audit.log.contents import LogAudit


def check(audit: LogAudit) -> Iterator[AuditFinding]:
    """Every key that was stored is there and names events of its append; every booking has its key."""
    bookings = {} if audit.folds is None else audit.folds.bookings
    audit.examined["keys"] = len(bookings)
    for position, reason in key_faults(audit.log, audit.place.slug, bookings):
        yield AuditFinding(FindingKind.KEY, position, f"Clés d’idempotence\u00a0: {reason}.")
