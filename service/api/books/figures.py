"""The figures of campaigns and contributions in answers, each under the one word that the glossary defines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from pydantic import BaseModel, Field

from projections.class_balances import ClassBalance
from projections.contributions import ContributionRow
from service.api.schemas import columns_of


class ClassBalanceOut(BaseModel):
    """One class of a campaign, in cents, by its children of today: `balance` is what is left of `received`."""

    class_code: str
    label: str
    participants: int = Field(
        description="Children for whom the coop holds money, or who cost nothing in a basket that stands"
    )
    due: int = Field(description="What is asked for them")
    received: int
    refunded: int = Field(description="What went back to families and stayed there")
    unpaid: int = Field(description="What banks took back for good")
    owed_to_families: int = Field(description="Refunds that came back and are not repaid yet")
    moved: int = Field(description="What of `balance` came with children from other classes, less what left")
    cash: int = Field(description="What of `received` came in cash")
    collected_elsewhere: int = Field(description="What of `received` another platform collected")
    refunded_elsewhere: int = Field(description="What of `refunded` another platform gave back, there")
    balance: int


class ClassSheet(BaseModel):
    """The balance of a campaign, class by class, in cents."""

    campaign_id: UUID
    classes: list[ClassBalanceOut]
    participants: int
    due: int
    received: int
    refunded: int
    unpaid: int
    owed_to_families: int
    balance: int


class ContributionOut(BaseModel):
    """A contribution, in cents; people are named by id."""

    contribution_id: UUID
    payer_id: UUID
    means: str
    placed_at: datetime
    paid_at: datetime | None
    asked: int = Field(description="The price of the basket")
    due: int = Field(description="What is asked for its children for whom the coop holds money")
    received: int
    payments: int = Field(description="How many payments came in: each instalment and each slip is one")
    refunded: int = Field(description="What went back to the family and stayed there")
    unpaid: int = Field(description="What the bank took back for good")
    owed_to_family: int = Field(description="Refunds that came back and are not repaid yet")
    disputed: int
    refund_pending: int
    tip_due: int
    tip_paid: int
    tip_refunded: int
    expected_later: int
    collected_elsewhere: int = Field(description="What of `received` another platform collected")
    status: str


class ContributionPage(BaseModel):
    """Some contributions, and where to go on."""

    items: list[ContributionOut]
    next: str | None = Field(description="Give it as `after` for the next page; null at the end")


_SUMMED: Final = ("participants", "due", "received", "refunded", "unpaid", "owed_to_families", "balance")
"""The figures of a class that are summed for its campaign."""


def class_sheet(campaign_id: UUID, rows: Sequence[ClassBalance], labels: Mapping[str, str]) -> ClassSheet:
    """Give the classes of a campaign, each as it is shown, and their sums."""
    return ClassSheet(
        campaign_id=campaign_id,
        classes=[
            ClassBalanceOut(label=labels.get(row.class_code, row.class_code), **columns_of(ClassBalanceOut, row))
            for row in rows
        ],
        **{name: sum(getattr(row, name) for row in rows) for name in _SUMMED},
    )


def contribution_out(row: ContributionRow) -> ContributionOut:
    """Give a contribution in the words of the glossary."""
    words = {"received": row.paid, "unpaid": row.lost, "owed_to_family": row.owed}
    return ContributionOut(**words, **columns_of(ContributionOut, row))
