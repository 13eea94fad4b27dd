"""The hash that a document bears, on paper or in a file, against the log: what no forger of the database reaches."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.log.chain import genesis, hash_at
from service.audit.findings import AuditFinding, FindingKind
from service.audit.log.contents import LogAudit


def check(audit: LogAudit) -> Iterator[AuditFinding]:
    """Compare each hash that the inspector gives with the one that is stored at its position."""
    audit.examined["printed-heads"] = len(audit.plan.printed)
    for position, printed in audit.plan.printed:
        stored = hash_at(audit.log, audit.place.slug, position) if position else genesis(audit.place.association_id)
        if not stored:
            sentence = f"Le document porte l’événement {position}, le registre finit à {audit.plan.end}."
            yield AuditFinding(FindingKind.PRINTED_HEAD, audit.plan.end + 1, sentence)
        elif stored.hex() != printed.lower():
            sentence = f"L’empreinte imprimée pour l’événement {position} n’est pas celle du registre."
            yield AuditFinding(FindingKind.PRINTED_HEAD, position, sentence)
