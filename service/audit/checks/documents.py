"""Every document with totals, of the read models where these are proven to be the replay, else of the replay itself.

Who has nothing else to do makes those of a share of the coops of the read models, while the other one works on: the
process that has read the log, from the last share on; here, from the first one on. What read models state by themselves
need not wait for the log. Whatever was made counts once they are proven.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from psycopg import Connection

from projections import directory
from service.audit.documents.maker import folded, stated
from service.audit.documents.source import SHARES, DocumentGround, take_share
from service.audit.findings import AuditFinding
from service.audit.session import Audit


def state(audit: Audit) -> Iterator[AuditFinding]:
    """Make what read models state by themselves, of the shares that nobody has taken; it is told with the others."""
    coops = directory.coops(audit.live) if audit.proven and audit.level else []
    for share in range(SHARES if coops else 0):
        if take_share(audit.log, audit.snapshot, share):
            examined = Counter[str]()
            found = tuple(stated(_ground(audit, audit.live, examined), coops[share::SHARES]))
            audit.stated[share] = examined.total(), found
    yield from ()


def check(audit: Audit) -> Iterator[AuditFinding]:
    """Take what was found while documents were made beside the replay, and make what is not made yet."""
    left, counts = set(range(SHARES)), audit.proven and audit.level
    ground = _ground(audit, audit.live if counts else audit.replayed, audit.examined)
    if counts:
        outcome, found = audit.reading.documents
        audit.examined["documents"] += outcome.examined
        yield from found
        left -= audit.reading.shares
    coops = directory.coops(ground.shown)
    for share in sorted(left):
        mine = coops[share::SHARES]
        if share in audit.stated:
            examined, known = audit.stated[share]
            audit.examined["documents"] += examined
            yield from known
        else:
            yield from stated(ground, mine)
        yield from folded(ground, mine)


def _ground(audit: Audit, shown: Connection[Any], examined: Counter[str]) -> DocumentGround:
    where = audit.place.slug, audit.position, audit.plan.association(), audit.reading.coops
    return DocumentGround(*where, shown, audit.log, examined)
