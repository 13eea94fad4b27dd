"""The replay of the log into temporary tables: what checks behind it compare the read models with."""

from __future__ import annotations

from collections.abc import Iterator

from projections.engine.temporary import replay_temporary
from service.audit.audit_check import reason_of
from service.audit.findings import AuditFinding, FindingKind
from service.audit.session import Audit


def check(audit: Audit) -> Iterator[AuditFinding]:
    """Replay up to where the read models stand; what cannot be read or booked is a finding, and the rest goes on."""
    omissions = replay_temporary(audit.live, audit.replayed, audit.place.slug, audit.position)
    audit.examined["replay"] = audit.position
    for position, error in omissions:
        yield AuditFinding(
            FindingKind.REPLAY, position, f"L’événement {position} ne peut pas être rejoué ({reason_of(error)})."
        )
