"""What the association's events add up to: its identity, its policy, its charter, its members and their roles."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from domain.aggregate import State
from domain.association.ties import Tie
from domain.calendar import fiscal_year
from domain.events.association import CutOff, Policy
from domain.rights.roles import MemberRole


class HeldRole(NamedTuple):
    """A role that was given and not withdrawn; ``valid_to`` is its last Paris day, None for no end."""

    member_id: UUID
    role: MemberRole
    coop_id: UUID | None
    class_code: str | None
    valid_to: date | None

    def holds_on(self, day: date) -> bool:
        """Tell whether it holds on a Paris day."""
        return self.valid_to is None or day <= self.valid_to


class PublishedCharter(NamedTuple):
    """A version of the charter of collections: its number, the digest of its text, and when it was published."""

    version: int
    text_sha256: str
    at: datetime


class Approval(NamedTuple):
    """Who first approved a decision of two people, and when."""

    by: str
    at: datetime


class Association(State):
    """A departmental association (AD) and what it allows."""

    def __init__(self, stream_id: UUID) -> None:
        """Begin before registration, with the default policy."""
        super().__init__(stream_id)
        self.name = ""
        self.slug = ""
        self.demo = False
        self.policy = Policy()
        self.cut_offs: dict[int, CutOff] = {}
        self.charters: list[PublishedCharter] = []
        self.members: set[UUID] = set()
        self.ties: list[Tie] = []
        self.roles: dict[UUID, HeldRole] = {}
        self.movements: set[str] = set()
        self.suspense: dict[str, int] = {}
        self.approvals: dict[str, Approval] = {}

    @property
    def charter_version(self) -> int:
        """The version of the charter in force; 0 before the first."""
        return self.charters[-1].version if self.charters else 0

    @property
    def charter_sha256(self) -> str:
        """The digest of the text in force; empty before the first."""
        return self.charters[-1].text_sha256 if self.charters else ""

    def set_policy(self, policy: Policy, day: date) -> None:
        """Take a policy of a Paris day; its rule of cut-off holds from the exercise after that day's on."""
        self.policy = policy
        self.cut_offs[fiscal_year(day) + 1] = policy.cuts_off

    def deferring_since(self, year: int) -> int | None:
        """Return since which exercise, up to one, income belongs to the years it pays for; None if it does not there.

        What was collected before is income of its own year already: nobody carries it over a second time.
        """
        since: int | None = None
        for first, rule in self.cut_offs.items():
            if first > year:
                break
            attached = rule is CutOff.BY_VALIDITY
            since = (since or first) if attached else None
        return since
