"""What the association's events add up to: its identity, its policy, its charter."""

from __future__ import annotations

from uuid import UUID

from domain.aggregate import State
from domain.events.association import (
    Policy,
)


class Association(State):
    """A departmental association (AD) and what it allows."""

    def __init__(self, stream_id: UUID) -> None:
        """Begin before registration, with the default policy."""
        super().__init__(stream_id)
        self.name = ""
        self.slug = ""
        self.demo = False
        self.policy = Policy()
        self.charter_version = 0
        self.movements: set[str] = set()
        self.suspense: dict[str, int] = {}
