"""What papers need to know of a coop's log: campaigns, children, movements, payouts, closings; and finished drafts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from domain.calendar import french_date, paris_date
from domain.chart_of_accounts import Account
from domain.events.bank import BankLineMatched, BankLineUnmatched, BankReturnMatched, BankReturnUnmatched
from domain.events.base import Event, PayoutItem, SchoolClass
from domain.events.campaign import CampaignDrafted, DetailsEdited
from domain.events.contribution import ContributionPlaced
from domain.events.dispute import DisputeLost, DisputeOpened
from domain.events.external import ExternalPaymentRefunded
from domain.events.payout import PayoutFailed, PayoutRequested, PayoutSent
from domain.journal import Postings
from domain.money import euros
from domain.papers.drafts import CoopFacts, FinalDraft, PaperKind, PaperLine, PartDraft, PayoutFacts, Said
from domain.papers.fold.answers import FIELDS, answered, kind_of
from domain.papers.fold.campaign_books import CampaignBooks
from domain.papers.fold.children import ChildKey, ShownChild
from domain.papers.fold.movements import PaperMovement, movement_of
from domain.papers.fold.names import CoopNames
from domain.papers.fold.part import PartInProgress
from domain.papers.fold.payouts import Covered, FollowedPayout
from domain.papers.fold.said import said_of
from domain.papers.series import open_exercise
from domain.recorded_event import RecordedEvent

_FAILED: Final = (PayoutFailed, BankLineMatched, BankLineUnmatched, BankReturnMatched, BankReturnUnmatched)
_LOST: Final = kind_of(DisputeLost)


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


class KnownCoop:
    """The events of one coop up to a position, as far as papers need them."""

    def __init__(self, association: str) -> None:
        """Begin before the coop; ``association`` is the name that affiliates it."""
        self._names = CoopNames(association)
        self._campaign_of: dict[UUID, UUID] = {}
        self._children: dict[ChildKey, ShownChild] = {}
        self._movements: dict[tuple[str, str], PaperMovement] = {}
        """What waits for a payout, or was brought by one, as contents of payouts name it."""
        self._numbered: dict[tuple[UUID, str, str], PaperMovement] = {}
        """What a later event may take back, by its stream, its kind and its number."""
        self._refunded_there: dict[UUID, list[str]] = {}
        """The refunds that another platform made of each payment there."""
        self._contested: dict[str, list[PaperMovement]] = {}
        """What banks took in each dispute, all that has been on the online account."""
        self._lost: dict[UUID, list[tuple[PaperMovement, tuple[PaperMovement, ...]]]] = {}
        self._payouts: dict[UUID, FollowedPayout] = {}
        self._elsewhere: dict[UUID, tuple[int, list[Covered]]] = {}
        """What each payout of another platform brought, and the event that recorded it."""
        self._closings: dict[int, int] = {}
        """The position of the closing of each exercise."""
        self.campaigns: dict[UUID, CampaignBooks] = {}

    def _exercise(self, event: Event) -> int:
        """The exercise that an event counts in: its own, or the first that is open."""
        return open_exercise(day_of(event), self._closings)

    def _book(self, fact: RecordedEvent, legs: Postings) -> CampaignBooks | None:
        """Add an event's postings up; return the campaign whose money has moved although it is archived."""
        event = fact.event
        exercise = self._exercise(event)
        made = movement_of(fact.position, event, legs, exercise)
        if made is not None:
            self._movements[made.kind, made.reference] = made
            if isinstance(event, DisputeOpened):
                self._contested.setdefault(event.dispute_id, []).append(made)
            self._number(fact, made)
        campaign = self.campaigns.get(fact.stream_id)
        if campaign is None:
            return None
        return campaign if campaign.book(legs, exercise) and campaign.archived else None

    def _number(self, fact: RecordedEvent, made: PaperMovement) -> None:
        """Find what a movement takes back, and have it found by what takes it back."""
        keys = [(fact.stream_id, *key) for key in answered(fact.event)]
        made.answers = tuple(self._numbered[key] for key in keys if key in self._numbered)
        field = FIELDS.get(type(fact.event))
        if field is not None:
            self._numbered[fact.stream_id, made.kind, str(getattr(fact.event, field))] = made

    def exercise(self, event: Event) -> int:
        """Return the exercise that an event counts in, as the books stand."""
        return self._exercise(event)

    def class_of(self, contribution_id: UUID | None, line: int) -> str:
        """Return the code of a child's class, as the books stand; nothing for what is of no child."""
        child = None if contribution_id is None else self._children.get((contribution_id, line))
        return "" if child is None else child.class_code

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
            lost = PaperMovement(fact.position, day_of(event), exercise, item, account, event.shares, blocked)
            self._number(fact, lost)
            opened = tuple(self._contested[event.dispute_id])
            self._lost.setdefault(fact.stream_id, []).append((lost, opened))

    def refunded_there(self, _fact: RecordedEvent, event: ExternalPaymentRefunded) -> None:
        """Know the refunds of a payment that another platform collected."""
        self._refunded_there.setdefault(event.external_payment_id, []).append(str(event.refund_id))

    def requested(self, _fact: RecordedEvent, event: PayoutRequested) -> None:
        """Keep what a payout fixed."""
        self._payouts[event.payout_id] = FollowedPayout(event)

    def sent(self, fact: RecordedEvent, event: PayoutSent) -> None:
        """Know when a payout left."""
        payout = self._payouts[event.payout_id]
        payout.sent, payout.sent_in = fact, self._exercise(event)

    # --- what payouts cover

    def _cover(self, content: Iterable[PayoutItem], exercise: int) -> list[Covered]:
        """Cover what a payout fixed, in its order."""
        covered = []
        for item in content:
            movement = self._movements[item.kind, item.reference]
            campaign_id = None if item.contribution_id is None else self._campaign_of[item.contribution_id]
            covered.append(Covered(movement, campaign_id, movement.cover(abs(item.cents), exercise)))
        return covered

    def _losses(self, campaign_id: UUID | None, exercise: int) -> Iterator[Covered]:
        """Take the disputes that a campaign lost in an exercise, once papers have shown the contested sums."""
        if campaign_id is None:
            return
        for lost, opened in self._lost.pop(campaign_id, []):
            if all(one.shown for one in opened) and lost.exercise == exercise:
                yield Covered(lost, campaign_id, lost.cover(sum(lost.shares.values()), exercise), opened)
            else:
                self._lost.setdefault(campaign_id, []).append((lost, opened))

    # --- what is asked for

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
        said = (*said_of(fact.event), *self._said_of_payout(fact.event)) if payout is None else ()
        for part in made:
            campaign = None if part.campaign_id is None else self.campaigns[part.campaign_id]
            draft = part.draft("" if campaign is None else campaign.title, self._labels_of(campaign), said)
            lines.append(tuple(part.lines))
            parts.append(draft)
            if campaign is not None:
                campaign.arrived[year] += 0 if payout is None else draft.bank
                again += [campaign] if campaign.archived and campaign not in again else []
        return Drafted(
            trigger=fact.position,
            kind=kind,
            exercise=year,
            day=day_of(fact.event),
            coop=self._names.coop(),
            payout=payout,
            parts=tuple(parts),
            lines=tuple(lines),
            finals=tuple(draft for campaign in again for draft in self._recaps(campaign)),
        )

    def _said_of_payout(self, event: Event) -> Iterator[Said]:
        """What a piece says of a payout that has no statement: one that failed."""
        if isinstance(event, _FAILED):
            payout = self._payouts[event.payout_id]
            yield Said(label="Virement demandé le", text=french_date(paris_date(payout.request.at)))
            yield Said(label="Montant du virement", text=euros(payout.request.cents))
            if isinstance(event, PayoutFailed):
                for line in payout.bank_lines.values():
                    yield from said_of(line.event)

    def _recaps(self, campaign: CampaignBooks) -> Iterator[FinalDraft]:
        for exercise in campaign.exercises:
            yield campaign.draft(exercise, self._labels_of(campaign))

    def _labels_of(self, campaign: CampaignBooks | None) -> tuple[SchoolClass, ...]:
        return () if campaign is None else self._names.labels(campaign.school_year)


def day_of(event: Event) -> date:
    """Return the Paris day on which an event happened."""
    return paris_date(event.happened_at)
