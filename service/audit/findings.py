"""What does not hold: its kind, the first position that does not fit, a French sentence for an auditor."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID


class FindingKind(StrEnum):
    """What a finding is about; the values stand in the answer for programs and do not change."""

    CHAIN = "chain"
    HEAD = "head"
    APPEND_RECORD = "append-record"
    KEY = "key"
    PRINTED_HEAD = "printed-head"
    REPLAY = "replay"
    TRACKING = "tracking"
    CLOSING = "closing"
    PAPER = "paper"
    INVARIANT = "invariant"
    READ_MODEL = "read-model"
    DOCUMENT = "document"


class AuditFinding(NamedTuple):
    """One thing that does not hold; ``position`` is None where no event can be named, ``coop_id`` where no coop can."""

    kind: FindingKind
    position: int | None
    sentence: str
    coop_id: UUID | None = None

    def as_json(self) -> dict[str, Any]:
        """Give it to programs."""
        coop = None if self.coop_id is None else str(self.coop_id)
        return {"kind": self.kind.value, "position": self.position, "sentence": self.sentence, "coop_id": coop}


def in_order(finding: AuditFinding) -> tuple[bool, int]:
    """Sort by position; what has none comes last."""
    return finding.position is None, finding.position or 0
