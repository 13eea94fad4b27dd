"""What the campaigns of a coop have come to, for their documents without a number, and what their papers brought."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from domain.papers.content import Carried, RecapPart
from domain.papers.drafts import CoopFacts, FinalDraft
from domain.papers.fold.book import PaperBook
from domain.papers.issue import recap_of
from domain.papers.series import IssuedPart, PaperSeries


class CampaignSoFar(NamedTuple):
    """One campaign at a position of the log: the coop's names, the campaign's books, its parts and their sum."""

    coop: CoopFacts
    draft: FinalDraft
    listed: list[RecapPart]
    carried: Carried


def campaigns_so_far(book: PaperBook, series: PaperSeries) -> dict[UUID, CampaignSoFar]:
    """Return what every campaign of a coop has come to, of its log and of the papers that it has issued.

    Raises:
        LedgerCorrupt: the log did not begin with the coop's registration.

    """
    issued: dict[UUID | None, list[IssuedPart]] = {}
    for (_, whose), parts in series.parts.items():
        issued.setdefault(whose, []).extend(parts)
    return {
        campaign_id: CampaignSoFar(*book.provisional(campaign_id), *recap_of(issued.get(campaign_id, ())))
        for campaign_id in book.campaigns
    }
