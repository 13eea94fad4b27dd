"""Events of the departmental association (AD): the legal person behind its coops."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Final
from uuid import UUID

import msgspec

from domain.events.base import Event, Value
from domain.money import SignedCents
from domain.rights.roles import MemberRole, RoleRevocationReason

_CLOSING_DAY: Final = 10
"""When nothing else was decided: the provider's books of the month are read by then, and bank statements are here."""


class CutOff(StrEnum):
    """To which year income belongs."""

    ON_RECEIPT = "encaissement"
    """To the year in which it was collected: the cash-book of a co-operative."""
    BY_VALIDITY = "rattachement"
    """To the years that the tariff is valid in: what is for later ones is deferred on 31 August (account 487)."""


class Policy(Value, frozen=True, kw_only=True):
    """What an association lets its coops do; a coop can never switch back on what is off here (S-26)."""

    means: tuple[str, ...] = ("card",)
    """Means of payment a campaign may offer online (S-23, S-93)."""
    cash_recording: bool = True
    """Whether the coop may record cash received in its cash box (S-24)."""
    purposes: tuple[str, ...] = ("contribution-volontaire",)
    """Purposes of the charter a campaign chooses from (S-32)."""
    max_instalments: int = 4
    max_interval_months: int = 3
    anonymity_threshold: int = 5
    """Per-class participation is hidden below this number of families."""
    wording: str = "contribution"
    """Vocabulary of the pages: ``contribution`` or ``adhesion`` (S-25)."""
    require_passkey: bool | msgspec.UnsetType = msgspec.UNSET
    """Whether what moves money, bank accounts, rights or files of families asks for a passkey of everybody.

    Left out of what is stored until an association decides, so that older policies and requests keep their bytes.
    """

    closing_day: int | msgspec.UnsetType = msgspec.UNSET
    """The day of a month on which the months and years that ended before it are closed; left out as the one above."""

    cut_off: CutOff | msgspec.UnsetType = msgspec.UNSET
    """To which year income belongs, from the next exercise on; left out as the cash-book's rule."""

    @property
    def cuts_off(self) -> CutOff:
        """To which year income belongs."""
        return CutOff.ON_RECEIPT if self.cut_off is msgspec.UNSET else self.cut_off

    @property
    def closes_on(self) -> int:
        """The day of the month on which periods are closed."""
        return _CLOSING_DAY if self.closing_day is msgspec.UNSET else self.closing_day

    @property
    def demands_passkey(self) -> bool:
        """Whether the association asks for a passkey of everybody."""
        return self.require_passkey is True


class AssociationRegistered(Event, frozen=True, kw_only=True):
    """The departmental association joined the platform.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "association.registered.1"
    LABEL: ClassVar[str] = "Association départementale inscrite"

    name: str
    slug: str
    siren: str
    demo: bool


class PolicyChanged(Event, frozen=True, kw_only=True):
    """The association changed what its coops may do.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "association.policy_changed.1"
    LABEL: ClassVar[str] = "Règles de l’association modifiées"

    policy: Policy


class CharterPublished(Event, frozen=True, kw_only=True):
    """The association published a version of its charter of collections.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "association.charter_published.1"
    LABEL: ClassVar[str] = "Charte des collectes publiée"

    version: int
    text_sha256: str


class PlatformMovementRecorded(Event, frozen=True, kw_only=True):
    """The provider moved money of the platform outside any contribution: a fee of its own, or something unexplained.

    Posts: P psp_platform D, the given account K; the reverse when it left.
    """

    TOPIC: ClassVar[str] = "association.platform_movement_recorded.1"
    LABEL: ClassVar[str] = "Mouvement de la plateforme chez le prestataire"
    CLOCK: ClassVar[str] = "moved_at"
    BOOKS: ClassVar[str] = "movement_id"

    movement_id: str
    kind: str
    cents: SignedCents
    account: str
    moved_at: datetime


class PlatformSuspenseCleared(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Two people explained a movement of the platform: it belongs to an account of its book.

    Posts: P suspense D, the given account K; the reverse when the money had left.
    """

    TOPIC: ClassVar[str] = "association.suspense_cleared.1"
    LABEL: ClassVar[str] = "Mouvement de la plateforme expliqué"

    movement_id: str
    cents: SignedCents
    account: str
    approvers: tuple[str, str]
    reason: str
    note_id: UUID | None = None


class RoleGranted(Event, frozen=True, kw_only=True):
    """The association gave a member a role: for all of its coops, or a teacher's for one class of one coop.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "association.role_granted.1"
    LABEL: ClassVar[str] = "Rôle accordé"

    role_id: UUID
    member_id: UUID
    role: MemberRole
    coop_id: UUID | None = None
    class_code: str | None = None
    valid_to: date | None = None
    """The last Paris day on which it holds; None for no end."""


class RoleRevoked(Event, frozen=True, kw_only=True):
    """The association withdrew a role.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "association.role_revoked.1"
    LABEL: ClassVar[str] = "Rôle retiré"

    role_id: UUID
    reason: RoleRevocationReason


class MemberInvited(Event, frozen=True, kw_only=True):
    """Somebody invited a person to work with the association, or sent the invitation once more.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "association.member_invited.1"
    LABEL: ClassVar[str] = "Membre invité"

    member_id: UUID


class MemberAddressChanged(Event, frozen=True, kw_only=True):
    """Somebody changed the address to which a member's sign-in links go; the address is in the vault.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "association.member_address_changed.1"
    LABEL: ClassVar[str] = "Adresse d’un membre modifiée"

    member_id: UUID


class ApprovalGiven(Event, frozen=True, kw_only=True):
    """The first of two people approved a decision about money that two people take; it waits for the second.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "association.approval_given.1"
    LABEL: ClassVar[str] = "Premier accord donné"

    decision: str
    """The kind of the command that it is about."""
    digest: str
    """SHA-256 of everything that the decision says, so that the second approves the same."""
