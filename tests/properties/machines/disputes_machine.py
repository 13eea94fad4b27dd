"""The machine goes on: banks take payments back, whole, in part or more than is left, and change their minds."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from domain.campaign.disputes import explanation, facts
from tests.properties.machines.ledger_harness import AT
from tests.properties.machines.ledger_machine import amounts, small, with_payments
from tests.properties.machines.model import Basket, Dispute, share_out
from tests.properties.machines.money_out_machine import MoneyOutMachine

with_disputes = precondition(lambda machine: bool(machine.world.disputes))
TWO: dict[str, Any] = {"account": "goodwill", "approvers": ("ad-1", "ad-2"), "reason": "dispute_cost"}


class DisputesMachine(MoneyOutMachine):
    """What banks do; all of it is a fact, and none is refused."""

    @with_payments
    @rule(number=small, cents=amounts, whole=st.booleans(), again=st.booleans(), fee=st.sampled_from((0, 20_00)))
    def bank_takes(self, number: int, cents: int, fee: int, *, whole: bool, again: bool) -> None:
        """A bank takes some of a payment, or all of it, whatever is left; perhaps in a dispute that it decided."""
        if (found := self.pick(number)) is None:
            return
        key, mine = found
        payment = next(iter(mine.payments), "ch_none")
        cents = sum(mine.payments.get(payment, [0, 0])[:2]) if whole else cents
        known = [name for name, case in self.world.disputes.items() if case.payment == payment]
        self.count += 1
        name = known[-1] if known and again else f"dp_{self.count}"
        allowed = bool(mine.payments)
        sent = {"dispute_id": name, "provider_movement": f"txn_{self.count}", "payment_id": payment, "cents": cents}
        for _ in range(2):
            self.send(facts.RecordDisputeOpened, mine.campaign, allowed=allowed, opened_at=AT, fee_cents=fee, **sent)
        if allowed:
            nobody = [0] * len(mine.children)
            case = self.world.disputes.setdefault(name, Dispute(key, payment, list(nobody), list(nobody)))
            case.open = case.open or cents > 0
            case.suspense += cents - self._contest(mine, case, cents)
            self._mark(mine)

    @with_disputes
    @rule(
        number=small,
        what=st.sampled_from(("gives back", "gives back", "keeps", "keeps", "fits", "is explained")),
        cents=amounts,
        whole=st.booleans(),
    )
    def go_on(self, number: int, what: str, cents: int, *, whole: bool) -> None:
        """The bank gives back or keeps what it took, what it took too much fits after all, or people explain it."""
        if what == "gives back":
            self._give_some_back(number, cents, whole=whole)
        else:
            {"keeps": self._keep, "fits": self._find_a_place, "is explained": self._explain}[what](number)

    def _give_some_back(self, number: int, cents: int, *, whole: bool) -> None:
        """A bank gives some back, or all of it: first what was too much, then what is contested, then the rest."""
        name, case, mine = self._case(number)
        coop = self.world.coop
        cents = sum((case.cents, case.tip, case.lost_cents, case.lost_tip, case.beyond)) if whole else cents
        self.count += 1
        sent = {"dispute_id": name, "provider_movement": f"txn_{self.count}", "cents": cents, "fee_cents": 0}
        for _ in range(2):
            self.send(facts.RecordDisputeWon, mine.campaign, allowed=True, closed_at=AT, **sent)
        too_much = min(cents, case.beyond)
        won = min(cents - too_much, case.cents)
        won_tip = min(cents - too_much - won, case.tip)
        again = min(cents - too_much - won - won_tip, case.lost_cents)
        again_tip = min(cents - too_much - won - won_tip - again, case.lost_tip)
        case.suspense -= cents - won - won_tip - again - again_tip
        case.tip -= won_tip
        mine.tip_aside -= won_tip
        for child, part in zip(mine.children, self._part(won, case.parts), strict=True):
            child.set_aside -= part
        coop.blocked -= won
        coop.online += won + again
        coop.receipts += again
        coop.unpaid -= again
        case.lost_tip -= again_tip
        mine.tip_held += again_tip
        self._give_back(case.basket, [-part for part in self._part(again, case.lost)])
        if won + won_tip + too_much and case.open:
            case.open = bool(case.cents + case.tip)
        self._mark(mine)

    def _keep(self, number: int) -> None:
        """A bank keeps what is contested."""
        name, case, mine = self._case(number)
        self.send(facts.RecordDisputeLost, mine.campaign, allowed=True, dispute_id=name, closed_at=AT)
        self._lose(mine, case)
        self._mark(mine)

    def _find_a_place(self, number: int) -> None:
        """What was taken too much fits after all, as once a refund failed; lost at once where the bank has decided."""
        name, case, mine = self._case(number)
        self.send(explanation.RecordDisputePlaced, mine.campaign, allowed=True, dispute_id=name)
        placed = self._contest(mine, case, max(case.suspense, 0))
        case.suspense -= placed
        if placed and not case.open:
            self._lose(mine, case)
        self._mark(mine)

    def _explain(self, number: int) -> None:
        """Two people say that the platform bears what a bank took too much, or keeps what it gave back too much."""
        name, case, mine = self._case(number)
        if self.send(explanation.ClearDispute, mine.campaign, allowed=bool(case.suspense), dispute_id=name, **TWO):
            case.cleared += case.suspense
            case.suspense = 0
        self._mark(mine)

    def _case(self, number: int) -> tuple[str, Dispute, Basket]:
        name = list(self.world.disputes)[number % len(self.world.disputes)]
        case = self.world.disputes[name]
        return name, case, self.world.baskets[case.basket]

    def _contest(self, mine: Basket, case: Dispute, cents: int) -> int:
        """Set aside what fits into the payment, the coop's part first; return how much that is."""
        part, free = mine.payments[case.payment], [max(child.free, 0) for child in mine.children]
        contested, tip_contested = self.world.contested(case.payment)
        fits = min(cents, max(part[0] - part[3] - contested, 0), sum(free))
        tip_left = max(min(part[1] - part[4] - tip_contested, mine.tip_held - mine.tip_aside), 0)
        tip = min(cents - fits, tip_left)
        parts = share_out(fits, free) if fits else [0] * len(free)
        for place, (child, set_aside) in enumerate(zip(mine.children, parts, strict=True)):
            child.set_aside += set_aside
            case.parts[place] += set_aside
        case.tip += tip
        mine.tip_aside += tip
        self.world.coop.online -= fits
        self.world.coop.blocked += fits
        return fits + tip

    def _lose(self, mine: Basket, case: Dispute) -> None:
        """What is contested was never paid after all."""
        coop, lost = self.world.coop, case.cents
        coop.blocked -= lost
        coop.unpaid += lost
        coop.disbursements += lost
        mine.tip_aside -= case.tip
        mine.tip_held -= case.tip
        case.lost_tip += case.tip
        for place, (child, part) in enumerate(zip(mine.children, case.parts, strict=True)):
            child.set_aside -= part
            case.lost[place] += part
        self._give_back(case.basket, case.parts)
        case.parts, case.tip, case.open = [0] * len(case.parts), 0, False

    def _part(self, cents: int, of: list[int]) -> list[int]:
        """Take cents off amounts, in proportion; return how much off each."""
        parts = share_out(cents, of) if cents else [0] * len(of)
        for place, part in enumerate(parts):
            of[place] -= part
        return parts

    def _mark(self, mine: Basket) -> None:
        """Tell whether a dispute of a basket is open, or unexplained."""
        cases = [case for case in self.world.disputes.values() if self.world.baskets[case.basket] is mine]
        mine.contested = any(case.open or case.suspense for case in cases)
