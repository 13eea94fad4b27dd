"""What a page of statistics is about: the collections of a school year, or one of them, as its address says.

The year is that of the collections, and not of their payments: the three pages speak of the same money.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from domain.calendar import fiscal_year_label
from domain.errors import NotFound
from projections.directory import CampaignRow
from service.pages.coop.selection import RowKind, RowSelection


class Chosen(NamedTuple):
    """The collections that are chosen; ``year`` is None for a coop that has none."""

    every: tuple[CampaignRow, ...]
    year: int | None
    campaign: CampaignRow | None = None

    @property
    def campaigns(self) -> tuple[CampaignRow, ...]:
        """The collections that are chosen."""
        return self._of(self.year) if self.campaign is None else (self.campaign,)

    @property
    def ids(self) -> tuple[UUID, ...]:
        """Their ids."""
        return tuple(row.campaign_id for row in self.campaigns)

    def _of(self, year: int | None) -> tuple[CampaignRow, ...]:
        return tuple(row for row in self.every if row.school_year == year)

    def rows(self, kind: RowKind, figure: str = "") -> RowSelection:
        """Return the rows of a figure over all that is chosen."""
        if self.campaign is None:
            return RowSelection(kind, figure, year=self.year)
        return RowSelection(kind, figure, campaign=self.campaign.campaign_id)

    @property
    def about(self) -> str:
        """What is chosen, in words."""
        if self.campaign is not None:
            return f"{self.campaign.title} ({fiscal_year_label(self.campaign.school_year)})"
        return "" if self.year is None else f"Collectes de l’année scolaire {fiscal_year_label(self.year)}"

    @property
    def word(self) -> str:
        """What the address says of it."""
        return str(self.campaign.campaign_id) if self.campaign else str(self.year or "")

    def options(self) -> list[tuple[str, dict[str, str]]]:
        """Return what may be chosen, by school year, the latest first: words of the address, and their names."""
        years = sorted({row.school_year for row in self.every}, reverse=True)
        return [
            (
                f"Année scolaire {fiscal_year_label(year)}",
                {str(year): f"{fiscal_year_label(year)}, toutes les collectes"}
                | {str(row.campaign_id): row.title for row in self._of(year)},
            )
            for year in years
        ]


def read_chosen(words: Mapping[str, str], campaigns: Sequence[CampaignRow], with_money: Collection[UUID]) -> Chosen:
    """Read what an address chooses; without a choice, the latest school year whose collections received something.

    Raises:
        NotFound: the coop has no such collection, or none of that year.

    """
    every, asked = tuple(campaigns), words.get("pour", "")
    years = {row.school_year for row in every}
    if not asked:
        paid = {row.school_year for row in every if row.campaign_id in with_money}
        return Chosen(every, max(paid or years, default=None))
    campaign = next((row for row in every if str(row.campaign_id) == asked), None)
    year = next((year for year in years if str(year) == asked), None)
    if campaign is None and year is None:
        raise NotFound(chosen=asked[:36])
    return Chosen(every, campaign.school_year if campaign else year, campaign)
