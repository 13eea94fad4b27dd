"""Every document with totals, of the read models where these are proven to be the replay, else of the replay itself.

Whoever is done first makes them, while the other one works on: the process that reads the log has all that they need;
here, what read models state by themselves need not wait for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from service.audit.documents.making import folded, stated
from service.audit.documents.source import DocumentGround
from service.audit.findings import AuditFinding
from service.audit.session import Audit


def state(audit: Audit) -> Iterator[AuditFinding]:
    """Make what the replay states by itself."""
    yield from stated(_ground(audit))


def check(audit: Audit) -> Iterator[AuditFinding]:
    """Take what was found while they were made beside the replay, or make of the replay what is not made yet."""
    made = audit.reading.documents
    if made is not None and audit.proven and audit.level:
        outcome, found = made
        audit.examined["documents"] = outcome.examined
        yield from found
        return
    yield from state(audit) if audit.stated is None else audit.stated
    yield from folded(_ground(audit))


def _ground(audit: Audit) -> DocumentGround:
    where = audit.place.slug, audit.position, audit.plan.association(), audit.reading.coops
    return DocumentGround(*where, audit.replayed, audit.log, audit.examined)
