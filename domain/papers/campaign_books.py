"""What the books say of one campaign as a whole, for its final recap and the provisional document before it."""

from __future__ import annotations

from uuid import UUID

from domain.chart_of_accounts import Account
from domain.events.base import SchoolClass
from domain.events.campaign import CampaignDetails
from domain.journal import Postings
from domain.papers.children import ClassSums
from domain.papers.drafts import FinalDraft


class CampaignBooks:
    """The totals of one campaign in the coop's book, added up from its postings; ``arrived`` is what its parts say."""

    def __init__(self, campaign_id: UUID, details: CampaignDetails, school_year: int) -> None:
        """Begin before any money."""
        self.campaign_id = campaign_id
        self.title = details.title
        self.school_year = school_year
        self.archived = False
        self.arrived = 0
        self._balances: dict[Account, int] = {}
        self._classes = ClassSums()

    def book(self, legs: Postings) -> bool:
        """Add the postings of one event; tells whether the coop's book of the campaign has changed."""
        changed = False
        for leg in legs:
            if leg.class_code is not None:
                self._classes.add(leg.class_code, received=leg.credit, returned=leg.debit)
            elif leg.account in (Account.ONLINE, Account.ONLINE_BLOCKED, Account.CASH):
                self._balances[leg.account] = self._balances.get(leg.account, 0) + leg.debit - leg.credit
            else:
                continue
            changed = True
        return changed

    @property
    def undistributed(self) -> int:
        """What of the campaign's free money has not arrived, in cents; negative when more arrived than it keeps."""
        return self._balances.get(Account.ONLINE, 0) - self.arrived

    def draft(self, labels: tuple[SchoolClass, ...]) -> FinalDraft:
        """Return the recap as it stands now; what is contested is apart from what may be paid out."""
        blocked, cash = self._balances.get(Account.ONLINE_BLOCKED, 0), self._balances.get(Account.CASH, 0)
        return FinalDraft(
            campaign_id=self.campaign_id,
            title=self.title,
            classes=self._classes.recap(),
            labels=labels,
            to_pay_out=max(self.undistributed, 0),
            overpaid=max(-self.undistributed, 0),
            blocked=max(blocked, 0),
            cash=max(cash, 0),
        )
