"""The machine goes on: what other platforms hold, and the end of an exercise: now every event that books is there."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import hypothesis.strategies as st
from hypothesis.stateful import rule

from domain.aggregate import Stamp
from domain.closings.close_period import ClosePeriod, PapersSeen, next_period
from domain.closings.periods import PeriodKind
from domain.coop.state import Coop
from domain.events.closings.period import CoverageState, ProviderCoverage
from domain.external import payments as external
from domain.external import payouts as external_payouts
from tests.properties.machines.by_hand_machine import TODAY
from tests.properties.machines.held_machine import HeldMoneyMachine
from tests.properties.machines.ledger_harness import AT
from tests.properties.machines.ledger_machine import COOP, amounts
from tests.properties.machines.model import share_out
from tests.properties.machines.surprises_machine import PRICES, SURPRISES, far

PLATFORM: Final = "helloasso"


class ExerciseMachine(HeldMoneyMachine):
    """Every event that books, in histories of every kind."""

    # --- money collected elsewhere

    @rule(cents=amounts, back=amounts, steps=far)
    def collect_elsewhere(self, cents: int, back: int, steps: int) -> None:
        """A family pays on another platform, which may give some back; or it was a mistake."""
        key, payment_id, coop = self.family("external"), self.fresh(), self.world.coop
        about = {"external_payment_id": payment_id, "contribution_id": key, "platform": PLATFORM}
        paid: dict[str, Any] = {"reference": f"P-{self.count}", "cents": cents, "paid_at": AT, **about}
        if not self.send(external.EnterExternalPayment, SURPRISES, allowed=0 < cents <= sum(PRICES), **paid):
            return
        parts = share_out(cents, PRICES)
        coop.elsewhere += cents
        self.income(parts)
        given: list[int] = []
        if steps > 1:
            refund = {"external_payment_id": payment_id, "refund_id": self.fresh(), "refunded_at": AT, "cents": back}
            if self.send(external.EnterExternalPaymentRefund, SURPRISES, allowed=0 < back <= cents, **refund):
                given = share_out(back, parts)
                coop.elsewhere -= back
                self.income([-part for part in given])
        if steps == 3:
            withdrawn = {"external_payment_id": payment_id, "reason": "mistake"}
            self.send(external.WithdrawExternalPayment, SURPRISES, allowed=True, **withdrawn)
            coop.elsewhere += sum(given) - cents
            self.income([-part for part in parts])
            self.income(given)

    @rule(cents=amounts, fee=st.sampled_from((0, 1, 30)), whole=st.booleans(), mistake=st.booleans())
    def be_paid_by_the_other_platform(self, cents: int, fee: int, *, whole: bool, mistake: bool) -> None:
        """The other platform pays out what it holds, or more than that; perhaps a first entry of it was wrong."""
        coop = self.world.coop
        if not coop.elsewhere:
            self.collect_elsewhere(sum(PRICES), 0, 1)
        cents = coop.elsewhere if whole else cents
        allowed = 0 < cents <= coop.elsewhere and fee <= cents
        for wrong in (True, False) if mistake else (False,):
            payout_id = self.fresh()
            sent = {"external_payout_id": payout_id, "platform": PLATFORM, "reference": f"V-{self.count}"}
            figures = {"cents": cents, "fee_cents": fee, "booked_on": TODAY}
            if not self.send(external_payouts.EnterExternalPayout, COOP, allowed=allowed, **sent, **figures):
                return
            if wrong:
                why = {"external_payout_id": payout_id, "reason": "mistake"}
                self.send(external_payouts.WithdrawExternalPayout, COOP, allowed=True, **why)
        coop.elsewhere -= cents
        coop.bank += cents - fee
        coop.fees += fee

    # --- the end of an exercise

    @rule(now=st.sampled_from((False, False, False, True)), under_way=st.booleans())
    def close_the_year(self, *, now: bool, under_way: bool) -> None:
        """Close all months of the exercise and the exercise itself, perhaps with a payout under way.

        What is told later counts in the next one.
        """
        if not now or self.coop().closed_years:
            return
        if under_way:
            self.paid()
            self.get_ready()
            self.request_payout(0, whole=True)
            if self.world.coop.payouts:
                self.follow_payout(len(self.world.coop.payouts) - 1, "send")
        stamp = Stamp(at=AT + timedelta(days=365), by="test")
        provider = ProviderCoverage(state=CoverageState.NO_PROVIDER)
        kind: str = PeriodKind.MONTH
        while kind != PeriodKind.YEAR:
            period = next_period(self.coop(), self.ledger.totals[COOP])
            kind, first_day = period.kind, period.first_day
            if kind == PeriodKind.YEAR:
                self.issue_all()
            closing = ClosePeriod(
                stream_id=COOP,
                stamp=stamp,
                kind=kind,
                first_day=first_day,
                provider=provider,
                papers=PapersSeen(asking=self.ledger.totals[COOP].asking, waiting=False),
            )
            assert self.ledger.send(closing) is None
        assert self.coop().closed_through == date(2025, 8, 31)
        self.closed = True

    def issue_all(self) -> None:
        """Issue the papers that are due: a year closes when its papers are issued."""

    def coop(self) -> Coop:
        """The coop as it is now."""
        coop = self.ledger.states[COOP]
        assert isinstance(coop, Coop)
        return coop
