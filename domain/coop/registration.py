"""Registering a coop, correcting its identity, listing its classes, choosing its means (S-02, S-30, S-56, AN-4)."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from domain.coop.state import Coop, CoopCommand
from domain.errors import InvalidInput, PolicyForbids
from domain.events.association import Policy
from domain.events.base import Event, SchoolClass
from domain.events.coop import CoopDetails, CoopDetailsChanged, CoopRegistered, PaymentMeansSet, SchoolClassesDefined
from domain.school_classes import class_code, listed_code
from domain.texts.visible import is_blank
from domain.vocabulary.means import CARD, MEANS


def _sound(details: CoopDetails) -> CoopDetails:
    """Refuse an identity with a part of which nothing is seen: the identification line needs them all (S-56)."""
    parts = (details.name, details.school, details.town, details.affiliation_number)
    if any(is_blank(part) for part in parts):
        raise InvalidInput(details=details)
    return details


class RegisterCoop(CoopCommand, frozen=True, kw_only=True):
    """Open a coop in its association's ledger; only the association may (S-02)."""

    KIND: ClassVar[str] = "RegisterCoop"
    CREATES: ClassVar[bool] = True
    association_id: UUID
    details: CoopDetails
    demo: bool

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Refuse an incomplete identity."""
        details = _sound(self.details)
        return (
            CoopRegistered(at=self.at, by=self.by, association_id=self.association_id, details=details, demo=self.demo),
        )


class ChangeCoopDetails(CoopCommand, frozen=True, kw_only=True):
    """Correct a coop's identity."""

    KIND: ClassVar[str] = "ChangeCoopDetails"
    details: CoopDetails

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """The same identity again changes nothing."""
        details = _sound(self.details)
        return () if details == state.details else (CoopDetailsChanged(at=self.at, by=self.by, details=details),)


class DefineSchoolClasses(CoopCommand, frozen=True, kw_only=True):
    """Set the list of classes of a school year, by the labels the school uses."""

    KIND: ClassVar[str] = "DefineSchoolClasses"
    school_year: int
    labels: tuple[str, ...]

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Reduce labels to codes; « Cpa » and « CP a » are one class, the first label names it (AN-5).

        A class that the list had keeps its code. A label that may be a person's name is refused: the log keeps it.
        """
        by_code: dict[str, str] = {}
        listed = state.classes.get(self.school_year, ())
        for label in self.labels:
            code = class_code(label)
            by_code.setdefault(listed_code(code, listed) or code, " ".join(label.split()))
        if not by_code:
            raise InvalidInput(labels=self.labels)
        same_codes = state.classes.get(self.school_year) == tuple(by_code)
        if same_codes and state.class_labels[self.school_year] == tuple(by_code.values()):
            return ()
        classes = tuple(SchoolClass(code=code, label=label) for code, label in by_code.items())
        return (SchoolClassesDefined(at=self.at, by=self.by, school_year=self.school_year, classes=classes),)


class SetPaymentMeans(CoopCommand, frozen=True, kw_only=True):
    """Choose what means of payment the coop's collections may offer, of those that the association allows (S-30)."""

    KIND: ClassVar[str] = "SetPaymentMeans"
    means: tuple[str, ...]
    policy: Policy

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Refuse none, cards left out, and what the association does not allow; the same again changes nothing."""
        chosen = tuple(one for one in MEANS if one in self.means)
        if CARD not in chosen or len(chosen) != len(self.means):
            raise InvalidInput(means=self.means)
        if not set(chosen) <= set(self.policy.means):
            raise PolicyForbids(means=self.means, allowed=self.policy.means)
        return () if chosen == state.means else (PaymentMeansSet(at=self.at, by=self.by, means=chosen),)
