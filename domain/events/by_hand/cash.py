"""Events of the cash box: what goes back to a family, a slip typed wrong, and money taken to the bank."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from domain.calendar import paris_noon
from domain.events.base import Event, Share, Value
from domain.money import Cents


class Pieces(Value, frozen=True, kw_only=True):
    """How many notes or coins of one value, in cents, were counted."""

    value: Cents
    number: int


class ClassCashCounted(Event, frozen=True, kw_only=True):
    """Two people counted the cash of a class beside its slips; a difference is shown, never absorbed.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "campaign.class_cash_counted.1"
    LABEL: ClassVar[str] = "Espèces d’une classe comptées"
    SUBJECT: ClassVar[str] = "count_id"

    count_id: UUID
    class_code: str
    slips: tuple[str, ...]
    """The numbers of the slips that were counted, each received by an event of its own."""
    expected: Cents
    """What the slips add up to."""
    counted: Cents
    """What the notes and coins add up to."""
    pieces: tuple[Pieces, ...]
    witness: str
    """What the second person is at school, never their name."""


class CashReturned(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Cash went back to a family from the cash box, under the number of its own slip.

    Posts: C contributions D (by class), cash K.
    """

    TOPIC: ClassVar[str] = "campaign.cash_returned.1"
    LABEL: ClassVar[str] = "Espèces rendues"
    SUBJECT: ClassVar[str] = "contribution_id"
    DRAINS: ClassVar[bool] = True

    refund_id: UUID
    contribution_id: UUID
    slip: str
    cents: Cents
    shares: tuple[Share, ...]
    returned_on: date
    reason: str
    note_id: UUID | None = None

    @property
    def happened_at(self) -> datetime:
        """Noon in Paris of the day the cash was given back."""
        return paris_noon(self.returned_on)


class CashSlipCorrected(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The amount of a slip had been typed wrong: the difference counts on the day of the slip.

    Posts: when it was too high, C contributions D (by class), cash K; when it was too low, C cash D, contributions K.
    """

    TOPIC: ClassVar[str] = "campaign.cash_slip_corrected.1"
    LABEL: ClassVar[str] = "Bordereau d’espèces corrigé"
    CLOCK: ClassVar[str] = "paid_at"
    SUBJECT: ClassVar[str] = "contribution_id"
    DRAINS: ClassVar[bool] = True

    contribution_id: UUID
    slip: str
    typed: Cents
    """What the slip was said to be before."""
    cents: Cents
    """What it is; nothing at all, if it belongs to another family or never was."""
    shares: tuple[Share, ...]
    """The difference, split by child."""
    paid_at: datetime
    reason: str
    note_id: UUID | None = None


class CashDeposited(Event, frozen=True, kw_only=True):
    """Cash left the cash box for the bank, under the number of the bank's slip.

    Posts: C deposits_5802 D, cash K.
    """

    TOPIC: ClassVar[str] = "coop.cash_deposited.1"
    LABEL: ClassVar[str] = "Espèces remises à la banque"
    SUBJECT: ClassVar[str] = "deposit_id"
    DRAINS: ClassVar[bool] = True

    deposit_id: UUID
    slip: str
    cents: Cents
    deposited_on: date

    @property
    def happened_at(self) -> datetime:
        """Noon in Paris of the day of the deposit."""
        return paris_noon(self.deposited_on)


class CashCountsDeposited(Event, frozen=True, kw_only=True):
    """Which counts of classes a deposit takes to the bank, and in which notes and coins.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "coop.cash_counts_deposited.1"
    LABEL: ClassVar[str] = "Détail d’une remise d’espèces"
    SUBJECT: ClassVar[str] = "deposit_id"

    deposit_id: UUID
    counts: tuple[UUID, ...]
    pieces: tuple[Pieces, ...]


class CashDepositWithdrawn(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A deposit was written down wrong: it no longer counts.

    Posts: C cash D, deposits_5802 K.
    """

    TOPIC: ClassVar[str] = "coop.cash_deposit_withdrawn.1"
    LABEL: ClassVar[str] = "Remise d’espèces annulée"
    SUBJECT: ClassVar[str] = "deposit_id"

    deposit_id: UUID
    slip: str
    cents: Cents
    deposited_on: date
    reason: str
    note_id: UUID | None = None

    @property
    def happened_at(self) -> datetime:
        """Noon in Paris of the day that had been written down."""
        return paris_noon(self.deposited_on)


class CashDepositMatched(Event, frozen=True, kw_only=True):
    """A line of the bank statement was recognised as a deposit of cash: the money is at the bank.

    Posts: C bank D, deposits_5802 K.
    """

    TOPIC: ClassVar[str] = "coop.cash_deposit_matched.1"
    LABEL: ClassVar[str] = "Remise d’espèces rapprochée"
    SUBJECT: ClassVar[str] = "deposit_id"

    bank_line_id: str
    deposit_id: UUID
    cents: Cents
    booked_on: date

    @property
    def happened_at(self) -> datetime:
        """Noon in Paris of the day the bank booked the line."""
        return paris_noon(self.booked_on)


class CashDepositUnmatched(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A match between a bank line and a deposit of cash was undone.

    Posts: C deposits_5802 D, bank K.
    """

    TOPIC: ClassVar[str] = "coop.cash_deposit_unmatched.1"
    LABEL: ClassVar[str] = "Rapprochement d’une remise d’espèces annulé"
    SUBJECT: ClassVar[str] = "deposit_id"

    bank_line_id: str
    deposit_id: UUID
    cents: Cents
    booked_on: date
    reason: str
    note_id: UUID | None = None

    @property
    def happened_at(self) -> datetime:
        """Noon in Paris of the day the bank booked the line."""
        return paris_noon(self.booked_on)
