"""What the API takes of money that people move themselves: each day is one of Paris, each amount is cents."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from domain.money import MAX_CENTS
from domain.vocabulary.reasons import (
    AdjustmentReason,
    AdjustmentReversalReason,
    ClearingReason,
    EntryReason,
    RefundReason,
    UnmatchReason,
)
from service.api.campaign_schemas import LineAmountIn
from service.api.schemas import Body, CentsField, Day, NotedIn, PaidCents, SlipNumber

MovementId = Annotated[str, StringConstraints(max_length=100, pattern=r"^[a-z]{2,12}_[A-Za-z0-9_:.-]+$")]
_ByLine = Annotated[list[LineAmountIn], Field(max_length=20, default_factory=list)]
_Balance = Annotated[int, Field(strict=True, ge=-MAX_CENTS, le=MAX_CENTS, description="Euro cents, negative if owed")]


class FamilyMeans(StrEnum):
    """How a coop itself pays a family."""

    CHEQUE = "cheque"
    TRANSFER = "transfer"
    CASH = "cash"


class ClearingAccount(StrEnum):
    """The account of the platform that a movement belongs to."""

    PSP_FEES = "psp_fees"
    DISPUTE_FEES = "dispute_fees"
    GOODWILL = "goodwill"
    TIPS = "tips"


class RepaymentIn(Body):
    """How and when the coop paid a family what had come back from its card."""

    means: FamilyMeans
    paid_on: Day


class RefundByHandIn(NotedIn):
    """What the coop gave a family back from its own bank or cash box, perhaps by child."""

    cents: PaidCents
    means: FamilyMeans
    paid_on: Day
    reason: RefundReason
    by_line: _ByLine


class CashReturnIn(NotedIn):
    """Cash given back to a family, under its own slip, perhaps by child."""

    slip: SlipNumber
    cents: PaidCents
    returned_on: Day
    reason: RefundReason
    by_line: _ByLine


class EntryEndIn(NotedIn):
    """Why something that was written down no longer counts."""

    reason: EntryReason


class SlipCorrectionIn(EntryEndIn):
    """What a slip of cash really was; nothing, if it is another family's or never was."""

    cents: CentsField


class StatementIn(Body):
    """A statement of the coop's bank: its period, its balances, how many lines, and the digest of its file."""

    bank_account_id: UUID
    first_day: Day
    last_day: Day
    opening_cents: _Balance
    closing_cents: _Balance
    lines: Annotated[int, Field(strict=True, ge=0, le=100_000)]
    file_sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class PayoutLineIn(Body):
    """A line of the bank statement that is a payout, or the return of one."""

    payout_id: UUID
    cents: PaidCents
    booked_on: Day


class DepositLineIn(Body):
    """A line of the bank statement that is a deposit of cash."""

    deposit_id: UUID
    cents: PaidCents
    booked_on: Day


class UnmatchIn(NotedIn):
    """Why a line of the bank statement is not what it was recognised as."""

    reason: UnmatchReason


class DepositIn(Body):
    """Cash taken to the bank, under the number of the bank's slip."""

    slip: SlipNumber
    cents: PaidCents
    deposited_on: Day


class DepositOut(BaseModel):
    """A deposit of cash, in cents, and the line of the bank statement that shows it."""

    deposit_id: UUID
    slip: str
    cents: int
    deposited_on: date
    bank_line_id: str | None


class CountIn(Body):
    """What the cash box holds."""

    counted_cents: CentsField


class AdjustmentIn(NotedIn):
    """An amount that the platform makes good to a coop."""

    cents: PaidCents
    reason: AdjustmentReason


class AdjustmentEndIn(NotedIn):
    """Why an amount that was made good is taken back."""

    reason: AdjustmentReversalReason


class ExplanationIn(Body):
    """What a movement that nothing explained was: the account of the platform that it belongs to."""

    account: ClearingAccount
    reason: ClearingReason


class WaitingExplanationIn(ExplanationIn, NotedIn):
    """The same, of a family's payment: so many cents, negative where they had left by a refund made at the provider."""

    cents: _Balance
    refund_id: UUID | None = None


class WaitingOut(BaseModel):
    """Money that waits until somebody says whose it is: signed cents, since when, and the event that put it there."""

    stream_id: UUID
    reference: str
    coop_id: UUID | None
    contribution_id: UUID | None
    payment_id: str | None
    label: str
    reason: str | None
    cents: int
    since: datetime


class NotedExplanationIn(ExplanationIn, NotedIn):
    """The same, of a coop's movement, perhaps with words of one's own."""
