"""Every document with totals, of the read models where these are proven to be the replay, else of the replay itself."""

from __future__ import annotations

from collections.abc import Iterator

from service.audit.documents.making import documents
from service.audit.documents.source import DocumentGround
from service.audit.findings import AuditFinding
from service.audit.session import Audit


def check(audit: Audit) -> Iterator[AuditFinding]:
    """Take what was found while they were made beside the replay, or make them of the replay."""
    if audit.proven and audit.level:
        outcome, found = audit.reading.documents
        audit.examined["documents"] = outcome.examined
        yield from found
        return
    plan, coops = audit.plan, audit.reading.coops
    where = audit.place.slug, audit.position, plan.association(), coops
    yield from documents(DocumentGround(*where, audit.replayed, audit.log, audit.examined))
