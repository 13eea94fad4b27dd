"""The idempotency keys against the appends that stored them and against what events book at the provider."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.log.append_records import key_faults
from service.audit.findings import AuditFinding, FindingKind
from service.audit.session import Audit


def check(audit: Audit) -> Iterator[AuditFinding]:
    """Every key that was stored is there and names events of its append; every booking has its key."""
    audit.examined["keys"] = len(audit.bookings)
    for position, reason in key_faults(audit.log, audit.place.slug, audit.bookings):
        yield AuditFinding(FindingKind.KEY, position, f"Clés d’idempotence\u00a0: {reason}.")
