"""One file that a member asked for, as its row tells it; no name of anybody is in it."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal, NamedTuple
from uuid import UUID

LIFE: Final = timedelta(days=7)
"""How long a file can be taken away once it is made, and how long a request is remembered that came to nothing."""
DOWNLOADS: Final = 5
"""How often a file can be taken away."""
UNDER_WAY: Final = 3
"""How many files of one member may be waited for at once."""
ExportForm = Literal["xlsx", "csv", "pdf"]


class ExportKind(StrEnum):
    """What a file holds."""

    CONTRIBUTIONS = "contributions"
    PARTICIPANTS = "participants"
    GIFTS = "gifts"
    GIVERS = "givers"
    RECEIPTS = "receipts"


class ExportState(StrEnum):
    """How far a file is; ``DROPPED`` is one that held a person who was forgotten since."""

    WAITING = "waiting"
    WORKING = "working"
    READY = "ready"
    FAILED = "failed"
    DROPPED = "dropped"


class ExportRequest(NamedTuple):
    """What a member asks for: a kind of file about one campaign, or about a school year (2024 for 2024-2025)."""

    export_id: UUID
    coop_id: UUID
    asked_by: UUID
    kind: ExportKind
    campaign_id: UUID | None
    school_year: int | None
    form: ExportForm


class ExportRow(NamedTuple):
    """A file: ``done`` of ``whole`` steps are made; ``attempt`` counts how often its making began."""

    export_id: UUID
    coop_id: UUID
    asked_by: UUID
    kind: str
    campaign_id: UUID | None
    school_year: int | None
    form: ExportForm
    asked_at: datetime
    state: str
    attempt: int
    done: int
    whole: int
    filename: str
    size: int
    expires_at: datetime
    downloads: int

    @property
    def under_way(self) -> bool:
        """Whether it is still to be made."""
        return self.state in {ExportState.WAITING, ExportState.WORKING}

    @property
    def left(self) -> int:
        """How often it can still be taken away."""
        return DOWNLOADS - self.downloads

    @property
    def percent(self) -> int:
        """How much of it is made."""
        return min(100 * self.done // self.whole, 99) if self.whole else 0

    def ready_at(self, now: datetime) -> bool:
        """Tell whether it can be taken away at an instant."""
        return self.state == ExportState.READY and self.left > 0 and now < self.expires_at
