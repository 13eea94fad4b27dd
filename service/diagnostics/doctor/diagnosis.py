"""What the doctor says about one thing: its state, a sentence, and what to do. Never an address, a key or a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from adapters.postgres import DatabaseRole, conninfo_for
from adapters.registry import AssociationEntry
from service.settings import PaymentSettings, Settings


class DiagnosisState(StrEnum):
    """How a thing is: only a fault keeps an installation from doing its work."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"
    SKIPPED = "skipped"


class Diagnosis(NamedTuple):
    """One thing that was looked at; ``advice`` is what to do where something is to be done."""

    subject: str
    state: DiagnosisState
    sentence: str
    advice: str = ""


@dataclass
class DoctorContext:
    """What checks look at: the settings, the database where there is one, and what the first checks found in it."""

    settings: Settings
    payments: PaymentSettings
    database_url: str | None
    now: datetime
    associations: list[AssociationEntry] = field(default_factory=list)
    reachable: bool = False
    """Whether the application's role was let into the database."""
    migrated: bool = False

    def dsn(self, role: DatabaseRole, entry: AssociationEntry | None = None) -> str:
        """Where a role signs in: the service's own database, or the one that an association has for itself."""
        own = None if entry is None else entry.dsn
        return conninfo_for(own or self.database_url or "", role)


def fine(subject: str, sentence: str) -> list[Diagnosis]:
    """Say that a thing is as it should be."""
    return [Diagnosis(subject, DiagnosisState.OK, sentence)]


def warning(subject: str, sentence: str, advice: str) -> Diagnosis:
    """Say what is worth knowing, and may be meant."""
    return Diagnosis(subject, DiagnosisState.WARNING, sentence, advice)


def fault(subject: str, sentence: str, advice: str) -> Diagnosis:
    """Say what keeps the installation from doing its work."""
    return Diagnosis(subject, DiagnosisState.FAULT, sentence, advice)
