"""What the books say of one campaign in each exercise, for its final recap and the provisional document before it."""

from __future__ import annotations

from collections import Counter
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from domain.chart_of_accounts import Account
from domain.events.base import SchoolClass
from domain.events.campaign import CampaignDetails
from domain.journal import Postings
from domain.papers.drafts import FinalDraft
from domain.papers.fold.children import ClassSums, recaps

_KEPT: Final = (Account.ONLINE, Account.ONLINE_BLOCKED, Account.CASH, Account.COLLECTED_ELSEWHERE)


class CampaignBooks:
    """The totals of one campaign in the coop's book, by exercise; ``arrived`` is what its parts say of the bank."""

    def __init__(self, campaign_id: UUID, details: CampaignDetails, school_year: int) -> None:
        """Begin before any money."""
        self.campaign_id = campaign_id
        self.title = details.title
        self.school_year = school_year
        self.archived = False
        self.arrived: Counter[int] = Counter()
        self.paid_elsewhere: Counter[int] = Counter()
        """What other platforms paid out of it, before their fees, by exercise."""
        self._balances: Counter[tuple[int, Account]] = Counter()
        self._classes: dict[int, ClassSums] = {}

    def book(self, legs: Postings, exercise: int) -> bool:
        """Add the postings of one event; tells whether the coop's book of the campaign has changed."""
        changed = False
        for leg in legs:
            if leg.class_code is not None:
                sums = self._classes.setdefault(exercise, ClassSums())
                sums.add(leg.class_code, received=leg.credit, returned=leg.debit)
            elif leg.account in _KEPT:
                self._balances[exercise, leg.account] += leg.debit - leg.credit
            else:
                continue
            changed = True
        return changed

    @property
    def exercises(self) -> tuple[int, ...]:
        """The exercises in which money of it moved."""
        return tuple(sorted({exercise for exercise, _ in self._balances} | set(self._classes)))

    def draft(self, exercise: int, labels: tuple[SchoolClass, ...]) -> FinalDraft:
        """Return the recap of an exercise as it stands; what is contested is apart from what may be paid out."""
        arrived = sum(cents for year, cents in self.arrived.items() if year <= exercise)
        there = sum(cents for year, cents in self.paid_elsewhere.items() if year <= exercise)
        waiting = self._until(exercise, Account.ONLINE) - arrived
        classes = self._classes.get(exercise)
        return FinalDraft(
            campaign_id=self.campaign_id,
            exercise=exercise,
            title=self.title,
            classes=() if classes is None else classes.recap(),
            labels=labels,
            to_pay_out=max(waiting, 0),
            overpaid=max(-waiting, 0),
            blocked=max(self._until(exercise, Account.ONLINE_BLOCKED), 0),
            cash=max(self._until(exercise, Account.CASH), 0),
            elsewhere=self._until(exercise, Account.COLLECTED_ELSEWHERE) - there,
        )

    def whole(self, labels: tuple[SchoolClass, ...]) -> FinalDraft:
        """Return all exercises as one; the last one names it, or the school year while no money moved."""
        last = max(self.exercises, default=self.school_year)
        classes = recaps(row for sums in self._classes.values() for row in sums.recap())
        return replace(self.draft(last, labels), classes=classes)

    def _until(self, exercise: int, account: Account) -> int:
        """The balance of an account at the end of an exercise, in cents."""
        return sum(cents for (year, kept), cents in self._balances.items() if kept is account and year <= exercise)
