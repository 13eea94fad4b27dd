"""What the reading of a log is asked, and what it gives back; both go from one process to another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from psycopg import Connection

from domain.association.state import Association
from domain.closings.cut_off import SpreadIncome
from domain.events import Event
from domain.events.association import AssociationRegistered, PolicyChanged
from domain.papers.so_far import CampaignSoFar
from service.audit.audit_check import CheckOutcome, Done
from service.audit.findings import AuditFinding
from service.audit.place import AuditPlace, PrintedHead

if TYPE_CHECKING:
    from service.audit.log.coop_fold import CoopFolds

ASSOCIATION_EVENTS: Final = (AssociationRegistered, PolicyChanged)
"""What checks need of the association's stream: its name and its policies."""


class Heard(NamedTuple):
    """An event that a check asked for: where it stands, whose it is, and itself."""

    position: int
    coop_id: UUID | None
    event: Event


class ReadingPlan(NamedTuple):
    """Which log is read, on which snapshot, up to its ``end``; ``position`` is where read models are compared."""

    place: AuditPlace
    snapshot: str
    end: int
    position: int
    printed: Sequence[PrintedHead]
    heard: Sequence[Heard]

    def association(self) -> Association:
        """Return the association's name and policies; without a name where the log does not say it."""
        state = Association(self.place.association_id)
        for heard in self.heard:
            if isinstance(heard.event, ASSOCIATION_EVENTS):
                state.evolve(heard.event)
        return state


class ClosingFold(NamedTuple):
    """What a coop's events make of a closing: the sums that it states otherwise, the cut-off that it asks for."""

    contradicted: str
    asked: tuple[Event, ...]


IncomeKey = tuple[int, int]
"""An exercise, and the position up to which its income is known."""


class PaperReading(NamedTuple):
    """What is wrong with the papers of one coop; ``broken`` is why they could not be made again, ``reached`` where."""

    issued: int
    findings: tuple[AuditFinding, ...]
    reached: int
    broken: str


class CoopReading(NamedTuple):
    """What the events of one coop made, for the checks of its closings, papers and documents.

    ``closings`` are by their position; one that is not there could not be folded, for the reason in ``broken``. What of
    ``income`` or ``so_far`` is not there has to be folded again by whoever wants to know why.
    """

    closings: Mapping[int, ClosingFold]
    broken: str
    income: Mapping[IncomeKey, tuple[SpreadIncome, ...]]
    so_far: Mapping[UUID, CampaignSoFar] | None
    papers: PaperReading


class LogReading(NamedTuple):
    """What the reading found: the outcome of each check of the log alone, its size and head, and each coop.

    ``documents`` is what was found while those of some ``shares`` of the coops were made of the read models as they
    are: it counts once these are proven to be the replay.
    """

    done: Done
    events: int
    last_hash: bytes
    coops: Mapping[UUID, CoopReading]
    documents: tuple[CheckOutcome, list[AuditFinding]]
    shares: frozenset[int]


@dataclass
class LogAudit:
    """What checks of the log ask; ``folds`` are what its events make, once they were read, ``coops`` the result.

    ``shares`` are those of the coops whose documents are made.
    """

    plan: ReadingPlan
    log: Connection[Any]
    events: int = 0
    last_hash: bytes = b""
    folds: CoopFolds | None = None
    coops: Mapping[UUID, CoopReading] = field(default_factory=dict)
    shares: set[int] = field(default_factory=set)
    examined: Counter[str] = field(default_factory=Counter)

    @property
    def place(self) -> AuditPlace:
        """Where the ledger is."""
        return self.plan.place
