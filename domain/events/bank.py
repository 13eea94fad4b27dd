"""Events of the coop's bank: its accounts, statements and matches, its cash count and adjustments."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from domain.calendar import paris_noon
from domain.events.base import Event
from domain.money import Cents, SignedCents


class BankAccountRegistered(Event, frozen=True, kw_only=True):
    """A bank account was registered for the coop; only its masked IBAN and a keyed fingerprint are kept here.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "coop.bank_account_registered.1"
    LABEL: ClassVar[str] = "Compte bancaire enregistré"

    bank_account_id: UUID
    iban_masked: str
    iban_fingerprint: str


class BankAccountConfirmed(Event, frozen=True, kw_only=True):
    """The association confirmed that the bank account is the coop's, with the bank's answer on the payee's name.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "coop.bank_account_confirmed.1"
    LABEL: ClassVar[str] = "Compte bancaire confirmé"

    bank_account_id: UUID
    payee_check: str


class BankAccountWithdrawn(Event, frozen=True, kw_only=True):
    """A registered bank account was withdrawn before a second person confirmed it: payouts go on to the one before.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "coop.bank_account_withdrawn.1"
    LABEL: ClassVar[str] = "Compte bancaire retiré avant confirmation"

    bank_account_id: UUID


class BankStatementImported(Event, frozen=True, kw_only=True):
    """A bank statement was read: its dates, balances and number of lines.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "coop.bank_statement_imported.1"
    LABEL: ClassVar[str] = "Relevé bancaire importé"

    statement_id: UUID
    bank_account_id: UUID
    first_day: date
    last_day: date
    opening: SignedCents
    closing: SignedCents
    lines: int
    file_sha256: str


class BankLineMatched(Event, frozen=True, kw_only=True):
    """A line of the bank statement was recognised as a payout: the money is at the bank.

    Posts: C bank D, payouts_5801 K.
    """

    TOPIC: ClassVar[str] = "coop.bank_line_matched.1"
    LABEL: ClassVar[str] = "Ligne bancaire rapprochée"
    SUBJECT: ClassVar[str] = "payout_id"

    bank_line_id: str
    payout_id: UUID
    cents: Cents
    booked_on: date

    @property
    def happened_at(self) -> datetime:
        """Noon in Paris of the day the bank booked the line."""
        return paris_noon(self.booked_on)


class BankLineUnmatched(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A match between a bank line and a payout was undone.

    Posts: C payouts_5801 D, bank K.
    """

    TOPIC: ClassVar[str] = "coop.bank_line_unmatched.1"
    LABEL: ClassVar[str] = "Rapprochement annulé"
    SUBJECT: ClassVar[str] = "payout_id"

    bank_line_id: str
    payout_id: UUID
    cents: Cents
    booked_on: date
    reason: str
    note_id: UUID | None = None

    @property
    def happened_at(self) -> datetime:
        """Noon in Paris of the day the bank booked the line."""
        return paris_noon(self.booked_on)


class BankReturnMatched(Event, frozen=True, kw_only=True):
    """A line of the bank statement was recognised as the bank's return of a payout: the money left the bank again.

    Posts: C payouts_5801 D, bank K.
    """

    TOPIC: ClassVar[str] = "coop.bank_return_matched.1"
    LABEL: ClassVar[str] = "Retour d’un virement rapproché"
    SUBJECT: ClassVar[str] = "payout_id"

    bank_line_id: str
    payout_id: UUID
    cents: Cents
    booked_on: date

    @property
    def happened_at(self) -> datetime:
        """Noon in Paris of the day the bank booked the line."""
        return paris_noon(self.booked_on)


class BankReturnUnmatched(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A match between a bank line and the return of a payout was undone.

    Posts: C bank D, payouts_5801 K.
    """

    TOPIC: ClassVar[str] = "coop.bank_return_unmatched.1"
    LABEL: ClassVar[str] = "Rapprochement d’un retour annulé"
    SUBJECT: ClassVar[str] = "payout_id"

    bank_line_id: str
    payout_id: UUID
    cents: Cents
    booked_on: date
    reason: str
    note_id: UUID | None = None

    @property
    def happened_at(self) -> datetime:
        """Noon in Paris of the day the bank booked the line."""
        return paris_noon(self.booked_on)


class CashCounted(Event, frozen=True, kw_only=True):
    """The cash box was counted and compared with its book; a difference is shown, never absorbed.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "coop.cash_counted.1"
    LABEL: ClassVar[str] = "Arrêté de caisse"

    counted: Cents
    expected: SignedCents


class AdjustmentApproved(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Two people approved, with a reason, that the platform makes good an amount to the coop.

    Posts: P goodwill D, due_to_coop K. C online D, other_income K.
    """

    TOPIC: ClassVar[str] = "coop.adjustment_approved.1"
    LABEL: ClassVar[str] = "Régularisation approuvée"
    SUBJECT: ClassVar[str] = "adjustment_id"

    adjustment_id: UUID
    cents: Cents
    approvers: tuple[str, str]
    reason: str
    note_id: UUID | None = None


class AdjustmentTransferred(Event, frozen=True, kw_only=True):
    """An approved amount was moved to the coop's account at the provider.

    Posts: P psp_coop D, psp_platform K.
    """

    TOPIC: ClassVar[str] = "coop.adjustment_transferred.1"
    LABEL: ClassVar[str] = "Régularisation versée"
    CLOCK: ClassVar[str] = "moved_at"
    SUBJECT: ClassVar[str] = "adjustment_id"
    BOOKS: ClassVar[str] = "transfer_id"

    adjustment_id: UUID
    transfer_id: str
    cents: Cents
    moved_at: datetime


class AdjustmentReversed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Two people took back, with a reason, an amount that had been approved to make good to the coop.

    Posts: P due_to_coop D, goodwill K. C other_income D, online K.
    """

    TOPIC: ClassVar[str] = "coop.adjustment_reversed.1"
    LABEL: ClassVar[str] = "Régularisation annulée"
    SUBJECT: ClassVar[str] = "adjustment_id"
    DRAINS: ClassVar[bool] = True

    adjustment_id: UUID
    cents: Cents
    approvers: tuple[str, str]
    reason: str
    note_id: UUID | None = None


class AdjustmentTransferReversed(Event, frozen=True, kw_only=True):
    """The amount of an adjustment that was reversed came back from the coop's account at the provider.

    Posts: P psp_platform D, psp_coop K.
    """

    TOPIC: ClassVar[str] = "coop.adjustment_transfer_reversed.1"
    LABEL: ClassVar[str] = "Régularisation reprise"
    CLOCK: ClassVar[str] = "moved_at"
    SUBJECT: ClassVar[str] = "adjustment_id"
    BOOKS: ClassVar[str] = "reversal_id"

    adjustment_id: UUID
    transfer_id: str
    reversal_id: str
    cents: Cents
    moved_at: datetime


class MovementPutOnHold(Event, frozen=True, kw_only=True):
    """A movement of the coop's account at the provider has no explanation yet; money that left it is negative.

    Posts: P psp_coop D, suspense K; the reverse when it left.
    """

    TOPIC: ClassVar[str] = "coop.movement_suspended.1"
    LABEL: ClassVar[str] = "Mouvement inexpliqué, mis en attente"
    CLOCK: ClassVar[str] = "moved_at"
    BOOKS: ClassVar[str] = "movement_id"

    movement_id: str
    kind: str
    cents: SignedCents
    moved_at: datetime


class SuspenseCleared(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Two people explained a movement: it is the platform's loss or gain on an account of its book.

    Posts: P suspense D, the given account K; the reverse when the money had left.
    """

    TOPIC: ClassVar[str] = "coop.suspense_cleared.1"
    LABEL: ClassVar[str] = "Mouvement expliqué"

    movement_id: str
    cents: SignedCents
    account: str
    approvers: tuple[str, str]
    reason: str
    note_id: UUID | None = None
