"""Steps 1 to 4 of a campaign: information, tariffs, form, payment (S-50…S-101). All stay editable, all are kept."""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

from domain.campaign.state import Campaign, CampaignCommand, CampaignStatus
from domain.errors import Conflict, InvalidInput, PolicyForbids, StaleVersion
from domain.events.association import Policy
from domain.events.base import Event, InstalmentTerms, Tariff
from domain.events.campaign import (
    CampaignDetails,
    CampaignDrafted,
    DetailsEdited,
    FormField,
    FormFieldsSet,
    NotificationsSet,
    PaymentOptionsSet,
    TariffsSet,
)
from domain.limits.charges import ANY_CHARGE, ChargeLimits
from domain.money import check_amount
from domain.people.person_fields import MOST_ASKED, is_own
from domain.texts.visible import is_blank
from domain.vocabulary.means import CARD

FIELD_STATES: Final = ("hidden", "optional", "required")
FIELD_NAMES: Final = ("address", "photo", "birth_date", "landline", "mobile", "email", "class")
"""The questions of step 3, beside first and last name, which are always asked (S-73…S-82)."""
MAX_TARIFFS: Final = 50
MIN_INSTALMENTS: Final = 2
MAX_NOTIFIED: Final = 10
"""Addresses that may hear of every registration of a campaign (S-99)."""


def check_editable(state: Campaign) -> None:
    """Refuse any change of an archived campaign: it is read-only (S-117)."""
    if state.status is CampaignStatus.ARCHIVED:
        raise Conflict(campaign=state.id, status=state.status)


def _titled(details: CampaignDetails) -> CampaignDetails:
    """Refuse a title of which nothing is seen (S-54)."""
    if is_blank(details.title):
        raise InvalidInput(title=details.title)
    return details


class DraftCampaign(CampaignCommand, frozen=True, kw_only=True):
    """Begin a campaign for a purpose that the association's charter permits (S-32)."""

    KIND: ClassVar[str] = "DraftCampaign"
    CREATES: ClassVar[bool] = True
    coop_id: UUID
    details: CampaignDetails
    purpose: str
    school_year: int
    demo: bool
    policy: Policy
    copied_from: UUID | None = None

    @property
    def begins_in(self) -> UUID:
        """Its coop: a mandate holder begins campaigns there only."""
        return self.coop_id

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Refuse an empty title or a purpose outside the charter."""
        details = _titled(self.details)
        if self.purpose not in self.policy.purposes:
            raise PolicyForbids(purpose=self.purpose)
        return (
            CampaignDrafted(
                at=self.at,
                by=self.by,
                coop_id=self.coop_id,
                details=details,
                purpose=self.purpose,
                school_year=self.school_year,
                demo=self.demo,
                copied_from=self.copied_from,
            ),
        )


class EditDetails(CampaignCommand, frozen=True, kw_only=True):
    """Edit the general information, at any time (S-52)."""

    KIND: ClassVar[str] = "EditDetails"
    details: CampaignDetails

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """The same information again changes nothing."""
        check_editable(state)
        details = _titled(self.details)
        return () if details == state.details else (DetailsEdited(at=self.at, by=self.by, details=details),)


class SetTariffs(CampaignCommand, frozen=True, kw_only=True):
    """Set the tariffs: a label, cents by rank of child, a validity period (S-64…S-70).

    Any rank may cost nothing: a third child of a family, or a tariff for whom nothing is asked. ``limits`` are those
    of payments by card.
    """

    KIND: ClassVar[str] = "SetTariffs"
    tariffs: tuple[Tariff, ...]
    limits: ChargeLimits = ANY_CHARGE

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Refuse no tariff, two of one id, an empty label, a bad amount, one no card can pay, or a reversed period."""
        check_editable(state)
        ids = {tariff.tariff_id for tariff in self.tariffs}
        if not 1 <= len(self.tariffs) <= MAX_TARIFFS or len(ids) != len(self.tariffs):
            raise InvalidInput(tariffs=len(self.tariffs))
        for tariff in self.tariffs:
            if is_blank(tariff.label) or not tariff.tiers or tariff.valid_to < tariff.valid_from:
                raise InvalidInput(tariff=tariff.tariff_id)
            for cents in tariff.tiers:
                check_amount(cents, minimum=0)
        if CARD in state.means:
            self.limits.check_tariffs(self.tariffs, state.instalments)
        if self.tariffs == tuple(state.tariffs.values()):
            return ()
        return (TariffsSet(at=self.at, by=self.by, tariffs=self.tariffs),)


class SetFormFields(CampaignCommand, frozen=True, kw_only=True):
    """Set the questions of the form, each hidden, optional or required (S-72…S-86); fields of the coop by their ids."""

    KIND: ClassVar[str] = "SetFormFields"
    fields: tuple[FormField, ...]

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Refuse an unknown question or state, a question twice, or too many fields of the coop's own."""
        check_editable(state)
        names = [field.name for field in self.fields]
        own = [name for name in names if is_own(name)]
        known = all(name in FIELD_NAMES for name in names if name not in own)
        known &= all(field.state in FIELD_STATES for field in self.fields) and len(own) <= MOST_ASKED
        if not known or len(set(names)) != len(names):
            raise InvalidInput(fields=names)
        return () if self.fields == state.fields else (FormFieldsSet(at=self.at, by=self.by, fields=self.fields),)


class SetPaymentOptions(CampaignCommand, frozen=True, kw_only=True):
    """Set the means of payment, the instalments and the confirmation message (S-87…S-97).

    ``limits`` are those of payments by card.
    """

    KIND: ClassVar[str] = "SetPaymentOptions"
    means: tuple[str, ...]
    instalments: InstalmentTerms | None
    message: str
    policy: Policy
    limits: ChargeLimits = ANY_CHARGE

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Refuse means or instalments that the association does not allow (S-93), or that no card can pay.

        The defaults are recorded the first time, too: they were chosen.
        """
        check_editable(state)
        if not self.means or len(set(self.means)) != len(self.means):
            raise InvalidInput(means=self.means)
        if not set(self.means) <= set(self.policy.means):
            raise PolicyForbids(means=self.means, allowed=self.policy.means)
        if self.instalments is not None:
            terms = self.instalments
            if terms.count < MIN_INSTALMENTS or terms.interval_months < 1:
                raise InvalidInput(instalments=terms)
            if terms.count > self.policy.max_instalments or terms.interval_months > self.policy.max_interval_months:
                raise PolicyForbids(instalments=terms)
        if CARD in self.means:
            self.limits.check_tariffs(state.tariffs.values(), self.instalments)
        same = (self.means, self.instalments, self.message) == (state.means, state.instalments, state.message)
        if same and state.payment_chosen:
            return ()
        return (
            PaymentOptionsSet(
                at=self.at, by=self.by, means=self.means, instalments=self.instalments, message=self.message
            ),
        )


class SetNotifications(CampaignCommand, frozen=True, kw_only=True):
    """Set who hears of every registration, by ids of the vault (S-99)."""

    KIND: ClassVar[str] = "SetNotifications"
    contact_ids: tuple[UUID, ...]

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Refuse a contact that is named twice, or more contacts than allowed."""
        check_editable(state)
        if len(self.contact_ids) > MAX_NOTIFIED or len(set(self.contact_ids)) != len(self.contact_ids):
            raise InvalidInput(notified=len(self.contact_ids))
        if self.contact_ids == state.notified:
            return ()
        return (NotificationsSet(at=self.at, by=self.by, contact_ids=self.contact_ids),)


class CheckSettings(CampaignCommand, frozen=True, kw_only=True):
    """Have the commands that are carried out together with this one refused where the settings are other ones by now.

    The version of the stream would say more: each contribution moves it, and no setting.
    """

    KIND: ClassVar[str] = "CheckSettings"
    settings_version: int

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Refuse settings that were set since; nothing is recorded."""
        if state.settings_version != self.settings_version:
            raise StaleVersion(expected=self.settings_version, actual=state.settings_version)
        return ()
