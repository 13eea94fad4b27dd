"""The standing invariants, of the read models where these are proven to be the replay, else of the replay itself."""

from __future__ import annotations

from collections.abc import Iterator

from projections.checks import CHECKS
from projections.engine.temporary import TEMPORARY
from service.audit.findings import AuditFinding
from service.audit.log.invariants import broken_invariants
from service.audit.session import Audit


def check(audit: Audit) -> Iterator[AuditFinding]:
    """Take what the read models said beside the replay, or ask the replay."""
    audit.examined["invariants"] = len(CHECKS)
    if audit.proven:
        yield from audit.invariants
    else:
        yield from broken_invariants(audit.replayed, audit.place.slug, TEMPORARY)
