"""Folding a coop's events into the papers that they ask for: the same log always asks for the same papers.

A payout that arrives asks for a statement and a part for each campaign in it; one that the bank sends back asks for the
reverse; a corrected class asks for a part where earlier parts had shown it; an archived campaign asks for its recap,
and again whenever something comes after that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.calendar import paris_date
from domain.chart_of_accounts import Account
from domain.events.base import Event, PayoutItem, SchoolClass
from domain.events.campaign import CampaignArchived, CampaignDrafted, DetailsEdited
from domain.events.contribution import ContributionCorrected, ContributionPlaced
from domain.events.dispute import DisputeLost
from domain.events.payout import PayoutPaid, PayoutRequested, PayoutReturned
from domain.funds.movements import PAYOUT_FACTS, online_change, payout_item
from domain.journal import postings
from domain.papers.campaign_books import CampaignBooks
from domain.papers.children import ChildKey, ShownChild
from domain.papers.drafts import CoopFacts, FinalDraft, PaperKind, PaperLine, PartDraft, PayoutFacts
from domain.papers.movements import Movement, contra_of, shares_of
from domain.papers.names import CoopNames
from domain.papers.part import PartInProgress
from domain.recorded_event import RecordedEvent

_LOST: Final = DisputeLost.TOPIC.rpartition(".")[0]
_OPENED: Final = "campaign.dispute_opened"


class Drafted(NamedTuple):
    """The papers that one event asks for; ``lines`` are those of each part, in the order of the parts."""

    trigger: int
    kind: PaperKind
    day: date
    coop: CoopFacts
    payout: PayoutFacts | None
    parts: tuple[PartDraft, ...]
    lines: tuple[tuple[PaperLine, ...], ...]
    finals: tuple[FinalDraft, ...]


class _Covered(NamedTuple):
    """What a payout brought of one movement, by line; its campaign, or None when it is the coop's own.

    ``opened`` is the contested sum that a lost dispute follows.
    """

    movement: Movement
    campaign_id: UUID | None
    parts: dict[int, int]
    opened: Movement | None = None


class PaperBook:
    """The events of one coop up to a position, as far as papers need them, and the papers that they ask for."""

    def __init__(self, association: str) -> None:
        """Begin before the coop; ``association`` is the name that affiliates it."""
        self._names = CoopNames(association)
        self._campaign_of: dict[UUID, UUID] = {}
        self._children: dict[ChildKey, ShownChild] = {}
        self._movements: dict[tuple[str, str], Movement] = {}
        self._lost: dict[UUID, list[tuple[Movement, Movement]]] = {}
        self._requests: dict[UUID, PayoutRequested] = {}
        self._arrived: dict[UUID, tuple[int, list[_Covered]]] = {}
        self.campaigns: dict[UUID, CampaignBooks] = {}

    def fold(self, facts: Iterable[RecordedEvent]) -> Iterator[Drafted]:
        """Take the next events of the coop in the order of the log, and yield the papers that they ask for."""
        for fact in facts:
            self._names.note(fact.event)
            note = _NOTED.get(type(fact.event))
            if note is not None:
                note(self, fact, fact.event)
            late = self._book(fact)
            asked = _ASKS.get(type(fact.event))
            if asked is not None:
                yield from asked(self, fact, fact.event)
            elif late is not None:
                yield self._drafted(fact, PaperKind.FINAL, finals=[late])

    def _book(self, fact: RecordedEvent) -> CampaignBooks | None:
        """Add an event's postings up; return the campaign whose money has moved although it is archived."""
        legs, event = postings(fact.event), fact.event
        change = online_change(legs)
        if change and not isinstance(event, PAYOUT_FACTS):
            item = payout_item(event, change)
            made = Movement(fact.position, _day(event), item, contra_of(legs), shares_of(event))
            self._movements[item.kind, item.reference] = made
        campaign = self.campaigns.get(fact.stream_id)
        if campaign is None:
            return None
        return campaign if campaign.book(legs) and campaign.archived else None

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
            lost = Movement(fact.position, _day(event), item, account, event.shares, blocked)
            self._lost.setdefault(fact.stream_id, []).append((lost, self._movements[_OPENED, event.dispute_id]))

    def requested(self, _fact: RecordedEvent, event: PayoutRequested) -> None:
        """Keep what a payout fixed."""
        self._requests[event.payout_id] = event

    # --- what asks for papers

    def paid(self, fact: RecordedEvent, event: PayoutPaid) -> Iterator[Drafted]:
        """Cover what the payout fixed, in its order; each campaign's part takes its lost disputes along."""
        covered: list[_Covered] = []
        for item in self._requests[event.payout_id].content:
            movement = self._movements[item.kind, item.reference]
            campaign_id = None if item.contribution_id is None else self._campaign_of[item.contribution_id]
            covered.append(_Covered(movement, campaign_id, movement.cover(abs(item.cents))))
        for campaign_id in dict.fromkeys(one.campaign_id for one in covered):
            covered += self._losses(campaign_id)
        self._arrived[event.payout_id] = fact.position, covered
        yield self._carried(fact, PaperKind.PAYOUT, event, covered)

    def _losses(self, campaign_id: UUID | None) -> Iterator[_Covered]:
        """Take the lost disputes of a campaign whose contested sums parts have shown."""
        if campaign_id is None:
            return
        waiting = self._lost.pop(campaign_id, [])
        for lost, opened in waiting:
            if opened.complete:
                yield _Covered(lost, campaign_id, lost.cover(sum(lost.shares.values())), opened)
            else:
                self._lost.setdefault(campaign_id, []).append((lost, opened))

    def returned(self, fact: RecordedEvent, event: PayoutReturned) -> Iterator[Drafted]:
        """Take back all that the payout had brought; it waits for another one."""
        _, covered = self._arrived[event.payout_id]
        yield self._carried(fact, PaperKind.RETURN, event, covered)
        for one in covered:
            one.movement.uncover(one.parts)
            if one.opened is not None and one.campaign_id is not None:
                self._lost.setdefault(one.campaign_id, []).append((one.movement, one.opened))

    def corrected(self, fact: RecordedEvent, event: ContributionCorrected) -> Iterator[Drafted]:
        """Rectify exactly what earlier parts showed of the child; what is still to come is shown in its new class."""
        child = self._children[event.contribution_id, event.line]
        if event.new_class != child.class_code and child.net:
            part = PartInProgress(fact.position, fact.stream_id, self._children)
            part.correct(fact.position, _day(event), event, child)
            yield self._drafted(fact, PaperKind.CORRECTION, [part])
        child.class_code = event.new_class

    def archived(self, fact: RecordedEvent, _event: CampaignArchived) -> Iterator[Drafted]:
        """Ask for the recap of a campaign."""
        campaign = self.campaigns[fact.stream_id]
        campaign.archived = True
        yield self._drafted(fact, PaperKind.FINAL, finals=[campaign])

    def _carried(
        self, fact: RecordedEvent, kind: PaperKind, event: PayoutPaid | PayoutReturned, covered: Iterable[_Covered]
    ) -> Drafted:
        """Make a part of what each campaign has in a payout, in the order of its content; the coop's own comes last."""
        parts: dict[UUID | None, PartInProgress] = {}
        for one in covered:
            part = parts.setdefault(one.campaign_id, PartInProgress(fact.position, one.campaign_id, self._children))
            part.move(one.movement, one.parts, back=kind is PaperKind.RETURN)
            part.corrects = self._arrived[event.payout_id][0] if kind is PaperKind.RETURN else 0
        own = parts.pop(None, None)
        made = [*parts.values(), *([] if own is None else [own])]
        return self._drafted(fact, kind, made, payout=self._names.payout(self._requests[event.payout_id]))

    def _drafted(
        self,
        fact: RecordedEvent,
        kind: PaperKind,
        made: Iterable[PartInProgress] = (),
        *,
        payout: PayoutFacts | None = None,
        finals: Iterable[CampaignBooks] = (),
    ) -> Drafted:
        """Finish what an event asks for; an archived campaign that it touches gets its recap again."""
        lines, parts, again = [], [], list(finals)
        for part in made:
            campaign = None if part.campaign_id is None else self.campaigns[part.campaign_id]
            draft = part.draft("" if campaign is None else campaign.title, self._labels_of(campaign))
            lines.append(tuple(part.lines))
            parts.append(draft)
            if campaign is not None:
                campaign.arrived += draft.bank
                again += [campaign] if campaign.archived else []
        return Drafted(
            trigger=fact.position,
            kind=kind,
            day=_day(fact.event),
            coop=self._names.coop(),
            payout=payout,
            parts=tuple(parts),
            lines=tuple(lines),
            finals=tuple(campaign.draft(self._labels_of(campaign)) for campaign in again),
        )

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
    CampaignDrafted: PaperBook.begun,
    DetailsEdited: PaperBook.edited,
    ContributionPlaced: PaperBook.placed,
}
_ASKS: Final[dict[type[Event], Callable[[PaperBook, RecordedEvent, Any], Iterator[Drafted]]]] = {
    PayoutPaid: PaperBook.paid,
    PayoutReturned: PaperBook.returned,
    ContributionCorrected: PaperBook.corrected,
    CampaignArchived: PaperBook.archived,
}
PAPER_EVENTS: Final = tuple(_ASKS)
"""The events that may ask for papers; after its archiving, so does whatever moves money of a campaign."""
