"""What the API takes and gives of money collected elsewhere; amounts are integer cents."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from domain.vocabulary.platforms import MAX_REFERENCE, PLATFORM_REFERENCE, Platform
from domain.vocabulary.reasons import WithdrawalReason
from service.api.campaign_schemas import LineAmountIn
from service.api.schemas import Body, CentsField, Day, Instant, NotedIn, PaidCents

PlatformNumber = Annotated[
    str,
    StringConstraints(max_length=MAX_REFERENCE, pattern=f"^{PLATFORM_REFERENCE}$"),
    Field(description="The number of a payment or a payout at the other platform, never a name", examples=["7001-OP"]),
]


class ExternalPaymentIn(Body):
    """What another platform received for a basket that was placed at the desk to be paid there."""

    platform: Platform
    reference: PlatformNumber
    cents: PaidCents
    paid_at: Instant


class ExternalRefundIn(Body):
    """What the other platform gave back to the family, there; perhaps by child."""

    cents: PaidCents
    refunded_at: Instant
    by_line: Annotated[list[LineAmountIn], Field(max_length=20, default_factory=list)]


class ExternalPayoutIn(Body):
    """What another platform paid out: `cents` of what it held, of which it kept `fee_cents`; the bank got the rest."""

    platform: Platform
    reference: PlatformNumber
    cents: PaidCents
    fee_cents: CentsField = 0
    booked_on: Day


class WithdrawalIn(NotedIn):
    """Why a payment, an import or a payout was a mistake."""

    reason: WithdrawalReason


class PlatformFundsOut(BaseModel):
    """What one platform holds: what was recorded there, less what was refunded, withdrawn and paid out with fees."""

    platform: Platform
    label: str = Field(description="The platform in French")
    recorded_cents: int
    refunded_cents: int
    withdrawn_cents: int
    paid_out_cents: int
    fees_cents: int
    in_hand_cents: int


class ExternalPayoutOut(BaseModel):
    """A payout of another platform."""

    external_payout_id: UUID
    platform: Platform
    reference: str
    cents: int
    fee_cents: int
    booked_on: date
    withdrawn: bool


class ExternalFundsOut(BaseModel):
    """What other platforms hold for a coop, and what they paid out to it."""

    platforms: list[PlatformFundsOut]
    payouts: list[ExternalPayoutOut]


class ExternalPaymentOut(BaseModel):
    """A payment on another platform; `refunded_cents` of it were given back there."""

    external_payment_id: UUID
    contribution_id: UUID
    platform: Platform
    reference: str
    cents: int
    refunded_cents: int
    paid_on: date
    import_id: UUID | None
    withdrawn: bool


class ExternalPaymentPage(BaseModel):
    """Some payments, and where to go on."""

    items: list[ExternalPaymentOut]
    next: int | None = Field(description="Give it as `after` for the next page; null at the end")


class ImportOut(BaseModel):
    """An import that brought payments of another platform, some of which may have been withdrawn."""

    import_id: UUID
    platform: Platform
    imported_at: datetime
    payments: int
    cents: int
    withdrawn: int
