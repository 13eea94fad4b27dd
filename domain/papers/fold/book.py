"""Folding a coop's events into the papers that they ask for: the same log always asks for the same papers.

A payout that arrives asks for a statement and a part for each campaign in it; one that the bank sends back asks for the
reverse; a payout of another platform asks for a part for each campaign in it; a corrected class asks for a part where
earlier parts had shown it; cash, its way to the bank, and what the coop pays a family itself ask for a piece of their
own, and so does a line of the bank's statement about a payout that never arrived; the closing of a year asks for what
is brought forward and for the year's recaps; an archived campaign asks for its recaps, and again whenever something
comes after that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from domain.chart_of_accounts import Account
from domain.events.bank import BankLineMatched, BankLineUnmatched, BankReturnMatched, BankReturnUnmatched
from domain.events.base import Event
from domain.events.campaign import CampaignArchived, CampaignDrafted, DetailsEdited
from domain.events.closings.period import PeriodClosed
from domain.events.contribution import ContributionCorrected, ContributionPlaced
from domain.events.dispute import DisputeLost
from domain.events.external import (
    ExternalPaymentRecorded,
    ExternalPaymentRefunded,
    ExternalPaymentWithdrawn,
    ExternalPayoutRecorded,
    ExternalPayoutWithdrawn,
)
from domain.events.payout import PayoutFailed, PayoutPaid, PayoutRequested, PayoutReturned, PayoutSent
from domain.journal import Postings, of_coop, postings
from domain.papers.drafts import CoopFacts, FinalDraft, PaperKind
from domain.papers.fold.answers import kind_of
from domain.papers.fold.direct import DIRECT, direct_booking, direct_movement
from domain.papers.fold.known import Drafted, KnownCoop
from domain.papers.fold.part import PartInProgress
from domain.papers.fold.payouts import Covered, FollowedPayout, fees_by_campaign
from domain.recorded_event import RecordedEvent

_YEAR: Final = "year"
_PAID_THERE: Final = kind_of(ExternalPaymentRecorded)
_REFUNDED_THERE: Final = kind_of(ExternalPaymentRefunded)
Parts = dict[UUID | None, PartInProgress]
"""Parts while they are made, by campaign; None is the coop's own."""


class PaperBook(KnownCoop):
    """The papers that the events of one coop ask for."""

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
        late = self._book(fact, legs) if of_coop(legs) else None
        asks = _ASKS.get(kind)
        asked = () if asks is None else tuple(asks(self, fact, event))
        return (self._drafted(fact, PaperKind.FINAL, finals=[late]),) if late is not None and not asked else asked

    def provisional(self, campaign_id: UUID) -> tuple[CoopFacts, FinalDraft]:
        """Return the coop and what a campaign has come to so far in all exercises, for a document without number."""
        campaign = self.campaigns[campaign_id]
        return self._names.coop(), campaign.whole(self._labels_of(campaign))

    # --- payouts of the online account

    def brought(self, event: PayoutRequested | PayoutPaid) -> Sequence[Covered]:
        """Return what a payout brought, right after its arrival was taken; after its request, what it would bring now.

        The book of a request is of no other use afterwards: it counts as brought what is still to arrive.
        """
        payout = self._payouts[event.payout_id]
        return payout.covered or self._cover(payout.request.content, self._exercise(event))

    def paid(self, fact: RecordedEvent, event: PayoutPaid) -> Iterator[Drafted]:
        """Cover what the payout fixed, in its order; each campaign's part takes its lost disputes along."""
        payout, exercise = self._payouts[event.payout_id], self._exercise(event)
        covered = self._cover(payout.request.content, exercise)
        for campaign_id in dict.fromkeys(one.campaign_id for one in covered):
            covered += self._losses(campaign_id, exercise)
        payout.arrival, payout.ended_in, payout.covered = fact.position, exercise, covered
        before = Account.PAYOUT_TRANSFERS if payout.sent_in < exercise else Account.ONLINE
        parts = self._carried(fact, covered, exercise, before)
        facts = self._names.payout(payout.request)
        yield self._drafted(fact, PaperKind.PAYOUT, ordered(parts), exercise=exercise, payout=facts)

    def returned(self, fact: RecordedEvent, event: PayoutReturned) -> Iterator[Drafted]:
        """Take back all that the payout had brought; it waits for another one."""
        payout, exercise = self._payouts[event.payout_id], self._exercise(event)
        parts = self._carried(fact, payout.covered, exercise, Account.ONLINE, taken_back=payout.arrival)
        facts = self._names.payout(payout.request)
        yield self._drafted(fact, PaperKind.RETURN, ordered(parts), exercise=exercise, payout=facts)
        for one in payout.covered:
            if not one.opened:
                one.movement.uncover(one.parts, exercise)
            elif one.campaign_id is not None and not one.movement.brought_forward(exercise):
                one.movement.uncover(one.parts, exercise)
                self._lost.setdefault(one.campaign_id, []).append((one.movement, one.opened))

    def failed(self, fact: RecordedEvent, event: PayoutFailed) -> Iterator[Drafted]:
        """Take back what was brought forward as on its way; what the bank's statement shows of it has its piece."""
        payout, exercise = self._payouts[event.payout_id], self._exercise(event)
        payout.ended_in = exercise
        if payout.sent is None:
            return
        parts: Parts = {}
        if payout.sent_in < exercise:
            for campaign_id, cents in payout.by_campaign(self._campaign_of):
                part = parts[campaign_id] = PartInProgress(fact, campaign_id, self._children, Account.ONLINE)
                part.move_between(fact, Account.PAYOUT_TRANSFERS, abs(cents), credit=cents > 0)
                part.names(self._closings.get(payout.sent_in, 0))
        for back, line in payout.bank_lines.items():
            own = parts.setdefault(None, PartInProgress(fact, None, self._children, Account.ONLINE))
            own.book(line, direct_booking(line.event).legs)
            payout.pieces[back] = fact.position
        if parts:
            yield self._drafted(fact, PaperKind.FAILED_PAYOUT, ordered(parts), exercise=exercise)

    def on_the_statement(self, fact: RecordedEvent, event: BankLineMatched | BankReturnMatched) -> Iterator[Drafted]:
        """A bank's line is explained by the payout's statement; one of a payout that never arrived has a piece."""
        payout, back = self._payouts[event.payout_id], isinstance(event, BankReturnMatched)
        payout.bank_lines[back] = fact
        if payout.never_arrived:
            yield self._passed(fact, payout, payout.pieces.get(False, 0) if back else 0)
            payout.pieces[back] = fact.position

    def off_the_statement(
        self, fact: RecordedEvent, event: BankLineUnmatched | BankReturnUnmatched
    ) -> Iterator[Drafted]:
        """A match that is undone takes the piece of its line back, where it had one."""
        payout, back = self._payouts[event.payout_id], isinstance(event, BankReturnUnmatched)
        del payout.bank_lines[back]
        if back in payout.pieces:
            yield self._passed(fact, payout, payout.pieces.pop(back))

    def _passed(self, fact: RecordedEvent, payout: FollowedPayout, rectified: int) -> Drafted:
        """Make the piece of a line of the bank about a payout that failed: it came and went through the bank."""
        part = PartInProgress(fact, None, self._children)
        part.book(fact, direct_booking(fact.event).against)
        part.names(rectified)
        return self._drafted(fact, PaperKind.FAILED_PAYOUT, [part])

    # --- payouts of other platforms

    def paid_elsewhere(self, fact: RecordedEvent, event: ExternalPayoutRecorded) -> Iterator[Drafted]:
        """Cover what another platform paid out, as the ledger fixed it; its fees stand beside it, gross."""
        exercise = self._exercise(event)
        covered = self._cover(event.content, exercise)
        self._elsewhere[event.external_payout_id] = fact.position, covered
        parts = self._carried(fact, covered, exercise, Account.COLLECTED_ELSEWHERE)
        yield self._with_fees(fact, PaperKind.EXTERNAL_PAYOUT, parts, covered, event.fee_cents)

    def taken_back_elsewhere(self, fact: RecordedEvent, event: ExternalPayoutWithdrawn) -> Iterator[Drafted]:
        """Take back all that a payout of another platform was said to have brought; it is held there again."""
        exercise = self._exercise(event)
        first, covered = self._elsewhere.pop(event.external_payout_id)
        parts = self._carried(fact, covered, exercise, Account.COLLECTED_ELSEWHERE, taken_back=first)
        yield self._with_fees(fact, PaperKind.EXTERNAL_PAYOUT_WITHDRAWN, parts, covered, event.fee_cents, back=True)
        for one in covered:
            one.movement.uncover(one.parts, exercise)

    def _with_fees(
        self,
        fact: RecordedEvent,
        kind: PaperKind,
        parts: Parts,
        covered: list[Covered],
        fee_cents: int,
        *,
        back: bool = False,
    ) -> Drafted:
        """Give each campaign's part its share of the fees, and tell the campaign what is no longer held there."""
        exercise = self._exercise(fact.event)
        for campaign_id, gross, fee in fees_by_campaign(covered, fee_cents):
            if fee:
                parts[campaign_id].move_between(fact, Account.BANK_FEES, fee, credit=back)
            self.campaigns[campaign_id].paid_elsewhere[exercise] += -gross if back else gross
        return self._drafted(fact, kind, ordered(parts), exercise=exercise)

    def never_paid_elsewhere(self, fact: RecordedEvent, event: ExternalPaymentWithdrawn) -> Iterator[Drafted]:
        """Forget a payment there that never was, and its refunds; take back what a year's end had brought forward."""
        part = PartInProgress(fact, fact.stream_id, self._children, Account.COLLECTED_ELSEWHERE)
        refunds = self._refunded_there.pop(event.external_payment_id, [])
        keys = [(_PAID_THERE, str(event.external_payment_id)), *((_REFUNDED_THERE, one) for one in refunds)]
        gone = [self._movements.pop(key) for key in keys]
        for movement in gone:
            if shown := {line: cents for line, cents in movement.showed.items() if cents}:
                part.move(movement, shown, back=True)
        part.names_only(*(movement.trigger for movement in gone))
        if part.lines:
            yield self._drafted(fact, PaperKind.EXTERNAL_PAYMENT_WITHDRAWN, [part])

    # --- facts that have a piece of their own

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
        campaign_id = fact.stream_id if fact.stream_id in self.campaigns else None
        part = PartInProgress(fact, campaign_id, self._children, booking.money, plan.series)
        made = direct_movement(fact, booking, exercise)
        self._number(fact, made)
        before = [one.trigger for one in made.answers]
        part.move(made, made.shares)
        if before:
            part.names_only(*before)
        yield self._drafted(fact, plan.kind, [part], exercise=exercise)

    # --- ends

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
        parts: Parts = {}

        def part_of(campaign_id: UUID | None) -> PartInProgress:
            return parts.setdefault(campaign_id, PartInProgress(fact, campaign_id, self._children, Account.ONLINE))

        for movement in self._movements.values():
            if movement.exercise == exercise and (rest := movement.bring_forward()):
                campaign_id = None if movement.contribution_id is None else self._campaign_of[movement.contribution_id]
                on = Account.COLLECTED_ELSEWHERE if movement.elsewhere else None
                part_of(campaign_id).move(movement, rest, on=on)
        for campaign_id in tuple(self._lost):
            for one in self._losses(campaign_id, exercise):
                part_of(campaign_id).move(one.movement, one.parts)
        for payout in self._payouts.values():
            if payout.sent is not None and payout.on_its_way_at_the_end_of(exercise):
                for whose, cents in payout.by_campaign(self._campaign_of):
                    part_of(whose).move_between(payout.sent, Account.PAYOUT_TRANSFERS, abs(cents), credit=cents < 0)
        ended = [campaign for campaign in self.campaigns.values() if exercise in campaign.exercises]
        drafted = self._drafted(fact, PaperKind.YEAR_END, ordered(parts), exercise=exercise, finals=ended)
        recaps = tuple(draft for draft in drafted.finals if draft.exercise == exercise)
        yield drafted._replace(day=event.last_day, finals=recaps)

    def _carried(
        self, fact: RecordedEvent, covered: Iterable[Covered], exercise: int, before: Account, taken_back: int = 0
    ) -> Parts:
        """Make a part of what each campaign has in a payout, in the order of its content.

        What was brought forward from an exercise before stands on the account ``before``. With the trigger of the
        parts that are ``taken_back`` it goes the other way.
        """
        parts: Parts = {}
        for one in covered:
            part = parts.setdefault(one.campaign_id, PartInProgress(fact, one.campaign_id, self._children))
            if one.movement.brought_forward(exercise):
                part.move_forwarded(one.movement, one.cents, before, back=bool(taken_back))
            else:
                part.move(one.movement, one.parts, back=bool(taken_back))
            part.names(taken_back)
        return parts


def ordered(parts: Parts) -> list[PartInProgress]:
    """Put the coop's own part last."""
    return [parts[whose] for whose in sorted(parts, key=lambda whose: whose is None)]


def papers_asked(facts: Iterable[RecordedEvent], association: str) -> Iterator[Drafted]:
    """Yield the papers that the events of one coop ask for, from its first event on."""
    return PaperBook(association).fold(facts)


_NOTED: Final[dict[type[Event], Callable[[PaperBook, RecordedEvent, Any], None]]] = {
    DisputeLost: PaperBook.lost_dispute,
    ExternalPaymentRefunded: PaperBook.refunded_there,
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
    BankLineMatched: PaperBook.on_the_statement,
    BankReturnMatched: PaperBook.on_the_statement,
    BankLineUnmatched: PaperBook.off_the_statement,
    BankReturnUnmatched: PaperBook.off_the_statement,
    ExternalPayoutRecorded: PaperBook.paid_elsewhere,
    ExternalPayoutWithdrawn: PaperBook.taken_back_elsewhere,
    ExternalPaymentWithdrawn: PaperBook.never_paid_elsewhere,
    ContributionCorrected: PaperBook.corrected,
    CampaignArchived: PaperBook.archived,
    PeriodClosed: PaperBook.closed,
    **dict.fromkeys(DIRECT, PaperBook.direct),
}
PAPER_EVENTS: Final = tuple(_ASKS)
"""The events that may ask for papers; after its archiving, so does whatever moves money of a campaign."""
