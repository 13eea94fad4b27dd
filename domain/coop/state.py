"""What a coop's own events add up to; the money its campaigns bring is in domain.funds."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, NamedTuple
from uuid import UUID

import msgspec

from domain.aggregate import Command, FundsCommand, State
from domain.events import coop, payout
from domain.events.association import Policy
from domain.events.external import ExternalPayoutRecorded
from domain.papers.series import PaperSeries
from domain.vocabulary.bank_lines import MatchKind
from domain.vocabulary.means import CARD


class PayoutStatus(StrEnum):
    """Where a payout stands."""

    REQUESTED = "requested"
    SENT = "sent"
    PAID = "paid"
    FAILED = "failed"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class Payout:
    """One payout of the coop: its amount in cents, its status and the bank account frozen at its request."""

    def __init__(self, event: payout.PayoutRequested) -> None:
        """Begin as requested."""
        self.cents = event.cents
        self.bank_account_id = event.bank_account_id
        self.status = PayoutStatus.REQUESTED
        self.provider_payout = ""


class BankMatch(NamedTuple):
    """What a line of the bank statement was recognised as: the kind of movement, its id, its cents and its day."""

    kind: MatchKind
    subject_id: UUID
    cents: int
    booked_on: date


class Deposit(NamedTuple):
    """Cash taken to the bank: the number of its slip, its cents and its day."""

    slip: str
    cents: int
    deposited_on: date


class Coop(State):
    """A school co-operative.

    ``means`` are those of payment that its collections may offer, cards alone until it chooses.
    ``bank_accounts`` are who registered each and when; ``unconfirmed_accounts`` those that a second person has neither
    confirmed nor withdrawn. ``adjustments_moved`` are the provider's transfers, by adjustment. ``first_closed`` is the
    first day of the first closed month, ``closed_through`` the last day of the last one; ``closed_years`` are the years
    in which closed fiscal years begin.
    """

    def __init__(self, stream_id: UUID) -> None:
        """Begin before registration."""
        super().__init__(stream_id)
        self.details: coop.CoopDetails | None = None
        self.demo = False
        self.registered_on = date.max
        self.classes: dict[int, tuple[str, ...]] = {}
        self.class_labels: dict[int, tuple[str, ...]] = {}
        self.means: tuple[str, ...] = (CARD,)
        self.mandates: dict[UUID, tuple[UUID, date, date]] = {}
        self.charter_accepted = 0
        self.bank_accounts: dict[UUID, tuple[str, datetime]] = {}
        self.unconfirmed_accounts: set[UUID] = set()
        self.masked_ibans: dict[UUID, str] = {}
        self.fingerprints: dict[UUID, str] = {}
        self.current_account: UUID | None = None
        self.provider_account = ""
        self.certified = False
        self.frozen = False
        self.payouts: dict[UUID, Payout] = {}
        self.papers = PaperSeries()
        self.statements: set[str] = set()
        self.matches: dict[str, BankMatch] = {}
        self.deposits: dict[UUID, Deposit] = {}
        self.withdrawn_deposits: set[UUID] = set()
        self.deposited_counts: dict[UUID, UUID] = {}
        self.adjustments: dict[UUID, int] = {}
        self.adjustments_moved: dict[UUID, str] = {}
        self.adjustments_reversed: set[UUID] = set()
        self.adjustments_moved_back: set[UUID] = set()
        self.debt_moves: set[UUID] = set()
        self.suspense: dict[str, int] = {}
        self.movements: set[str] = set()
        self.findings: dict[UUID, coop.InspectionFindingRecorded] = {}
        self.external_payouts: dict[UUID, ExternalPayoutRecorded] = {}
        self.external_references: dict[tuple[str, str], UUID] = {}
        self.first_closed: date | None = None
        self.closed_through: date | None = None
        self.closed_years: set[int] = set()

    def is_matched(self, kind: MatchKind, subject_id: UUID) -> bool:
        """Tell whether a line of the bank statement was recognised as this movement."""
        return any((match.kind, match.subject_id) == (kind, subject_id) for match in self.matches.values())

    def policy_within(self, policy: Policy) -> Policy:
        """Return the association's policy as it holds here: of the means that it allows, those that the coop chose."""
        return msgspec.structs.replace(policy, means=tuple(one for one in policy.means if one in self.means))

    def has_mandate(self, holder_id: UUID, day: date) -> bool:
        """Tell whether a person holds a mandate on a Paris day."""
        return any(holder == holder_id and first <= day <= last for holder, first, last in self.mandates.values())


class CoopCommand(Command[Coop], frozen=True, kw_only=True):
    """A wish addressed to a coop."""

    STATE: ClassVar[type[State]] = Coop


class CoopFundsCommand(FundsCommand[Coop], frozen=True, kw_only=True):
    """A wish addressed to a coop that depends on what it may spend."""

    STATE: ClassVar[type[State]] = Coop
