"""Papers of random years: money of the provider, of other platforms and of the cash box, over two closings."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import pytest

from domain.calendar import fiscal_year, paris_date
from domain.campaign.basket import CorrectContribution
from domain.campaign.by_hand.cash import CorrectCashSlip
from domain.campaign.disputes.facts import RecordDisputeLost
from domain.chart_of_accounts import Account
from domain.closings.periods import PeriodKind
from domain.coop.banking import MatchBankLine, MatchBankReturn, UnmatchBankLine
from domain.coop.by_hand.deposits import DepositCash
from domain.coop.state import PayoutStatus
from domain.errors import LedgerError
from domain.events import encode
from domain.events.closings.period import PeriodClosed
from domain.external.payments import EnterExternalPaymentRefund, WithdrawExternalPayment
from domain.external.payouts import WithdrawExternalPayout
from domain.journal import postings
from domain.papers.series import open_exercise
from tests.domain.papers.binder import Binder
from tests.oracle.checks import check
from tests.projections.history import CLASSES, PRICE

SEEDS: Final = range(40)
KINDS: Final = {
    *("payout", "return", "correction", "failed_payout", "year_end", "cash", "cash_corrected", "deposit"),
    *("external_payout", "external_payout_withdrawn", "external_payment_withdrawn"),
}
"""What the years of all seeds must have shown."""


class PaperYears:
    """A coop with two campaigns, in which things happen for two exercises, some of them told late."""

    def __init__(self, seed: int) -> None:
        """Open it on 2 September 2024."""
        self.binder = Binder()
        self.random = random.Random(seed)  # noqa: S311 - a made-up school
        other = self.binder.campaign(self.binder.coop_id, "Classe de découverte")
        self.campaigns = (self.binder.campaign_id, other)
        for campaign_id in self.campaigns:
            self.binder.state(campaign_id).means = ("card", "cash")
        self.paid: list[tuple[UUID, UUID]] = []
        self.there: list[tuple[UUID, UUID]] = []
        self.told: dict[UUID, datetime] = {}
        self.refunded: dict[UUID, datetime] = {}
        self.disputes: list[tuple[UUID, str]] = []
        self.payouts_there: list[UUID] = []
        self.slips: list[tuple[UUID, str]] = []
        self.count = 0

    def live(self) -> None:
        """Let two exercises pass, close both, and issue all papers."""
        deeds = (
            *(self.pay, self.pay, self.pay_there, self.pay_there, self.pay_cash, self.give_back, self.contest),
            *(self.pay_out, self.pay_out, self.follow, self.follow, self.on_the_statement, self.pay_out_there),
            *(self.take_back_there, self.take_back_there, self.correct, self.deposit, self.close, self.binder.issue),
        )
        while paris_date(self.binder.now) < date(2026, 10, 20):
            self.binder.now += timedelta(days=self.random.randint(0, 12))
            deed = self.random.choice(deeds)
            with suppress(LedgerError):  # what the ledger refuses, nobody does
                deed()
        for _ in range(40):
            self.close()
        for _ in range(3):
            with suppress(LedgerError):
                self.take_back_there()
        self.binder.issue()

    def fresh(self, letters: str) -> str:
        """A number never used before."""
        self.count += 1
        return f"{letters}-{self.count}"

    def classes(self) -> tuple[str, ...]:
        """The classes of the children of a family."""
        return tuple(self.random.choices(CLASSES, k=self.random.randint(1, 3)))

    def pay(self) -> None:
        """A family pays by card; it may be told weeks later."""
        campaign_id = self.random.choice(self.campaigns)
        contribution_id = self.binder.place(campaign_id, *self.classes())
        late = timedelta(days=self.random.choice((0, 0, 2, 30)))
        self.binder.pay(campaign_id, contribution_id, paid_at=self.binder.now - late)
        self.paid.append((campaign_id, contribution_id))

    def pay_there(self) -> None:
        """A family pays on another platform."""
        campaign_id = self.random.choice(self.campaigns)
        payment = self.binder.paid_there(campaign_id, self.fresh("OP"), *self.classes())
        self.there.append((campaign_id, payment))
        self.told[payment] = self.binder.now

    def pay_cash(self) -> None:
        """A family pays in cash, and its slip may have been typed wrong."""
        campaign_id, slip = self.random.choice(self.campaigns), self.fresh("B")
        self.binder.cash(campaign_id, slip, *self.classes())
        if self.random.random() < 0.5:
            self.binder.do(CorrectCashSlip, campaign_id, slip=slip, cents=PRICE - 300, reason="mistake")

    def give_back(self) -> None:
        """Some of a payment goes back to its card, or to a family of the other platform."""
        if self.there and self.random.random() < 0.5:
            campaign_id, payment = self.random.choice(self.there)
            self.refunded[payment] = self.binder.now
            back = {"refund_id": self.binder.id(), "external_payment_id": payment, "cents": 300}
            self.binder.do(EnterExternalPaymentRefund, campaign_id, **back, refunded_at=self.binder.now)
        elif self.paid:
            campaign_id, contribution_id = self.paid[-1]
            self.binder.settle_refund(campaign_id, self.binder.refund(campaign_id, contribution_id, 700))

    def contest(self) -> None:
        """A family contests its payment, or an open dispute ends."""
        if self.disputes and self.random.random() < 0.7:
            campaign_id, dispute_id = self.disputes.pop()
            if self.random.random() < 0.5:
                self.binder.win(campaign_id, dispute_id)
            else:
                self.binder.do(RecordDisputeLost, campaign_id, dispute_id=dispute_id, closed_at=self.binder.now)
        elif self.paid:
            campaign_id, contribution_id = self.paid.pop()
            payment = next(iter(self.binder.state(campaign_id).contribution(contribution_id).payments))
            self.disputes.append((campaign_id, self.binder.dispute(campaign_id, payment, 800)))

    def pay_out(self) -> None:
        """What there is, or a part of it, leaves for the bank; it may arrive at once."""
        whole = self.binder.available(self.binder.coop_id)
        cents = self.random.choice((whole, whole // 2, whole // 3))
        if cents > 0:
            payout = self.binder.payout(self.binder.coop_id, cents)
            if self.random.random() < 0.5:
                self.binder.arrives(payout)

    def follow(self) -> None:
        """A payout arrives, fails, or comes back."""
        payouts = self.binder.coop_state.payouts
        on_their_way = [key for key, one in payouts.items() if one.status is PayoutStatus.SENT]
        if on_their_way and self.random.random() < 0.7:
            self.binder.arrives(self.random.choice(on_their_way))
        elif payouts:
            self.binder.fails(self.random.choice(list(payouts)))

    def on_the_statement(self) -> None:
        """A line of the bank is recognised, or was not what it seemed."""
        matches = list(self.binder.coop_state.matches)
        if matches and self.random.random() < 0.2:
            self.binder.do(UnmatchBankLine, self.binder.coop_id, bank_line_id=matches[-1], reason="mistake")
        elif payouts := list(self.binder.coop_state.payouts):
            kind = self.random.choice((MatchBankLine, MatchBankLine, MatchBankReturn))
            self.binder.on_the_statement(kind, self.fresh("L"), self.random.choice(payouts))

    def pay_out_there(self) -> None:
        """The other platform pays out a part of what it holds, less its fees; later that may have been a mistake."""
        if self.payouts_there and self.random.random() < 0.25:
            payout = self.payouts_there.pop()
            self.binder.do(WithdrawExternalPayout, self.binder.coop_id, external_payout_id=payout, reason="mistake")
        else:
            cents = self.random.choice((1_000, 2_500, 6_000))
            self.payouts_there.append(self.binder.pays_out_there(self.fresh("V"), cents, fee_cents=cents // 50))

    def take_back_there(self) -> None:
        """A payment there never was; while both years are open it is none that was given back in the second one.

        The ledger takes such a refund back on the day of its payment, and papers never show either.
        """
        if not self.there:
            return
        campaign_id, payment = self.random.choice(self.there)
        paid, back = (
            fiscal_year(paris_date(when.get(payment, self.binder.now))) for when in (self.told, self.refunded)
        )
        if payment in self.refunded and paid != back and paid not in self.binder.coop_state.closed_years:
            return
        wrong = {"external_payment_id": payment, "reason": "mistake"}
        self.binder.do(WithdrawExternalPayment, campaign_id, **wrong)
        self.there.remove((campaign_id, payment))

    def correct(self) -> None:
        """A child is in another class."""
        campaign_id = self.random.choice(self.campaigns)
        known = list(self.binder.state(campaign_id).contributions)
        if not known:
            return
        contribution_id = self.random.choice(known)
        change = {"line": 1, "class_label": self.random.choice(CLASSES), "tariff_id": "t1", "reason": "mistake"}
        self.binder.do(CorrectContribution, campaign_id, contribution_id=contribution_id, **change)

    def deposit(self) -> None:
        """Cash goes to the bank."""
        gone = {"deposit_id": self.binder.id(), "slip": self.fresh("R"), "cents": 500}
        self.binder.do(DepositCash, self.binder.coop_id, **gone, deposited_on=paris_date(self.binder.now))

    def close(self) -> None:
        """Close the next period if it is over; papers are issued before."""
        period = self.binder.next_period(self.binder.coop_id)
        if paris_date(self.binder.now) > period.last_day + timedelta(days=9):
            self.binder.issue()
            self.binder.close(self.binder.coop_id, period.kind, period.first_day)

    def income(self) -> Counter[tuple[int, UUID]]:
        """What the journal has on 7561 by exercise and campaign, each fact in the first exercise that was open."""
        found: Counter[tuple[int, UUID]] = Counter()
        closed: list[int] = []
        for fact in self.binder.facts:
            exercise = open_exercise(paris_date(fact.event.happened_at), closed)
            for leg in postings(fact.event):
                if leg.account is Account.CONTRIBUTIONS:
                    found[exercise, fact.stream_id] += leg.credit - leg.debit
            if isinstance(fact.event, PeriodClosed) and fact.event.kind == PeriodKind.YEAR:
                closed.append(fiscal_year(fact.event.last_day))
        return found

    def shown(self) -> Counter[tuple[int, UUID]]:
        """The same of the cash book that all parts make."""
        found: Counter[tuple[int, UUID]] = Counter()
        for part in self.binder.parts:
            for line in part.entry:
                if line.account == Account.CONTRIBUTIONS and part.campaign_id is not None:
                    found[part.exercise, part.campaign_id] += line.credit - line.debit
        return found


TOLD: Final[Counter[str]] = Counter()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_cash_book_of_each_year_is_the_coops_book_with_what_was_brought_forward(seed: int) -> None:
    years = PaperYears(seed)
    years.live()
    TOLD.update(part.kind for part in years.binder.parts)
    closed = {2024, 2025}
    assert {key: cents for key, cents in years.shown().items() if key[0] in closed and cents} == {
        key: cents for key, cents in years.income().items() if key[0] in closed and cents
    }
    facts = years.binder.facts
    assert check((one.position, one.stream_id, one.event.TOPIC, encode(one.event)) for one in facts) == []


def test_these_years_show_every_kind_of_piece() -> None:
    for seed in SEEDS:
        if set(TOLD) >= KINDS:
            break
        years = PaperYears(seed)
        years.live()
        TOLD.update(part.kind for part in years.binder.parts)
    assert set(TOLD) >= KINDS
