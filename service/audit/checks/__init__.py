"""The checks of a verification, one module each, in the order in which they are told.

A check is given the open audit and yields what does not hold. One that needs events of its own names them in ``kept``:
they are read for it before the replay. A new check is one module and one line here; one of the log alone is a module of
``service.audit.log`` and a line of its ``reading``.
"""

from __future__ import annotations

from typing import Any, Final

from service.audit.audit_check import AuditCheck
from service.audit.checks import (
    closings,
    documents,
    invariants,
    papers,
    read_models,
    replay,
    tracked_positions,
)
from service.audit.findings import FindingKind
from service.audit.log.contents import ASSOCIATION_EVENTS
from service.audit.log.reading import LOG_CHECKS
from service.audit.session import Audit

TRACKING: Final = AuditCheck("tracking", "Suivi des vues", FindingKind.TRACKING, tracked_positions.check)
"""What comes first: it finds where the read models are compared."""
REPLAY_CHECKS: Final[tuple[AuditCheck[Audit], ...]] = (
    AuditCheck("replay", "Rejeu du registre", FindingKind.REPLAY, replay.check),
    AuditCheck("read-models", "Vues comparées au rejeu", FindingKind.READ_MODEL, read_models.check),
)
"""The replay, and what it says of the read models; the log is read beside them."""
CLOSINGS: Final = AuditCheck("closings", "Clôtures", FindingKind.CLOSING, closings.check, closings.KEPT)
DOCUMENT_CHECKS: Final[tuple[AuditCheck[Audit], ...]] = (
    AuditCheck("papers", "Pièces émises", FindingKind.PAPER, papers.check, ASSOCIATION_EVENTS),
    AuditCheck("documents", "Documents à imprimer", FindingKind.DOCUMENT, documents.check, ASSOCIATION_EVENTS),
)
STATED: Final = DOCUMENT_CHECKS[-1]._replace(run=documents.state)
"""Those of the documents that need not wait for the log."""
FURTHER_CHECKS: Final = (CLOSINGS, *DOCUMENT_CHECKS)
"""What asks the replay and what was folded while the log was read; the invariants are asked beside them."""
INVARIANTS: Final = AuditCheck("invariants", "Invariants du journal", FindingKind.INVARIANT, invariants.check)
"""What comes last: the read models were asked meanwhile."""
CHECKS: Final[tuple[AuditCheck[Any], ...]] = (
    *LOG_CHECKS[:3],
    TRACKING,
    REPLAY_CHECKS[0],
    LOG_CHECKS[3],
    CLOSINGS,
    REPLAY_CHECKS[1],
    INVARIANTS,
    *DOCUMENT_CHECKS,
)
"""All of them, in the order in which they are told."""
