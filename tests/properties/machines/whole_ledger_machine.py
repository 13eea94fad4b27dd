"""The whole machine: certification, payouts, closings, and what always holds."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import hypothesis.strategies as st
from hypothesis.stateful import invariant, precondition, rule

from domain.aggregate import Stamp
from domain.chart_of_accounts import Account
from domain.closings.close_period import ClosePeriod
from domain.coop import bank_accounts, banking, certification, closing, payouts
from domain.coop.by_hand import adjustments
from domain.events import decode
from domain.events.closings.period import CoverageState, PeriodClosed, ProviderCoverage
from tests.properties.machines.by_hand_machine import TODAY, ByHandMachine
from tests.properties.machines.ledger_harness import AT, DAY, picture
from tests.properties.machines.ledger_machine import COOP, amounts, small
from tests.properties.machines.model import Payout

ACCOUNT = UUID(int=77)
SEPTEMBER = 9
NEVER_LEFT = ("failed early", "cancelled")
CAME_BACK = ("failed late", "returned")
ARRIVED = ("sent", "paid", *CAME_BACK)
"""What the statement of the bank may show: one that came back arrived before."""


BANK_LINES = st.sampled_from(("arrival", "return", "arrival after all", "return after all"))


class WholeLedgerMachine(ByHandMachine):
    """Everything that can happen to a coop's money."""

    def __init__(self) -> None:
        """Begin before anything happened."""
        super().__init__()
        self.registered = False
        self.closed = False

    def get_ready(self) -> None:
        """Have the coop certified and its bank account confirmed."""
        for wish in ("certify", "register", "confirm"):
            self.certification(wish)

    # --- certification and payouts

    @rule(wish=st.sampled_from(("certify", "certify", "revoke", "register", "confirm")))
    def certification(self, wish: str) -> None:
        """The provider certifies or withdraws; the association registers and confirms the IBAN."""
        coop = self.world.coop
        registered = self.registered
        if wish == "certify":
            self.send(certification.RecordCertified, COOP, allowed=True, provider_account="acct_1")
            coop.certified = True
        elif wish == "revoke":
            self.send(certification.RecordCertificationRevoked, COOP, allowed=True, reason="x")
            coop.certified = False
        elif wish == "register":
            sent = {"bank_account_id": ACCOUNT, "iban_masked": "FR76", "iban_fingerprint": "f"}
            asked = self.send(bank_accounts.RegisterBankAccount, COOP, allowed=not registered, **sent)
            self.registered = asked or registered
        else:
            sent = {"bank_account_id": ACCOUNT, "payee_check": "match", "by": "second person"}
            asked = self.send(bank_accounts.ConfirmBankAccount, COOP, allowed=registered, **sent)
            coop.account = asked or coop.account

    @rule(cents=amounts, whole=st.booleans())
    def request_payout(self, cents: int, *, whole: bool) -> None:
        """Ask for a payout, which may be too large or come too early."""
        coop, payout_id = self.world.coop, self.fresh()
        cents = max(coop.free, 0) if whole else cents
        allowed = 0 < cents <= coop.free and coop.certified and coop.account
        if self.send(payouts.RequestPayout, COOP, allowed=allowed, payout_id=payout_id, cents=cents):
            coop.payouts[payout_id] = Payout(cents)
            coop.aside[payout_id] = cents

    @precondition(lambda machine: bool(machine.world.coop.payouts))
    @rule(number=small, wish=st.sampled_from(("send", "send and arrive", "arrive", "fail", "cancel", "cancel at once")))
    def follow_payout(self, number: int, wish: str) -> None:
        """Hear of a payout from the provider, in any order, or take it back before it leaves."""
        if wish == "send and arrive":
            self.follow_payout(number, "send")
            wish = "arrive"
        elif wish == "cancel at once":
            self.get_ready()
            self.request_payout(0, whole=True)
            number, wish = len(self.world.coop.payouts) - 1, "cancel"
        if (found := self._payout(number)) is None:
            return
        payout_id, payout = found
        sent = {"payout_id": payout_id, "provider_payout": f"po_{payout_id.int}"}
        if wish == "send":
            if self.send(payouts.RecordPayoutSent, COOP, allowed=payout.status not in NEVER_LEFT, sent_at=AT, **sent):
                self._leave(payout_id, payout)
        elif wish == "arrive":
            allowed = payout.status not in (*NEVER_LEFT, "failed late")
            if self.send(payouts.RecordPayoutPaid, COOP, allowed=allowed, paid_at=AT, **sent):
                self._leave(payout_id, payout)
                payout.status = "paid" if payout.status == "sent" else payout.status
        elif wish == "cancel":
            allowed = payout.status in ("requested", "cancelled")
            if self.send(payouts.CancelPayout, COOP, allowed=allowed, payout_id=payout_id):
                self.world.coop.aside.pop(payout_id, None)
                payout.status = "cancelled"
        else:
            self.send(payouts.RecordPayoutFailed, COOP, allowed=True, payout_id=payout_id, reason="x", failed_at=AT)
            self._come_back(payout_id, payout)

    @rule(
        number=small,
        undo=st.booleans(),
        which=BANK_LINES,
    )
    def match_bank_line(self, number: int, which: str, *, undo: bool) -> None:
        """Recognise a payout, or its return, on the bank's statement, or undo it."""
        if which.endswith("after all"):
            self._have_one_arrive(number)
        if (found := self._payout(number)) is None:
            return
        payout_id, payout = found
        if which == "return after all":
            self.follow_payout(number, "fail")
        if which.startswith("return"):
            self._match_return(payout_id, payout, undo=undo)
            return
        coop, line = self.world.coop, f"L-{payout_id.int}"
        if undo:
            sent = {"bank_line_id": line, "reason": "other"}
            if self.send(banking.UnmatchBankLine, COOP, allowed=payout.matched, **sent):
                payout.matched = False
                coop.in_transit += payout.cents
                coop.bank -= payout.cents
            return
        match = {"bank_line_id": line, "payout_id": payout_id, "cents": payout.cents, "booked_on": TODAY}
        allowed = payout.matched or payout.status in ARRIVED
        if self.send(banking.MatchBankLine, COOP, allowed=allowed, **match) and not payout.matched:
            payout.matched = True
            coop.in_transit -= payout.cents
            coop.bank += payout.cents

    def _have_one_arrive(self, number: int) -> None:
        """Have the coop paid out what it has, if nothing was, and hear that it arrived."""
        if not self.world.coop.payouts:
            self.get_ready()
            self.request_payout(0, whole=True)
        if self.world.coop.payouts:
            self.follow_payout(number, "send and arrive")

    def _match_return(self, payout_id: UUID, payout: Payout, *, undo: bool) -> None:
        """Recognise the bank's return of a payout on its statement, before or after its arrival, or undo it."""
        coop, line = self.world.coop, {"bank_line_id": f"T-{payout_id.int}"}
        if undo:
            if self.send(banking.UnmatchBankLine, COOP, allowed=payout.return_matched, **line, reason="other"):
                payout.return_matched = False
                coop.bank += payout.cents
                coop.in_transit -= payout.cents
            return
        match = {**line, "payout_id": payout_id, "cents": payout.cents, "booked_on": TODAY}
        allowed = payout.status in CAME_BACK
        if self.send(banking.MatchBankReturn, COOP, allowed=allowed, **match) and not payout.return_matched:
            payout.return_matched = True
            coop.bank -= payout.cents
            coop.in_transit += payout.cents

    def _payout(self, number: int) -> tuple[UUID, Payout] | None:
        """One of the payouts, if there is any."""
        known = list(self.world.coop.payouts.items())
        return known[number % len(known)] if known else None

    def _come_back(self, payout_id: UUID, payout: Payout) -> None:
        """A payout failed, or the bank sent it back."""
        coop, status = self.world.coop, payout.status
        if status == "requested":
            coop.aside.pop(payout_id)
            payout.status = "failed early"
        elif status in ("sent", "paid"):
            coop.online += payout.cents
            coop.in_transit -= payout.cents
            coop.transfers -= payout.cents
            payout.status = "failed late" if status == "sent" else "returned"

    def _leave(self, payout_id: UUID, payout: Payout) -> None:
        """A requested payout leaves the online account."""
        coop = self.world.coop
        if payout.status == "requested":
            payout.status = "sent"
            coop.aside.pop(payout_id)
            coop.online -= payout.cents
            coop.in_transit += payout.cents
            coop.transfers += payout.cents

    @rule(cents=amounts, alone=st.booleans(), back=st.booleans())
    def adjust(self, cents: int, *, alone: bool, back: bool) -> None:
        """Two people make something good to the coop, one alone may not; or they take back what they made good."""
        if back and self.world.coop.adjustments:
            self._take_back()
            return
        approvers = ("a", "a") if alone else ("a", "b")
        adjustment_id = self.fresh()
        sent = {"adjustment_id": adjustment_id, "cents": cents, "approvers": approvers, "reason": "goodwill"}
        if self.send(closing.ApproveAdjustment, COOP, allowed=cents > 0 and not alone, **sent):
            self.world.coop.online += cents
            self.world.coop.other += cents
            self.world.coop.receipts += cents
            self.world.coop.adjustments[adjustment_id] = cents

    def _take_back(self) -> None:
        """Two people take the latest adjustment back, if the coop still has as much; then it is over."""
        coop = self.world.coop
        adjustment_id, cents = next(reversed(coop.adjustments.items()))
        sent = {"adjustment_id": adjustment_id, "approvers": ("a", "b"), "reason": "made_twice"}
        if self.send(adjustments.ReverseAdjustment, COOP, allowed=cents <= coop.free, **sent):
            del coop.adjustments[adjustment_id]
            coop.online -= cents
            coop.other -= cents
            coop.disbursements += cents

    @rule(month=st.sampled_from((8, 9, 9, 10)))
    def close_a_month(self, month: int) -> None:
        """Close September with what the model says of it: no month before it, none after it, and not twice."""
        coop = self.world.coop
        error = self.ledger.send(
            ClosePeriod(
                stream_id=COOP,
                stamp=Stamp(at=AT + timedelta(days=90), by="test"),
                kind="month",
                first_day=DAY.replace(month=month),
                provider=ProviderCoverage(state=CoverageState.NO_PROVIDER),
            )
        )
        if error is not None:
            assert month != SEPTEMBER or self.closed
            return
        assert (month, self.closed) in ((SEPTEMBER, False), (SEPTEMBER + 1, True))
        if not self.closed:
            entry = self.ledger.log[-1]
            event = decode(entry.topic, entry.stored)
            assert isinstance(event, PeriodClosed)
            boxes = event.boxes
            assert (boxes.receipts, boxes.disbursements, boxes.transfers) == (
                coop.receipts,
                coop.disbursements,
                coop.transfers,
            )
            assert (boxes.opening, boxes.closing, event.blocked) == (0, coop.online + coop.blocked, coop.blocked)
        self.closed = True

    # --- what always holds

    @invariant()
    def what_is_left_to_pay_out_is_made_of_movements(self) -> None:
        """Whatever may be paid out now has a content that adds up to it, each movement named once (S-169)."""
        funds = self.ledger.funds.get(COOP)
        if funds is None or funds.available <= 0:
            return
        content = funds.content_for(funds.available)
        assert sum(item.cents for item in content) == funds.available
        assert len({(item.kind, item.reference) for item in content}) == len(content)

    @invariant()
    def the_coops_book_is_the_models(self) -> None:
        """Every account of the coop's book has the model's balance; what is owed is what is on line (invariant 2)."""
        coop, ledger = self.world.coop, self.ledger
        expected = {
            Account.ONLINE: coop.online,
            Account.ONLINE_BLOCKED: coop.blocked,
            Account.PAYOUT_TRANSFERS: coop.in_transit,
            Account.CASH_DEPOSITS: coop.on_the_way,
            Account.DUE_TO_FAMILIES: -coop.owed,
            Account.DUE_TO_PLATFORM: -coop.advanced,
            Account.COLLECTED_ELSEWHERE: coop.elsewhere,
            Account.BANK_FEES: coop.fees,
            Account.BANK: coop.bank,
            Account.CASH: coop.cash,
            Account.CONTRIBUTIONS: coop.unpaid - coop.income,
            Account.OTHER_INCOME: -coop.other,
        }
        assert {account: ledger.balance(COOP, account) for account in expected} == expected
        assert sum(expected.values()) == 0
        assert coop.cash >= 0
        owed = ledger.balance(COOP, Account.DUE_TO_COOP) + ledger.balance(COOP, Account.DUE_TO_COOP_BLOCKED)
        assert -owed == coop.online + coop.blocked
        moved = [part for basket in self.world.baskets.values() for part in basket.payments.values()]
        at_the_coop = sum(part[2] for part in moved) + self.world.moved
        assert ledger.balance(COOP, Account.PSP_COOP) == at_the_coop - coop.transfers
        tips = sum(basket.tip_held for basket in self.world.baskets.values()) + self.world.tips
        assert -ledger.balance(COOP, Account.TIPS) == tips

    @invariant()
    def nothing_is_overdrawn_and_nothing_is_counted_twice(self) -> None:
        """Refunds within what was paid, reserves within the balance unless a dispute took it (invariants 3, 4)."""
        coop = self.world.coop
        funds = self.ledger.funds.get(COOP)
        assert funds is None or (funds.online, funds.available) == (coop.online, coop.free)
        children = [child for mine in self.world.baskets.values() for child in mine.children]
        assert all(0 <= child.held <= child.paid <= child.due for child in children)
        expected = sum(sum(parts) for b in self.world.baskets.values() for parts in b.later.values())
        assert self.ledger.balance(COOP, Account.INSTALMENTS_EXPECTED) == expected

    @invariant()
    def the_statement_rolls_forward_and_the_classes_add_up(self) -> None:
        """Receipts − disbursements − transfers is the balance (6); Σ classes = campaign = coop (7)."""
        coop, ledger = self.world.coop, self.ledger
        boxes = ledger.boxes.get(COOP, [0, 0, 0])
        assert boxes == [coop.receipts, coop.disbursements, coop.transfers]
        assert boxes[0] - boxes[1] - boxes[2] == coop.online + coop.blocked
        held = {key: cents for key, cents in ledger.by_class.items() if cents}
        assert held == {key: cents for key, cents in self.world.classes.items() if cents}
        assert sum(held.values()) == coop.income - coop.unpaid

    def teardown(self) -> None:
        """At the end, every state folded again from its stored bytes is the one that decided (invariant 8)."""
        fresh = self.ledger.refold()
        for stream_id, state in self.ledger.states.items():
            assert picture(fresh[stream_id]) == picture(state)
