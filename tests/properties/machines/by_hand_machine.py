"""The machine goes on: what people move themselves, cash and refunds by the coop, and what takes each of it back."""

from __future__ import annotations

from uuid import UUID

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from domain.campaign.by_hand import cash as box
from domain.campaign.by_hand import refunds as by_coop
from domain.coop.by_hand import deposits
from tests.properties.machines.disputes_machine import DisputesMachine
from tests.properties.machines.ledger_harness import AT
from tests.properties.machines.ledger_machine import COOP, amounts, small, with_baskets
from tests.properties.machines.model import Basket, ByHand, share_out
from tests.properties.machines.money_out_machine import with_refunds

TODAY = AT.date()
MEANS = st.sampled_from(("transfer", "cheque", "cash"))


class ByHandMachine(DisputesMachine):
    """What leaves and enters the cash box and the bank of the coop beside the provider."""

    @with_refunds
    @rule(number=small, back=st.booleans(), means=MEANS)
    def repay_refund(self, number: int, means: str, *, back: bool) -> None:
        """The coop itself pays a family whose refund came back; one that never left is not owed."""
        if back:
            for wish in ("settle", "fail"):
                self.end_refund(number, wish)
        refund_id = list(self.world.refunds)[number % len(self.world.refunds)]
        refund, coop = self.world.refunds[refund_id], self.world.coop
        came_back, paid = refund.status == "failed" and bool(refund.name), refund.cents + refund.tip
        allowed = refund.status == "repaid" or (came_back and (means != "cash" or paid <= coop.cash))
        sent = {"refund_id": refund_id, "means": means, "paid_on": TODAY}
        mine = self.world.baskets[refund.basket]
        if self.send(by_coop.RepayFailedRefund, mine.campaign, allowed=allowed, **sent) and came_back:
            refund.status = "repaid"
            coop.owed -= paid
            coop.pay(means, paid)
            self.world.by_hand[refund_id] = ByHand(refund.basket, [], paid, means)

    @with_baskets
    @rule(number=small, cents=amounts, means=st.sampled_from(("transfer", "cheque", "cash", "slip", "slip")))
    def give_back(self, number: int, cents: int, means: str) -> None:
        """The coop gives money back: cash for cash under a slip, else from its bank or box what a card cannot get."""
        if (found := self.pick(number)) is None:
            return
        key, mine = found
        coop, free, refund_id = self.world.coop, [max(child.free, 0) for child in mine.children], self.fresh()
        in_cash = mine.means == "cash"
        held, in_the_box = 0 < cents <= sum(free), cents <= coop.cash
        sent = {"refund_id": refund_id, "contribution_id": key, "cents": cents, "reason": "duplicate"}
        if means == "slip":
            slip = {"slip": f"B-{self.count}", "returned_on": TODAY}
            done = self.send(box.ReturnCash, mine.campaign, allowed=held and in_cash and in_the_box, **sent, **slip)
        else:
            allowed = held and not mine.contested and (in_cash or cents > coop.free)
            allowed = allowed and (means != "cash" or (in_the_box and not in_cash))
            paid = {"means": means, "paid_on": TODAY}
            done = self.send(by_coop.PayRefundOutOfBand, mine.campaign, allowed=allowed, **sent, **paid)
        if done:
            self._given(refund_id, key, share_out(cents, free), "cash" if means == "slip" else means)

    def _given(self, refund_id: UUID, key: UUID, parts: list[int], means: str) -> None:
        self._give_back(key, parts)
        self.world.coop.income -= sum(parts)
        self.world.coop.pay(means, sum(parts))
        self.world.by_hand[refund_id] = ByHand(key, parts, sum(parts), means)

    @precondition(lambda machine: bool(machine.world.by_hand))
    @rule(number=small)
    def withdraw(self, number: int) -> None:
        """What was written down as paid to a family was not; a second time nothing happens."""
        refund_id = list(self.world.by_hand)[number % len(self.world.by_hand)]
        paid, coop = self.world.by_hand[refund_id], self.world.coop
        campaign = paid.campaign or self.world.baskets[paid.basket].campaign
        self.send(by_coop.WithdrawPaymentToFamily, campaign, allowed=True, refund_id=refund_id, reason="mistake")
        if paid.withdrawn:
            return
        paid.withdrawn = True
        coop.pay(paid.means, -paid.cents)
        if not paid.parts:
            coop.owed += paid.cents
            if paid.campaign is None:
                self.world.refunds[refund_id].status = "failed"
            return
        coop.income += paid.cents
        self._give_back(paid.basket, [-part for part in paid.parts])

    @precondition(lambda machine: any(mine.slips for mine in machine.world.baskets.values()))
    @rule(number=small, cents=amounts)
    def correct_slip(self, number: int, cents: int) -> None:
        """A slip was another amount, or nothing at all."""
        slips = [(mine, slip) for mine in self.world.baskets.values() for slip in mine.slips]
        mine, slip = slips[number % len(slips)]
        more, free = cents - mine.slips[slip], [max(child.free, 0) for child in mine.children]
        allowed = more <= mine.owed if more > 0 else -more <= min(sum(free), self.world.coop.cash)
        sent = {"slip": slip, "cents": cents, "reason": "mistake"}
        if not self.send(box.CorrectCashSlip, mine.campaign, allowed=allowed or more == 0, **sent) or more == 0:
            return
        mine.slips[slip] = cents
        self._corrected(mine, more, free)

    def _corrected(self, mine: Basket, more: int, free: list[int]) -> None:
        """A slip brought more than was said, or less."""
        due = [child.due - child.paid for child in mine.children]
        parts = share_out(more, due) if more > 0 else [-part for part in share_out(-more, free)]
        mine.abandoned = mine.abandoned and more < 0
        self.world.coop.cash += more
        self.world.coop.income += more
        for child, part in zip(mine.children, parts, strict=True):
            child.paid += part
            child.held += part
            self.world.in_class(mine.campaign, child.school_class, part)

    @rule(cents=amounts, whole=st.booleans(), then=st.sampled_from(("", "the bank shows it", "it was not so")))
    def deposit(self, cents: int, then: str, *, whole: bool) -> None:
        """Cash goes to the bank, if the box holds it; the bank shows it, or it was written down wrong."""
        coop, deposit_id = self.world.coop, self.fresh()
        cents = coop.cash if whole else cents
        sent = {"deposit_id": deposit_id, "slip": f"R-{self.count}", "cents": cents, "deposited_on": TODAY}
        if not self.send(deposits.DepositCash, COOP, allowed=0 < cents <= coop.cash, **sent):
            return
        coop.cash -= cents
        if then == "it was not so":
            wrong = {"deposit_id": deposit_id, "reason": "mistake"}
            assert self.send(deposits.WithdrawCashDeposit, COOP, allowed=True, **wrong)
            coop.cash += cents
        elif then:
            line = {"bank_line_id": f"D-{deposit_id.int}", "booked_on": TODAY}
            assert self.send(deposits.MatchCashDeposit, COOP, allowed=True, deposit_id=deposit_id, cents=cents, **line)
            coop.bank += cents
        else:
            coop.on_the_way += cents
