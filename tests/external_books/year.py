"""A school year of one coop, written out day by day: what happened, what its bank says, and what was written down.

Two collections travel in one payout; a payment is contested after it was paid out; a payout comes back from the bank;
cash goes through the box; another platform collects; months and the year are closed; a payout and a cheque are on their
way over 31 August; a payment of August is told in September, when the year is closed.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from adapters.stripe_sandbox.bank.statement import BankAccount
from domain.calendar import paris_date, paris_noon
from domain.campaign.basket import CorrectContribution
from domain.campaign.by_hand.cash import ReturnCash
from domain.campaign.by_hand.refunds import PayRefundOutOfBand, RepayFailedRefund
from domain.campaign.disputes.facts import RecordDisputeLost
from domain.campaign.payments import RecordCashReceived
from domain.campaign.refunds import RecordRefundFailed
from domain.coop.banking import MatchBankLine, MatchBankReturn
from domain.coop.by_hand.deposits import DepositCash, MatchCashDeposit
from domain.coop.debts import SettleDebt
from domain.coop.payouts import RecordPayoutPaid
from domain.external.payouts import EnterExternalPayout
from tests.external_books.bank import Bank
from tests.projections.history import POLICY, PRICE, TIP, History
from tests.projections.other_platforms import import_one

DATES: Final = (date(2024, 12, 31), date(2025, 3, 31), date(2025, 8, 31), date(2025, 9, 30))
"""The days on which the books are compared: the end of a quarter, of another, of the year, and of the month after."""
IBAN: Final = "FR7630006000011234567890189"


class Year:
    """The year as it is played; ``bank`` is told by hand what the ledger is told by its commands."""

    def __init__(self) -> None:
        """Open the coop and two collections."""
        self.history = History(2024)
        self.bank = Bank(BankAccount(IBAN, "Coopérative des Lilas"))
        self.coop_id = self.history.coop()
        self.first = self.history.campaign(self.coop_id, "Vie de classe")
        self.second = self.history.campaign(self.coop_id, "Classe de mer")
        self.count, self.contested = 0, ""

    def at(self, day: date) -> None:
        """Go on to noon of a day, closing on their tenth the months and the year that are over."""
        while True:
            period = self.history.next_period(self.coop_id)
            due = period.last_day + timedelta(days=10)
            if due > day:
                break
            self.history.now = max(self.history.now, paris_noon(due))
            self.history.close(self.coop_id, period.kind, period.first_day)
        self.history.now = max(self.history.now, paris_noon(day))

    @property
    def today(self) -> date:
        """The day in Paris."""
        return paris_date(self.history.now)

    def number(self, kind: str) -> str:
        """A reference that was not used."""
        self.count += 1
        return f"{kind}-{self.count}"

    # --- what families do

    def by_card(self, campaign_id: UUID, *classes: str) -> tuple[UUID, str]:
        """A family pays by card."""
        contribution_id = self.history.place(campaign_id, *classes)
        payment_id = self.history.pay(campaign_id, contribution_id)
        self.history.settle_payment(campaign_id, contribution_id, payment_id)
        return contribution_id, payment_id

    def in_cash(self, campaign_id: UUID, school_class: str) -> UUID:
        """A family pays in cash."""
        contribution_id = self.history.place(campaign_id, school_class, means="cash")
        paid = {"contribution_id": contribution_id, "slip": self.number("S"), "cents": PRICE}
        self.history.do(RecordCashReceived, campaign_id, **paid, paid_at=self.history.now, policy=POLICY)
        return contribution_id

    # --- what goes to the bank

    def pay_out(self, cents: int | None = None) -> tuple[UUID, int]:
        """Send a payout of all there is, or of some."""
        cents = self.history.available(self.coop_id) if cents is None else cents
        payout_id = self.history.payout(self.coop_id, cents)
        self.bank.sent(self.today, cents)
        return payout_id, cents

    def arrive(self, payout_id: UUID, cents: int, booked_on: date, *, matched: bool = True) -> None:
        """Have a payout arrive today, on the statement on a day, and found there today or not yet."""
        reference = self.number("VIR")
        paid = {"payout_id": payout_id, "provider_payout": f"po_{payout_id.hex}", "paid_at": self.history.now}
        self.history.do(RecordPayoutPaid, self.coop_id, **paid)
        self.bank.receive(reference, booked_on, cents, "Virement reçu, compte en ligne")
        if matched:
            self.at(booked_on)
            line = {"bank_line_id": reference, "payout_id": payout_id, "cents": cents, "booked_on": booked_on}
            self.history.do(MatchBankLine, self.coop_id, **line)

    def give_back(self, payout_id: UUID, cents: int, booked_on: date) -> None:
        """The bank sends a payout back: on its statement on one day, at the provider today."""
        reference = self.number("RET")
        self.bank.receive(reference, booked_on, -cents, "Retour de virement, compte en ligne")
        self.history.fail(self.coop_id, payout_id)
        self.bank.sent(self.today, -cents)
        line = {"bank_line_id": reference, "payout_id": payout_id, "cents": cents, "booked_on": booked_on}
        self.history.do(MatchBankReturn, self.coop_id, **line)

    def deposit(self, cents: int, booked_on: date) -> None:
        """Cash goes to the bank today, which books it on a day."""
        deposit_id, reference = self.history.id(), self.number("ESP")
        taken = {"slip": self.number("R"), "cents": cents, "deposited_on": self.today}
        self.history.do(DepositCash, self.coop_id, deposit_id=deposit_id, **taken)
        self.bank.book(reference, booked_on, cents, "Remise d’espèces")
        self.at(booked_on)
        line = {"bank_line_id": reference, "deposit_id": deposit_id, "cents": cents, "booked_on": booked_on}
        self.history.do(MatchCashDeposit, self.coop_id, **line)

    def cheque(self, refund_id: UUID, cents: int, booked_on: date) -> None:
        """A family cashes the cheque of a refund; the bank's line has the refund's number."""
        self.bank.book(f"R-{refund_id.hex[:12].upper()}", booked_on, -cents, "Chèque débité")

    # --- the year

    def play(self) -> Year:
        """Play it."""
        self._autumn()
        self._winter()
        self._spring()
        self._summer()
        self._after_the_year()
        return self

    def _autumn(self) -> None:
        """Both collections begin; one payout brings both; one of its payments is contested after it."""
        self.at(date(2024, 9, 10))
        contested = self.by_card(self.first, "CP", "CE1")[1]
        for campaign_id, school_class in ((self.first, "CE2"), (self.second, "CM1"), (self.second, "CM2")):
            self.by_card(campaign_id, school_class)
        three_times = self.history.place(self.second, "CM1", instalments=3)
        self.history.pay(self.second, three_times)
        self.at(date(2024, 9, 20))
        for school_class in ("CP", "CE1", "CE1"):
            self.in_cash(self.first, school_class)
        self.at(date(2024, 10, 4))
        payout = self.pay_out()
        self.at(date(2024, 10, 7))
        self.arrive(*payout, booked_on=date(2024, 10, 8))
        self.at(date(2024, 10, 15))
        self.history.pay(self.second, three_times, 2)
        self.deposit(2 * PRICE, booked_on=date(2024, 10, 17))
        self.at(date(2024, 11, 20))
        self.contested = self.history.dispute(self.first, contested, 3_500, TIP)
        self.history.do(SettleDebt, self.coop_id, move_id=self.history.id())

    def _winter(self) -> None:
        """A payout is on its way on 31 December; a dispute is lost; another platform pays out; a refund fails."""
        self.at(date(2024, 12, 15))
        for school_class in ("CP", "CE2", "CM2", "CM2"):
            refunded, _ = self.by_card(self.first, school_class)
        self.history.do(SettleDebt, self.coop_id, move_id=self.history.id())
        self.at(date(2024, 12, 30))
        payout = self.pay_out(2_500)
        self.at(date(2024, 12, 31))
        self.arrive(*payout, booked_on=date(2025, 1, 2))
        self.at(date(2025, 1, 8))
        self.history.do(RecordDisputeLost, self.first, dispute_id=self.contested, closed_at=self.history.now)
        self.at(date(2025, 1, 15))
        import_id = self.history.id()
        for number in (1, 2, 3):
            import_one(self.history, self.second, import_id, number)
        refund_id = self.history.refund(self.first, refunded, PRICE, TIP)
        self.history.settle_refund(self.first, refund_id)
        self.at(date(2025, 1, 20))
        failed = {"refund_id": refund_id, "reason": "expired_card", "failed_at": self.history.now}
        self.history.do(RecordRefundFailed, self.first, **failed)
        self.at(date(2025, 1, 27))
        self.history.do(RepayFailedRefund, self.first, refund_id=refund_id, means="cheque", paid_on=self.today)
        self.cheque(refund_id, PRICE + TIP, date(2025, 2, 6))
        self.at(date(2025, 2, 3))
        reference = self.number("HA")
        paid = {"external_payout_id": self.history.id(), "platform": "helloasso", "reference": reference}
        gross, fee = 4 * PRICE, 95
        self.history.do(EnterExternalPayout, self.coop_id, **paid, cents=gross, fee_cents=fee, booked_on=self.today)
        self.bank.book(reference, self.today, gross - fee, "Virement HelloAsso")
        self.bank.book("SUBV-1", date(2025, 2, 20), 20_000, "Subvention de la mairie")

    def _spring(self) -> None:
        """A payout comes back from the bank and waits to be known at the provider; cash is at the bank on 1 April."""
        self.at(date(2025, 3, 3))
        for school_class in ("CE1", "CM1"):
            self.by_card(self.second, school_class)
        payout_id, cents = self.pay_out()
        self.at(date(2025, 3, 5))
        self.arrive(payout_id, cents, date(2025, 3, 6))
        self.at(date(2025, 4, 2))
        self.give_back(payout_id, cents, date(2025, 3, 28))
        self.bank.book("FRAIS-1", date(2025, 3, 31), -450, "Frais de tenue de compte")
        self.at(date(2025, 5, 12))
        contribution_id, _ = self.by_card(self.first, "CP")
        moved = {"contribution_id": contribution_id, "line": 1, "class_label": "CE1", "tariff_id": "t1"}
        self.history.do(CorrectContribution, self.first, **moved, reason="mistake")
        self.history.adjust(self.coop_id, 1_500)
        again = self.pay_out()
        self.at(date(2025, 5, 14))
        self.arrive(*again, booked_on=date(2025, 5, 15))

    def _summer(self) -> None:
        """All is paid out, so a family is given back by cheque; cheque, payout and cash are under way on 31 August."""
        self.at(date(2025, 6, 20))
        contribution_id, _ = self.by_card(self.second, "CM2")
        in_cash = self.in_cash(self.second, "CP")
        back = {"refund_id": self.history.id(), "contribution_id": in_cash, "cents": 500, "reason": "child_left"}
        self.history.do(ReturnCash, self.second, **back, slip=self.number("B"), returned_on=self.today)
        self.at(date(2025, 8, 28))
        payout = self.pay_out()
        refund_id = self.history.id()
        of = {"refund_id": refund_id, "contribution_id": contribution_id, "cents": 800, "reason": "child_left"}
        self.history.do(PayRefundOutOfBand, self.second, **of, means="cheque", paid_on=self.today)
        self.cheque(refund_id, 800, date(2025, 9, 4))
        self.at(date(2025, 8, 30))
        self.deposit(1_500, booked_on=date(2025, 9, 1))
        self.arrive(*payout, booked_on=date(2025, 9, 2))

    def _after_the_year(self) -> None:
        """The year is closed on 10 September; August's payment is told; a payout's line is still to be found."""
        self.at(date(2025, 9, 12))
        told_late = self.history.place(self.first, "CP")
        self.history.pay(self.first, told_late, paid_at=paris_noon(date(2025, 8, 30)))
        self.at(date(2025, 9, 22))
        payout = self.pay_out()
        self.at(date(2025, 9, 24))
        self.arrive(*payout, booked_on=date(2025, 9, 25), matched=False)
        self.at(date(2025, 10, 2))
        self.by_card(self.second, "CE2")
