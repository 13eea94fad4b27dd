"""The closing of a month or a year of a coop's online account: its figures, where they were taken, what vouches."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from domain.events.base import Event, StatementBoxes, Value
from domain.money import SignedCents


class ByOrigin(Value, frozen=True, kw_only=True):
    """The « dont » lines of a box, in cents: they add up to it (S-155, S-160)."""

    families: SignedCents = 0
    """What families paid."""
    refunds: SignedCents = 0
    """Refunds and disputes, and what of them came back."""
    platform: SignedCents = 0
    """The platform's advances, what it took back of them, and its corrections."""

    @property
    def total(self) -> int:
        """The box."""
        return self.families + self.refunds + self.platform


class RunningTotals(Value, frozen=True, kw_only=True):
    """Sums over all periods up to a day, in cents, each side apart: none ever falls (CGI 286-I-3° bis)."""

    receipts: int
    disbursements: int
    payouts: int
    payouts_back: int
    """Payouts that failed after they had left, or that the bank sent back."""


class ExternalHolding(Value, frozen=True, kw_only=True):
    """What another platform has collected for the coop and not yet paid out to it, in cents."""

    platform: str
    cents: SignedCents


class CoverageState(StrEnum):
    """What the provider's own books say about a period."""

    READ = "read"
    """They were read, past the end of the period."""
    NO_ACCOUNT = "no-account"
    """The coop has no account at the provider."""
    NO_PROVIDER = "no-provider"
    """The installation has no payment provider."""


class ListedBreak(Value, frozen=True, kw_only=True):
    """A difference between the ledger and the provider that stood open when the period was closed, in signed cents."""

    object_id: str
    kind: str
    ledger_cents: SignedCents
    provider_cents: SignedCents
    moved_at: datetime


class ProviderCoverage(Value, frozen=True, kw_only=True):
    """How far the provider's books were read for a coop, and which of its movements they contradict.

    ``platform_breaks`` counts the open differences of the same time on the platform's own account, where payments
    arrive: it belongs to all coops, so that they are not listed here.
    """

    state: CoverageState
    read_at: datetime | None = None
    breaks: tuple[ListedBreak, ...] = ()
    platform_breaks: int = 0


class PeriodClosed(Event, frozen=True, kw_only=True):
    """A month or a fiscal year was closed with its figures, taken at a position; later facts count in the open month.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "coop.period_closed.2"
    LABEL: ClassVar[str] = "Période clôturée"

    kind: str
    first_day: date
    last_day: date
    boxes: StatementBoxes
    blocked: SignedCents
    """What disputes hold of the closing balance."""
    receipts: ByOrigin
    disbursements: ByOrigin
    year_to_date: RunningTotals
    """Since 1 September."""
    perpetual: RunningTotals
    """Since the coop's first movement."""
    up_to_position: int
    chain_head: str
    """The chain's hash at that position, in hexadecimal."""
    papers_issued: tuple[str, ...]
    """The numbers of the papers that the coop issued in the period."""
    held_elsewhere: tuple[ExternalHolding, ...]
    provider: ProviderCoverage
