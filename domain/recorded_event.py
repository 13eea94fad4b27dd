"""An event as the log holds it: where, when and in which stream it was recorded."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from domain.events.base import Event


class RecordedEvent(NamedTuple):
    """One row of the log, decoded: its gapless position, its stream and version, its coop, its UTC instant."""

    position: int
    stream_id: UUID
    version: int
    coop_id: UUID | None
    recorded_at: datetime
    event: Event
