"""Every document with totals, of the read models where these are proven to be the replay, else of the replay itself.

Who has nothing else to do makes those of a share of the coops, while the other one works on: the process that has read
the log, of the read models, from the last share on; here, of the replay, from the first one on. What read models state
by themselves need not wait for the log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from service.audit.documents.maker import folded, stated
from service.audit.documents.source import SHARES, DocumentGround, take_share
from service.audit.findings import AuditFinding
from service.audit.session import Audit


def state(audit: Audit) -> Iterator[AuditFinding]:
    """Make what the replay states by itself, of the shares that nobody has taken; it is told with the others."""
    for share in range(SHARES):
        if take_share(audit.log, audit.snapshot, share):
            examined = Counter[str]()
            found = tuple(stated(_ground(audit, examined), share))
            audit.stated[share] = examined.total(), found
    yield from ()


def check(audit: Audit) -> Iterator[AuditFinding]:
    """Take what was found while documents were made beside the replay, and make of the replay what is not made yet."""
    left, ground = set(range(SHARES)), _ground(audit, audit.examined)
    if audit.proven and audit.level:
        outcome, found = audit.reading.documents
        audit.examined["documents"] += outcome.examined
        yield from found
        left -= audit.reading.shares
    for share in sorted(left):
        if share in audit.stated:
            examined, known = audit.stated[share]
            audit.examined["documents"] += examined
            yield from known
        else:
            yield from stated(ground, share)
        yield from folded(ground, share)


def _ground(audit: Audit, examined: Counter[str]) -> DocumentGround:
    where = audit.place.slug, audit.position, audit.plan.association(), audit.reading.coops
    return DocumentGround(*where, audit.replayed, audit.log, examined)
