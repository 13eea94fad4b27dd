"""One file that a member asked for, as its row tells it; no name of anybody is in it."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal, NamedTuple, Self
from uuid import UUID

LIFE: Final = timedelta(days=7)
"""How long a file can be taken away once it is made, and how long a request is remembered that came to nothing."""
DOWNLOADS: Final = 5
"""How often a file can be taken away."""
UNDER_WAY: Final = 3
"""How many files of one member may be waited for at once."""
ExportForm = Literal["xlsx", "csv", "pdf"]
ExportColumns = Literal["every", "displayed"]
"""Which columns a list of chosen rows has: all that is known of each child, or those that the page shows."""
_ROW: Final = struct.Struct(">16sI")


class ExportKind(StrEnum):
    """What a file holds."""

    CONTRIBUTIONS = "contributions"
    PARTICIPANTS = "participants"
    GIFTS = "gifts"
    GIVERS = "givers"
    RECEIPTS = "receipts"
    LIST = "list"
    """The rows of a list that were chosen."""


class ExportState(StrEnum):
    """How far a file is; ``DROPPED`` is one that held a person who was forgotten since."""

    WAITING = "waiting"
    WORKING = "working"
    READY = "ready"
    FAILED = "failed"
    DROPPED = "dropped"


class ChosenRows(NamedTuple):
    """The rows that a list holds, each by its contribution and its line there, in the order they were chosen."""

    columns: ExportColumns
    keys: Sequence[tuple[UUID, int]]

    @property
    def packed(self) -> bytes:
        """The rows as they are kept."""
        return b"".join(_ROW.pack(contribution_id.bytes, line) for contribution_id, line in self.keys)

    @classmethod
    def unpacked(cls, columns: ExportColumns, kept: bytes) -> Self:
        """Return the rows that were kept."""
        return cls(columns, [(UUID(bytes=basket), line) for basket, line in _ROW.iter_unpack(kept)])


class ExportRequest(NamedTuple):
    """What a member asks for: a kind of file about one campaign, or about a school year (2024 for 2024-2025).

    ``rows`` are those of a list, for that kind alone.
    """

    export_id: UUID
    coop_id: UUID
    asked_by: UUID
    kind: ExportKind
    campaign_id: UUID | None
    school_year: int | None
    form: ExportForm
    rows: ChosenRows | None = None


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
    columns: ExportColumns | None = None

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
