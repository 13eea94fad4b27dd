"""The papers in the log, against those that its events ask for: they were issued again while the log was read."""

from __future__ import annotations

from collections.abc import Iterator

from projections import directory
from service.audit.findings import AuditFinding, FindingKind
from service.audit.session import Audit


def check(audit: Audit) -> Iterator[AuditFinding]:
    """Tell what was found of each coop; a log that cannot be folded any more is a finding too."""
    for coop in directory.coops(audit.replayed):
        reading = audit.reading.coops.get(coop.coop_id)
        if reading is None:
            continue
        papers = reading.papers
        yield from papers.findings
        if papers.broken:
            sentence = f"Les pièces de « {coop.name} » ne peuvent pas être établies à nouveau ({papers.broken})."
            yield AuditFinding(FindingKind.PAPER, papers.reached, sentence, coop.coop_id)
        audit.examined["papers"] += papers.issued
