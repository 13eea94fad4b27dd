"""Events of a campaign's five steps and of its status."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from domain.events.base import Event, InstalmentTerms, Tariff, Value


class CampaignDetails(Value, frozen=True, kw_only=True):
    """Step 1 as the public page shows it; contacts are people and live in the vault.

    ``picture`` is ``<sha256>-<width>x<height>`` or nothing, ``attachments`` are ``<sha256>/<bytes>/<name>`` each.
    """

    title: str
    description: str = ""
    terms: str = ""
    picture: str = ""
    attachments: tuple[str, ...] = ()
    contact_id: UUID | None = None


class FormField(Value, frozen=True, kw_only=True):
    """One question of the form and its state: ``hidden``, ``optional`` or ``required`` (S-75…S-82)."""

    name: str
    state: str


class CampaignDrafted(Event, frozen=True, kw_only=True):
    """A mandate holder began a campaign for a purpose of the charter, for one school year.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "campaign.drafted.1"
    LABEL: ClassVar[str] = "Collecte créée en brouillon"

    coop_id: UUID
    details: CampaignDetails
    purpose: str
    school_year: int
    demo: bool
    copied_from: UUID | None = None


class DetailsEdited(Event, frozen=True, kw_only=True):
    """The general information of the campaign was edited.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "campaign.details_edited.1"
    LABEL: ClassVar[str] = "Informations générales modifiées"

    details: CampaignDetails


class TariffsSet(Event, frozen=True, kw_only=True):
    """The tariffs of the campaign were set.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "campaign.tariffs_set.1"
    LABEL: ClassVar[str] = "Tarifs définis"

    tariffs: tuple[Tariff, ...]


class FormFieldsSet(Event, frozen=True, kw_only=True):
    """The questions asked to families were set.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "campaign.form_fields_set.1"
    LABEL: ClassVar[str] = "Formulaire défini"

    fields: tuple[FormField, ...]


class PaymentOptionsSet(Event, frozen=True, kw_only=True):
    """The means of payment, the instalments and the confirmation message were set.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "campaign.payment_options_set.2"
    LABEL: ClassVar[str] = "Paiement et confirmation définis"

    means: tuple[str, ...]
    instalments: InstalmentTerms | None
    message: str


class NotificationsSet(Event, frozen=True, kw_only=True):
    """Who hears of every registration was set: people by id, whose addresses are in the vault (S-99).

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "campaign.notifications_set.1"
    LABEL: ClassVar[str] = "Destinataires des notifications définis"

    contact_ids: tuple[UUID, ...]


class PublicationSet(Event, frozen=True, kw_only=True):
    """The publication was set: by link or not at all, and the opening window.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "campaign.publication_set.1"
    LABEL: ClassVar[str] = "Publication définie"

    by_link: bool
    opens_at: datetime | None
    closes_at: datetime | None


class EmbeddingSet(Event, frozen=True, kw_only=True):
    """The sites whose pages may frame the campaign's form were set, by their origins (S-124).

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "campaign.embedding_set.1"
    LABEL: ClassVar[str] = "Sites autorisés à intégrer le formulaire"

    origins: tuple[str, ...]


class ReminderAsked(Event, frozen=True, kw_only=True):
    """A mandate holder had the families of a class reminded, those of them that it concerns (ADR 73).

    ``number`` counts the reminders of the class in this campaign, ``contacts`` those on its list: how many letters
    leave is recorded nowhere.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "campaign.reminder_asked.1"
    LABEL: ClassVar[str] = "Rappel demandé pour les familles d’une classe"

    class_code: str
    number: int
    contacts: int


class CampaignPublished(Event, frozen=True, kw_only=True):
    """The campaign went on line under the responsibility of a mandate holder and a decision of the Conseil.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "campaign.published.1"
    LABEL: ClassVar[str] = "Collecte publiée"

    responsible_id: UUID
    council_decision: str


class CampaignSuspended(Event, frozen=True, kw_only=True):
    """Sales were suspended: the page stays, the button is off.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "campaign.suspended.1"
    LABEL: ClassVar[str] = "Ventes suspendues"


class CampaignArchived(Event, frozen=True, kw_only=True):
    """The campaign was archived: read-only, all its accounts kept.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "campaign.archived.1"
    LABEL: ClassVar[str] = "Collecte archivée"
