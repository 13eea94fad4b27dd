"""The figures of campaigns and contributions in answers, each under the one word that the glossary defines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, Field

from projections.class_balances import ClassBalance
from projections.contributions import ContributionRow
from service.api.campaign_schemas import BasketMeans
from service.api.schemas import columns_of


class ClassBalanceOut(BaseModel):
    """One class of a campaign by its children of today: `balance_cents` is what is left of `received_cents`."""

    class_code: str
    label: str
    participants: int = Field(
        description="Children for whom the coop holds money, or who cost nothing in a basket that stands"
    )
    due_cents: int = Field(description="What is asked for them")
    received_cents: int
    refunded_cents: int = Field(description="What went back to families and stayed there")
    unpaid_cents: int = Field(description="What banks took back for good")
    owed_to_families_cents: int = Field(description="Refunds that came back and are not repaid yet")
    moved_cents: int = Field(description="What of `balance_cents` came with children of other classes, less what left")
    cash_cents: int = Field(description="What of `received_cents` came in cash")
    collected_elsewhere_cents: int = Field(description="What of `received_cents` another platform collected")
    refunded_elsewhere_cents: int = Field(description="What of `refunded_cents` another platform gave back, there")
    balance_cents: int


class ClassSheet(BaseModel):
    """The balance of a campaign, class by class, in cents."""

    campaign_id: UUID
    classes: list[ClassBalanceOut]
    participants: int
    due_cents: int
    received_cents: int
    refunded_cents: int
    unpaid_cents: int
    owed_to_families_cents: int
    balance_cents: int


class ContributionStatus(StrEnum):
    """Where a contribution stands, as the read model of contributions works it out."""

    PENDING = "pending"
    NOTHING_DUE = "nothing_due"
    PARTIAL = "partial"
    RECEIVED = "received"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    OWED_TO_FAMILY = "owed_to_family"
    DISPUTED = "disputed"
    UNPAID = "unpaid"
    ABANDONED = "abandoned"


class ContributionOut(BaseModel):
    """A contribution, in cents; people are named by id."""

    contribution_id: UUID
    payer_id: UUID
    means: BasketMeans
    placed_at: datetime
    paid_at: datetime | None
    asked_cents: int = Field(description="The price of the basket")
    due_cents: int = Field(description="What is asked for its children for whom the coop holds money")
    received_cents: int
    payments: int = Field(description="How many payments came in: each instalment and each slip is one")
    refunded_cents: int = Field(description="What went back to the family and stayed there")
    unpaid_cents: int = Field(description="What the bank took back for good")
    owed_to_family_cents: int = Field(description="Refunds that came back and are not repaid yet")
    disputed_cents: int
    refund_pending_cents: int
    tip_due_cents: int
    tip_paid_cents: int
    tip_refunded_cents: int
    expected_later_cents: int
    collected_elsewhere_cents: int = Field(description="What of `received_cents` another platform collected")
    status: ContributionStatus


class ContributionPage(BaseModel):
    """Some contributions, and where to go on."""

    items: list[ContributionOut]
    next: str | None = Field(description="Give it as `after` for the next page; null at the end")


_SUMMED: Final = ("due", "received", "refunded", "unpaid", "owed_to_families", "balance")
"""The amounts of a class that are summed for its campaign."""


def class_sheet(campaign_id: UUID, rows: Sequence[ClassBalance], labels: Mapping[str, str]) -> ClassSheet:
    """Give the classes of a campaign, each as it is shown, and their sums."""
    return ClassSheet(
        campaign_id=campaign_id,
        classes=[
            ClassBalanceOut(label=labels.get(row.class_code, row.class_code), **columns_of(ClassBalanceOut, row))
            for row in rows
        ],
        participants=sum(row.participants for row in rows),
        **{f"{name}_cents": sum(getattr(row, name) for row in rows) for name in _SUMMED},
    )


def contribution_fields(row: ContributionRow) -> dict[str, Any]:
    """Give what an answer shows of a contribution, in the words of the glossary."""
    words = {"received_cents": row.paid, "unpaid_cents": row.lost, "owed_to_family_cents": row.owed}
    return {**words, **columns_of(ContributionOut, row)}


def contribution_out(row: ContributionRow) -> ContributionOut:
    """Give a contribution as lists show it."""
    return ContributionOut(**contribution_fields(row))
