"""What each child's line holds of what families paid, exercise by exercise, and what of income is deferred already.

It is folded from all events of a coop, in the order of the log. What an event does to a line is what it books on the
account of contributions. It counts in the exercise of the month it counts in: what came in late, in a later one.
A tariff counts as it was when the basket was placed, or when its line was corrected (S-65); a free one, or one that
no campaign knows, has no validity.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from datetime import date
from typing import Final, NamedTuple, Self
from uuid import UUID

from domain.calendar import fiscal_year, paris_date
from domain.chart_of_accounts import Account
from domain.closings.periods import PeriodKind, period_of
from domain.events.base import Event, Share, Tariff
from domain.events.campaign import TariffsSet
from domain.events.closings.period import PeriodClosed
from domain.events.contribution import ContributionCorrected, ContributionPlaced
from domain.events.external import ExternalPaymentWithdrawn
from domain.journal import Postings, of_coop, postings
from domain.recorded_event import RecordedEvent

_NAMING: Final = frozenset({TariffsSet, ContributionPlaced, ContributionCorrected})
_CONTRIBUTIONS: Final = Account.CONTRIBUTIONS
ClassKey = tuple[UUID, str]
"""A campaign and the code of one of its classes."""
_LineKey = tuple[UUID, int]
"""A contribution and the number of one of its lines."""


class HeldLine(NamedTuple):
    """One child's line: its campaign, its tariff (None without a validity), what it holds, in cents, and its class.

    ``before`` is what of it was collected in exercises that attach income to no other year: nothing of it is spread.
    """

    campaign_id: UUID
    tariff: Tariff | None
    held: int
    class_code: str = ""
    before: int = 0


class HeldIncome:
    """The lines of one coop, and its account 487; the parts never change, so that a copy is cheap."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._tariffs: dict[UUID, dict[str, Tariff]] = {}
        self._named: dict[_LineKey, tuple[UUID, Tariff | None]] = {}
        self._held: dict[tuple[_LineKey, str, int], int] = {}
        self._deferred: Counter[ClassKey] = Counter()
        self._closed_through: date | None = None

    def __deepcopy__(self, _: object) -> Self:
        """Return one that goes on by itself: its tables are copied, what stands in them is not."""
        twin = copy(self)
        vars(twin).update({name: copy(table) for name, table in vars(self).items()})
        return twin

    @property
    def deferred(self) -> Counter[ClassKey]:
        """What account 487 holds by campaign and class, in cents."""
        return self._deferred.copy()

    def apply(self, stream_id: UUID, event: Event, legs: Postings) -> None:
        """Fold one event of the coop, with its postings."""
        if not legs:
            if isinstance(event, PeriodClosed) and event.kind == PeriodKind.MONTH:
                self._closed_through = event.last_day
            self._name(stream_id, event)
            return
        self._name(stream_id, event)
        if event.entered is not None:
            self._carry(legs)
        elif of_coop(legs) and (subject := event.subject_id) is not None and (changes := list(_changes(event, legs))):
            month, _ = period_of(paris_date(event.happened_at), self._closed_through)
            year, held = fiscal_year(month), self._held
            for line_number, class_code, cents in changes:
                key = (subject, line_number), class_code, year
                held[key] = held.get(key, 0) + cents

    def lines(self, year: int, *, since: int | None = None) -> list[HeldLine]:
        """Return what each line holds at the end of an exercise; ``since`` is the first that attaches income to years.

        A line that was moved between classes stands in the one that holds most of it.
        """
        held: dict[_LineKey, dict[str, int]] = {}
        before: dict[_LineKey, int] = {}
        for (line, class_code, exercise), cents in self._held.items():
            if exercise <= year:
                classes = held.get(line)
                if classes is None:
                    held[line] = {class_code: cents}
                else:
                    classes[class_code] = classes.get(class_code, 0) + cents
                if since is not None and exercise < since:
                    before[line] = before.get(line, 0) + cents
        named = self._named
        return [
            HeldLine(*named[line], total, _class_of(classes), before.get(line, 0))
            for line, classes in held.items()
            if (total := sum(classes.values())) and line in named
        ]

    def _name(self, campaign_id: UUID, event: Event) -> None:
        """Remember which tariff a line was placed or corrected at, as the campaign has it now."""
        if type(event) not in _NAMING:
            return
        if isinstance(event, TariffsSet):
            self._tariffs[campaign_id] = {tariff.tariff_id: tariff for tariff in event.tariffs}
            return
        known = self._tariffs.get(campaign_id, {})
        if isinstance(event, ContributionPlaced):
            for line in event.lines:
                self._named[event.contribution_id, line.line] = campaign_id, known.get(line.tariff_id)
        elif isinstance(event, ContributionCorrected):
            self._named[event.contribution_id, event.line] = campaign_id, known.get(event.tariff_id)

    def _carry(self, legs: Postings) -> None:
        """Keep the balance of account 487."""
        for leg in legs:
            if leg.account is Account.DEFERRED and leg.campaign_id is not None and leg.class_code is not None:
                self._deferred[leg.campaign_id, leg.class_code] += leg.credit - leg.debit


def held_income(facts: Iterable[RecordedEvent]) -> HeldIncome:
    """Fold all events of a coop."""
    income = HeldIncome()
    for fact in facts:
        income.apply(fact.stream_id, fact.event, postings(fact.event))
    return income


def _class_of(classes: Mapping[str, int]) -> str:
    if len(classes) == 1:
        return next(iter(classes))
    return max(classes, key=lambda code: (classes[code], code))


def _changes(event: Event, legs: Postings) -> Iterator[tuple[int, str, int]]:
    """Tell of each line that an event books on the account of contributions in which class it gains how many cents."""
    mine = [leg for leg in legs if leg.account is _CONTRIBUTIONS]
    if isinstance(event, ContributionCorrected):
        yield from ((event.line, leg.class_code or "", leg.credit - leg.debit) for leg in mine)
        return
    sign = 1 if mine and mine[0].credit else -1
    shares: tuple[Share, ...] = getattr(event, "shares", ()) if mine else ()
    for share in shares:
        yield share.line, share.class_code, sign * share.cents
    if isinstance(event, ExternalPaymentWithdrawn):
        # What was given back there is taken back too.
        for share in event.refunded:
            yield share.line, share.class_code, share.cents
