"""Events of a coop's identity: who it is, who holds its mandate, which classes it has."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

import msgspec

from domain.events.base import Event, SchoolClass, Value


class CoopDetails(Value, frozen=True, kw_only=True):
    """The identity of a coop, from which its regulated identification line is made (S-56)."""

    name: str
    school: str
    town: str
    affiliation_number: str
    address: str | msgspec.UnsetType = msgspec.UNSET
    """Where letters reach the school, on one line; left out of what is stored where it is not known (S-02)."""

    @property
    def postal_address(self) -> str:
        """Where letters reach the school, empty where it is not known."""
        return "" if self.address is msgspec.UNSET else self.address


class CoopRegistered(Event, frozen=True, kw_only=True):
    """The association opened a school co-operative on the platform.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "coop.registered.1"
    LABEL: ClassVar[str] = "Coopérative inscrite"

    association_id: UUID
    details: CoopDetails
    demo: bool


class CoopDetailsChanged(Event, frozen=True, kw_only=True):
    """The association corrected the identity of a coop.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "coop.details_changed.1"
    LABEL: ClassVar[str] = "Identité de la coopérative modifiée"

    details: CoopDetails


class SchoolClassesDefined(Event, frozen=True, kw_only=True):
    """The coop set the list of its classes for a school year.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "coop.school_classes_defined.1"
    LABEL: ClassVar[str] = "Liste des classes définie"

    school_year: int
    classes: tuple[SchoolClass, ...]


class PaymentMeansSet(Event, frozen=True, kw_only=True):
    """The coop chose which of the means that its association allows its collections may offer.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "coop.payment_means_set.1"
    LABEL: ClassVar[str] = "Moyens de paiement choisis"

    means: tuple[str, ...]


class MandateGranted(Event, frozen=True, kw_only=True):
    """The association gave a person the mandate to run the coop's collections.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "coop.mandate_granted.1"
    LABEL: ClassVar[str] = "Mandat accordé"

    mandate_id: UUID
    holder_id: UUID
    valid_from: date
    valid_to: date


class MandateRevoked(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The association withdrew a mandate.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "coop.mandate_revoked.1"
    LABEL: ClassVar[str] = "Mandat retiré"

    mandate_id: UUID
    reason: str
    note_id: UUID | None = None


class CharterAccepted(Event, frozen=True, kw_only=True):
    """A mandate holder accepted a version of the charter for the coop.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "coop.charter_accepted.1"
    LABEL: ClassVar[str] = "Charte acceptée"

    version: int
    mandate_id: UUID


class CertificationRequested(Event, frozen=True, kw_only=True):
    """The coop's file was sent to the payment provider for certification.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "coop.certification_requested.1"
    LABEL: ClassVar[str] = "Certification demandée"

    provider_account: str


class Certified(Event, frozen=True, kw_only=True):
    """The payment provider certified the coop's account: payouts may leave.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "coop.certified.1"
    LABEL: ClassVar[str] = "Compte certifié"

    provider_account: str


class CertificationRevoked(Event, frozen=True, kw_only=True):
    """The payment provider withdrew the certification: payouts are held.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "coop.certification_revoked.1"
    LABEL: ClassVar[str] = "Certification retirée"

    reason: str


class InspectionFindingRecorded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An inspector recorded a finding about the coop's accounts.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "coop.inspection_finding_recorded.1"
    LABEL: ClassVar[str] = "Constat d’inspection enregistré"

    finding_id: UUID
    subject: str
    severity: str
    up_to_position: int
    note_id: UUID | None = None
