"""Folding a coop's events into the papers that they ask for: the same log always asks for the same papers.

A payout that arrives asks for a statement and a part for each campaign in it; one that the bank sends back asks for the
reverse; a corrected class asks for a part where earlier parts had shown it; cash, and what the coop pays a family
itself, ask for a piece of their own; the closing of a year asks for what is brought forward and for the year's recaps;
an archived campaign asks for its recaps, and again whenever something comes after that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.calendar import paris_date
from domain.chart_of_accounts import Account
from domain.events.base import Event, PayoutItem, SchoolClass
from domain.events.campaign import CampaignArchived, CampaignDrafted, DetailsEdited
from domain.events.closings.period import PeriodClosed
from domain.events.contribution import ContributionCorrected, ContributionPlaced
from domain.events.dispute import DisputeLost
from domain.events.payout import PayoutFailed, PayoutPaid, PayoutRequested, PayoutReturned, PayoutSent
from domain.funds.movements import PAYOUT_FACTS, online_change, payout_item
from domain.journal import Postings, postings
from domain.papers.drafts import CoopFacts, FinalDraft, PaperKind, PaperLine, PartDraft, PayoutFacts
from domain.papers.fold.campaign_books import CampaignBooks
from domain.papers.fold.children import ChildKey, ShownChild
from domain.papers.fold.direct import DIRECT, as_item, direct_booking
from domain.papers.fold.movements import PaperMovement, contra_of, shares_of
from domain.papers.fold.names import CoopNames
from domain.papers.fold.part import PartInProgress
from domain.papers.fold.payouts import Covered, FollowedPayout
from domain.papers.series import open_exercise
from domain.recorded_event import RecordedEvent

_LOST: Final = DisputeLost.TOPIC.rpartition(".")[0]
_OPENED: Final = "campaign.dispute_opened"
_YEAR: Final = "year"


class Drafted(NamedTuple):
    """The papers that one event asks for; ``lines`` are those of each part, in the order of the parts."""

    trigger: int
    kind: PaperKind
    exercise: int
    day: date
    coop: CoopFacts
    payout: PayoutFacts | None
    parts: tuple[PartDraft, ...]
    lines: tuple[tuple[PaperLine, ...], ...]
    finals: tuple[FinalDraft, ...]


class PaperBook:
    """The events of one coop up to a position, as far as papers need them, and the papers that they ask for."""

    def __init__(self, association: str) -> None:
        """Begin before the coop; ``association`` is the name that affiliates it."""
        self._names = CoopNames(association)
        self._campaign_of: dict[UUID, UUID] = {}
        self._children: dict[ChildKey, ShownChild] = {}
        self._movements: dict[tuple[str, str], PaperMovement] = {}
        self._lost: dict[UUID, list[tuple[PaperMovement, PaperMovement]]] = {}
        self._payouts: dict[UUID, FollowedPayout] = {}
        self._closings: dict[int, int] = {}
        """The position of the closing of each exercise."""
        self.campaigns: dict[UUID, CampaignBooks] = {}

    def fold(self, facts: Iterable[RecordedEvent]) -> Iterator[Drafted]:
        """Take the next events of the coop in the order of the log, and yield the papers that they ask for."""
        for fact in facts:
            yield from self.take(fact, postings(fact.event))

    def take(self, fact: RecordedEvent, legs: Postings) -> Sequence[Drafted]:
        """Take the next event with its postings, and return the papers that it asks for."""
        event = fact.event
        kind = type(event)
        self._names.note(event)
        note = _NOTED.get(kind)
        if note is not None:
            note(self, fact, event)
        late = self._book(fact, legs) if legs else None
        asks = _ASKS.get(kind)
        asked = () if asks is None else tuple(asks(self, fact, event))
        return (self._drafted(fact, PaperKind.FINAL, finals=[late]),) if late is not None and not asked else asked

    def provisional(self, campaign_id: UUID) -> tuple[CoopFacts, FinalDraft]:
        """Return the coop and what a campaign has come to so far in all exercises, for a document without number."""
        campaign = self.campaigns[campaign_id]
        return self._names.coop(), campaign.whole(self._labels_of(campaign))

    def _exercise(self, event: Event) -> int:
        """The exercise that an event counts in: its own, or the first that is open."""
        return open_exercise(_day(event), self._closings)

    def _book(self, fact: RecordedEvent, legs: Postings) -> CampaignBooks | None:
        """Add an event's postings up; return the campaign whose money has moved although it is archived."""
        event = fact.event
        day = _day(event)
        change, exercise = online_change(legs), open_exercise(day, self._closings)
        if change and not isinstance(event, PAYOUT_FACTS):
            item = payout_item(event, change)
            made = PaperMovement(fact.position, day, exercise, item, contra_of(legs), shares_of(event))
            self._movements[item.kind, item.reference] = made
        campaign = self.campaigns.get(fact.stream_id)
        if campaign is None:
            return None
        return campaign if campaign.book(legs, exercise) and campaign.archived else None

    # --- what is waited for

    def begun(self, fact: RecordedEvent, event: CampaignDrafted) -> None:
        """Begin the books of a campaign."""
        self.campaigns[fact.stream_id] = CampaignBooks(fact.stream_id, event.details, event.school_year)

    def edited(self, fact: RecordedEvent, event: DetailsEdited) -> None:
        """Call a campaign otherwise."""
        self.campaigns[fact.stream_id].title = event.details.title

    def placed(self, fact: RecordedEvent, event: ContributionPlaced) -> None:
        """Know the children of a contribution."""
        self._campaign_of[event.contribution_id] = fact.stream_id
        for line in event.lines:
            self._children[event.contribution_id, line.line] = ShownChild(line)

    def lost_dispute(self, fact: RecordedEvent, event: DisputeLost) -> None:
        """No money moves: the loss is a line of the next part, once the contested sum has been in one."""
        if event.cents:
            item = PayoutItem(
                kind=_LOST, reference=event.dispute_id, cents=-event.cents, contribution_id=event.contribution_id
            )
            account, blocked = Account.CONTRIBUTIONS, Account.ONLINE_BLOCKED
            exercise = self._exercise(event)
            lost = PaperMovement(fact.position, _day(event), exercise, item, account, event.shares, blocked)
            self._lost.setdefault(fact.stream_id, []).append((lost, self._movements[_OPENED, event.dispute_id]))

    def requested(self, _fact: RecordedEvent, event: PayoutRequested) -> None:
        """Keep what a payout fixed."""
        self._payouts[event.payout_id] = FollowedPayout(event)

    def sent(self, fact: RecordedEvent, event: PayoutSent) -> None:
        """Know when a payout left."""
        payout = self._payouts[event.payout_id]
        payout.sent, payout.sent_in = fact, self._exercise(event)

    # --- what asks for papers

    def paid(self, fact: RecordedEvent, event: PayoutPaid) -> Iterator[Drafted]:
        """Cover what the payout fixed, in its order; each campaign's part takes its lost disputes along."""
        payout, exercise = self._payouts[event.payout_id], self._exercise(event)
        covered: list[Covered] = []
        for item in payout.request.content:
            movement = self._movements[item.kind, item.reference]
            campaign_id = None if item.contribution_id is None else self._campaign_of[item.contribution_id]
            covered.append(Covered(movement, campaign_id, movement.cover(abs(item.cents), exercise)))
        for campaign_id in dict.fromkeys(one.campaign_id for one in covered):
            covered += self._losses(campaign_id, exercise)
        payout.arrival, payout.ended_in, payout.covered = fact.position, exercise, covered
        before = Account.PAYOUT_TRANSFERS if payout.sent_in < exercise else Account.ONLINE
        yield self._carried(fact, PaperKind.PAYOUT, payout, exercise, before)

    def _losses(self, campaign_id: UUID | None, exercise: int) -> Iterator[Covered]:
        """Take the disputes that a campaign lost in an exercise, once papers have shown the contested sums."""
        if campaign_id is None:
            return
        for lost, opened in self._lost.pop(campaign_id, []):
            if opened.shown and lost.exercise == exercise:
                yield Covered(lost, campaign_id, lost.cover(sum(lost.shares.values()), exercise), opened)
            else:
                self._lost.setdefault(campaign_id, []).append((lost, opened))

    def returned(self, fact: RecordedEvent, event: PayoutReturned) -> Iterator[Drafted]:
        """Take back all that the payout had brought; it waits for another one."""
        payout, exercise = self._payouts[event.payout_id], self._exercise(event)
        yield self._carried(fact, PaperKind.RETURN, payout, exercise, Account.ONLINE)
        for one in payout.covered:
            if one.opened is None:
                one.movement.uncover(one.parts, exercise)
            elif one.campaign_id is not None and not one.movement.brought_forward(exercise):
                one.movement.uncover(one.parts, exercise)
                self._lost.setdefault(one.campaign_id, []).append((one.movement, one.opened))

    def failed(self, fact: RecordedEvent, event: PayoutFailed) -> Iterator[Drafted]:
        """Take back what was brought forward as on its way, of a payout that left in an exercise before."""
        payout, exercise = self._payouts[event.payout_id], self._exercise(event)
        payout.ended_in = exercise
        if payout.sent is None or payout.sent_in == exercise:
            return
        closing, parts = self._closings.get(payout.sent_in), []
        for campaign_id, cents in payout.by_campaign(self._campaign_of):
            part = PartInProgress(fact, campaign_id, self._children, Account.ONLINE)
            part.move_between(fact, Account.PAYOUT_TRANSFERS, abs(cents), credit=cents > 0)
            if closing is not None:
                part.names(closing)
            parts.append(part)
        yield self._drafted(fact, PaperKind.CORRECTION, parts, exercise=exercise)

    def corrected(self, fact: RecordedEvent, event: ContributionCorrected) -> Iterator[Drafted]:
        """Rectify exactly what earlier parts showed of the child; what is still to come is shown in its new class."""
        child = self._children[event.contribution_id, event.line]
        if event.new_class != child.class_code and child.net:
            part = PartInProgress(fact, fact.stream_id, self._children)
            part.correct(event, child)
            yield self._drafted(fact, PaperKind.CORRECTION, [part], exercise=self._exercise(event))
        child.class_code = event.new_class

    def direct(self, fact: RecordedEvent, event: Event) -> Iterator[Drafted]:
        """Make the piece of money that came to the bank or the cash box, or left it, by this fact alone."""
        booking, plan, exercise = direct_booking(event), DIRECT[type(event)], self._exercise(event)
        if not booking.cents:
            return
        campaign_id = fact.stream_id if fact.stream_id in self.campaigns else None
        part = PartInProgress(fact, campaign_id, self._children, booking.money, plan.series)
        shares = shares_of(event)
        if shares:
            item, account = as_item(event, booking), Account.CONTRIBUTIONS
            made = PaperMovement(fact.position, _day(event), exercise, item, account, shares)
            part.move(made, made.shares)
        else:
            part.book(fact, booking.against)
        yield self._drafted(fact, plan.kind, [part], exercise=exercise)

    def archived(self, fact: RecordedEvent, _event: CampaignArchived) -> Iterator[Drafted]:
        """Ask for the recaps of a campaign."""
        campaign = self.campaigns[fact.stream_id]
        campaign.archived = True
        yield self._drafted(fact, PaperKind.FINAL, finals=[campaign])

    def closed(self, fact: RecordedEvent, event: PeriodClosed) -> Iterator[Drafted]:
        """Bring forward what a closed exercise received and has not at the bank, and ask for the recaps of it."""
        if event.kind != _YEAR:
            return
        exercise = event.first_day.year
        self._closings[exercise] = fact.position
        parts: dict[UUID | None, PartInProgress] = {}

        def part_of(campaign_id: UUID | None) -> PartInProgress:
            return parts.setdefault(campaign_id, PartInProgress(fact, campaign_id, self._children, Account.ONLINE))

        for movement in self._movements.values():
            if movement.exercise == exercise and (rest := movement.bring_forward()):
                campaign_id = None if movement.contribution_id is None else self._campaign_of[movement.contribution_id]
                part_of(campaign_id).move(movement, rest)
        for campaign_id in tuple(self._lost):
            for one in self._losses(campaign_id, exercise):
                part_of(campaign_id).move(one.movement, one.parts)
        for payout in self._payouts.values():
            if payout.sent is not None and payout.on_its_way_at_the_end_of(exercise):
                for whose, cents in payout.by_campaign(self._campaign_of):
                    part_of(whose).move_between(payout.sent, Account.PAYOUT_TRANSFERS, abs(cents), credit=cents < 0)
        own = parts.pop(None, None)
        made = [*parts.values(), *([] if own is None else [own])]
        ended = [campaign for campaign in self.campaigns.values() if exercise in campaign.exercises]
        drafted = self._drafted(fact, PaperKind.YEAR_END, made, exercise=exercise, finals=ended)
        recaps = tuple(draft for draft in drafted.finals if draft.exercise == exercise)
        yield drafted._replace(day=event.last_day, finals=recaps)

    def _carried(
        self, fact: RecordedEvent, kind: PaperKind, payout: FollowedPayout, exercise: int, before: Account
    ) -> Drafted:
        """Make a part of what each campaign has in a payout, in the order of its content; the coop's own comes last.

        What was brought forward from an exercise ``before`` stands on that account.
        """
        back, parts = kind is PaperKind.RETURN, dict[UUID | None, PartInProgress]()
        for one in payout.covered:
            part = parts.setdefault(one.campaign_id, PartInProgress(fact, one.campaign_id, self._children))
            if one.movement.brought_forward(exercise):
                part.move_forwarded(one.movement, one.cents, before, back=back)
            else:
                part.move(one.movement, one.parts, back=back)
            if back:
                part.names(payout.arrival)
        own = parts.pop(None, None)
        made = [*parts.values(), *([] if own is None else [own])]
        return self._drafted(fact, kind, made, exercise=exercise, payout=self._names.payout(payout.request))

    def _drafted(
        self,
        fact: RecordedEvent,
        kind: PaperKind,
        made: Iterable[PartInProgress] = (),
        *,
        exercise: int | None = None,
        payout: PayoutFacts | None = None,
        finals: Iterable[CampaignBooks] = (),
    ) -> Drafted:
        """Finish what an event asks for; an archived campaign that it touches gets its recaps again."""
        year = self._exercise(fact.event) if exercise is None else exercise
        lines, parts, again = [], [], list(finals)
        for part in made:
            campaign = None if part.campaign_id is None else self.campaigns[part.campaign_id]
            draft = part.draft("" if campaign is None else campaign.title, self._labels_of(campaign))
            lines.append(tuple(part.lines))
            parts.append(draft)
            if campaign is not None:
                campaign.arrived[year] += 0 if payout is None else draft.bank
                again += [campaign] if campaign.archived and campaign not in again else []
        return Drafted(
            trigger=fact.position,
            kind=kind,
            exercise=year,
            day=_day(fact.event),
            coop=self._names.coop(),
            payout=payout,
            parts=tuple(parts),
            lines=tuple(lines),
            finals=tuple(draft for campaign in again for draft in self._recaps(campaign)),
        )

    def _recaps(self, campaign: CampaignBooks) -> Iterator[FinalDraft]:
        for exercise in campaign.exercises:
            yield campaign.draft(exercise, self._labels_of(campaign))

    def _labels_of(self, campaign: CampaignBooks | None) -> tuple[SchoolClass, ...]:
        return () if campaign is None else self._names.labels(campaign.school_year)


def _day(event: Event) -> date:
    return paris_date(event.happened_at)


def papers_asked(facts: Iterable[RecordedEvent], association: str) -> Iterator[Drafted]:
    """Yield the papers that the events of one coop ask for, from its first event on."""
    return PaperBook(association).fold(facts)


_NOTED: Final[dict[type[Event], Callable[[PaperBook, RecordedEvent, Any], None]]] = {
    DisputeLost: PaperBook.lost_dispute,
    PayoutRequested: PaperBook.requested,
    PayoutSent: PaperBook.sent,
    CampaignDrafted: PaperBook.begun,
    DetailsEdited: PaperBook.edited,
    ContributionPlaced: PaperBook.placed,
}
_ASKS: Final[dict[type[Event], Callable[[PaperBook, RecordedEvent, Any], Iterator[Drafted]]]] = {
    PayoutPaid: PaperBook.paid,
    PayoutReturned: PaperBook.returned,
    PayoutFailed: PaperBook.failed,
    ContributionCorrected: PaperBook.corrected,
    CampaignArchived: PaperBook.archived,
    PeriodClosed: PaperBook.closed,
    **dict.fromkeys(DIRECT, PaperBook.direct),
}
PAPER_EVENTS: Final = tuple(_ASKS)
"""The events that may ask for papers; after its archiving, so does whatever moves money of a campaign."""
