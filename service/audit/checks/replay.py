"""The replay of the log into temporary tables: what checks behind it compare the read models with."""

from __future__ import annotations

from collections.abc import Iterator

from domain.errors import LedgerError
from projections.engine.temporary import replay_temporary
from service.audit.findings import AuditFinding, FindingKind
from service.audit.session import Audit


def check(audit: Audit) -> Iterator[AuditFinding]:
    """Replay up to where the read models stand; what cannot be read or booked is a finding, and the rest goes on."""
    # Not by the log's own session: its chain is read meanwhile.
    omissions = replay_temporary(audit.live, audit.replayed, audit.place.slug, audit.position, listener=audit.listen)
    audit.examined["replay"] = audit.position
    for position, error in omissions:
        kind = error.code if isinstance(error, LedgerError) else type(error).__name__
        yield AuditFinding(FindingKind.REPLAY, position, f"L’événement {position} ne peut pas être rejoué ({kind}).")
