"""What a campaign's events add up to: its settings, its status and its contributions."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.aggregate import Command, FundsCommand, State
from domain.calendar import fiscal_year_bounds, french_date, paris_date
from domain.campaign.contribution import Contribution
from domain.errors import DayOutOfRange, NotFound
from domain.events.base import InstalmentTerms, Tariff
from domain.events.campaign import CampaignDetails, FormField


class CampaignStatus(StrEnum):
    """The four statuses of the guide (S-114…S-117)."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUSPENDED = "suspended"
    ARCHIVED = "archived"


class Campaign(State):
    """A collection of a coop for one purpose and one school year.

    ``external_payments`` are those of other platforms, by contribution; ``imports`` the ones that each import brought.
    ``settings_version`` is the version of the stream at its last setting; ``payment_chosen`` tells that its means of
    payment were ever set, if only to what they begin as. ``reminders`` are the Paris days of those, by class.
    """

    def __init__(self, stream_id: UUID) -> None:
        """Begin before the draft."""
        super().__init__(stream_id)
        self.status = CampaignStatus.DRAFT
        self.details: CampaignDetails | None = None
        self.settings_version = 0
        self.purpose = ""
        self.school_year = 0
        self.drafted_on = date.max
        self.demo = False
        self.tariffs: dict[str, Tariff] = {}
        self.fields: tuple[FormField, ...] = ()
        self.means: tuple[str, ...] = ("card",)
        self.instalments: InstalmentTerms | None = None
        self.message = ""
        self.payment_chosen = False
        self.notified: tuple[UUID, ...] = ()
        self.by_link = True
        self.embedding: tuple[str, ...] = ()
        self.opens_at: datetime | None = None
        self.closes_at: datetime | None = None
        self.responsible_id: UUID | None = None
        self.reminders: dict[str, list[date]] = {}
        self.contributions: dict[UUID, Contribution] = {}
        self.payments: dict[str, UUID] = {}
        self.slips: dict[str, UUID] = {}
        self.class_counts: dict[UUID, tuple[str, ...]] = {}
        self.refunds: dict[UUID, UUID] = {}
        self.by_hand: dict[UUID, UUID] = {}
        self.disputes: dict[str, UUID] = {}
        self.transfers: set[str] = set()
        self.reversals: set[str] = set()
        self.on_hold: dict[str, UUID] = {}
        self.external: dict[UUID, UUID] = {}
        self.external_payments: dict[UUID, UUID] = {}
        self.external_references: dict[tuple[str, str], UUID] = {}
        self.external_refunds: dict[UUID, tuple[UUID, int]] = {}
        self.imports: dict[UUID, dict[UUID, None]] = {}

    @property
    def entries(self) -> int:
        """How many contributions it keeps."""
        return len(self.contributions)

    @property
    def first_external_day(self) -> date:
        """The first day of the school year before this one: a collection may have begun elsewhere before its draft."""
        return fiscal_year_bounds(self.school_year - 1)[0]

    def check_external_day(self, instant: datetime, asked_at: datetime, since: datetime | None = None) -> None:
        """Refuse a Paris day of money on another platform that is too early, or to come.

        ``since`` is when the money came in, for what gives it back.

        Raises:
            DayOutOfRange: with the first and the last possible day in its sentence.

        """
        day, today = paris_date(instant), paris_date(asked_at)
        first = self.first_external_day if since is None else paris_date(since)
        if not first <= day <= today:
            raise DayOutOfRange(first=french_date(first), last=french_date(today), day=day)

    @property
    def first_day(self) -> date:
        """The Paris day of the draft, or that of the opening if it is earlier: no money is older."""
        return self.drafted_on if self.opens_at is None else min(self.drafted_on, paris_date(self.opens_at))

    def check_day(self, day: date, asked_at: datetime) -> None:
        """Refuse a Paris day of money that was written down by hand, if it is before the campaign or after today.

        Raises:
            DayOutOfRange: with the first and the last possible day in its sentence.

        """
        today = paris_date(asked_at)
        if not self.first_day <= day <= today:
            raise DayOutOfRange(first=french_date(self.first_day), last=french_date(today), day=day)

    def contribution(self, contribution_id: UUID) -> Contribution:
        """Return one contribution.

        Raises:
            NotFound: the campaign has no such contribution.

        """
        found = self.contributions.get(contribution_id)
        if found is None:
            raise NotFound(contribution=contribution_id)
        return found


class CampaignCommand(Command[Campaign], frozen=True, kw_only=True):
    """A wish addressed to a campaign."""

    STATE: ClassVar[type[State]] = Campaign


class CampaignFundsCommand(FundsCommand[Campaign], frozen=True, kw_only=True):
    """A wish addressed to a campaign that depends on what its coop may spend."""

    STATE: ClassVar[type[State]] = Campaign
