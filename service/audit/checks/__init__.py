"""The checks of a verification, one module each, in the order in which they run.

A check is given the open audit and yields what does not hold. One that needs events of its own names them in ``kept``:
the replay keeps them for it. A new check is one module and one line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from domain.events import Event
from service.audit.checks import (
    append_records,
    chain,
    closings,
    documents,
    invariants,
    keys,
    papers,
    printed_heads,
    read_models,
    replay,
    tracked_positions,
)
from service.audit.findings import AuditFinding, FindingKind
from service.audit.session import ASSOCIATION_EVENTS, Audit


class AuditCheck(NamedTuple):
    """One check: its code for programs, its French name, the kind of what it finds, what runs it."""

    code: str
    label: str
    kind: FindingKind
    run: Callable[[Audit], Iterator[AuditFinding]]
    kept: tuple[type[Event], ...] = ()


LOG_CHECKS: Final[tuple[AuditCheck, ...]] = (
    AuditCheck("chain", "Chaîne et tête du registre", FindingKind.CHAIN, chain.check),
    AuditCheck("append-records", "Ajouts enregistrés", FindingKind.APPEND_RECORD, append_records.check),
    AuditCheck("printed-heads", "Empreintes imprimées", FindingKind.PRINTED_HEAD, printed_heads.check),
)
"""What asks the log's own session alone: it runs beside the replay."""
REPLAY_CHECKS: Final[tuple[AuditCheck, ...]] = (
    AuditCheck("tracking", "Suivi des vues", FindingKind.TRACKING, tracked_positions.check),
    AuditCheck("replay", "Rejeu du registre", FindingKind.REPLAY, replay.check),
)
"""The replay, up to where the tracking is found to be; they leave the log's session alone."""
FURTHER_CHECKS: Final[tuple[AuditCheck, ...]] = (
    AuditCheck("keys", "Clés d’idempotence", FindingKind.KEY, keys.check),
    AuditCheck("closings", "Clôtures", FindingKind.CLOSING, closings.check, closings.KEPT),
    AuditCheck("read-models", "Vues comparées au rejeu", FindingKind.READ_MODEL, read_models.check),
)
"""What comes after the replay, and asks it and the log."""
VIEW_CHECKS: Final[tuple[AuditCheck, ...]] = (
    AuditCheck("invariants", "Invariants du journal", FindingKind.INVARIANT, invariants.check),
)
"""What asks the read models, once they are proven to be the replay row by row: it runs beside the documents."""
DOCUMENT_CHECKS: Final[tuple[AuditCheck, ...]] = (
    AuditCheck("papers", "Pièces émises", FindingKind.PAPER, papers.check, ASSOCIATION_EVENTS),
    AuditCheck("documents", "Documents à imprimer", FindingKind.DOCUMENT, documents.check, ASSOCIATION_EVENTS),
)
"""What asks the replay, and the log through its session."""
CHECKS: Final = (*LOG_CHECKS, *REPLAY_CHECKS, *FURTHER_CHECKS, *VIEW_CHECKS, *DOCUMENT_CHECKS)
"""All of them."""
