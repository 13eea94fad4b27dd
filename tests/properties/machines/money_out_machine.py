"""The machine goes on: refunds, and transfers between platform and coop."""

from __future__ import annotations

from uuid import UUID, uuid5

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from domain.campaign import payments, refunds
from domain.campaign.state import Campaign
from tests.properties.machines.ledger_harness import AT
from tests.properties.machines.ledger_machine import LedgerMachine, amounts, small, tips, with_payments
from tests.properties.machines.model import Refund, share_out

with_refunds = precondition(lambda machine: bool(machine.world.refunds))


class MoneyOutMachine(LedgerMachine):
    """What takes money away from a contribution."""

    def __init__(self) -> None:
        """Begin before anything happened."""
        super().__init__()
        self.last_payment = ""
        self.transfers: dict[str, dict[str, int]] = {}
        self.closed = False

    # --- refunds

    @with_payments
    @rule(number=small, cents=amounts, tip=tips, whole=st.booleans())
    def request_refund(self, number: int, cents: int, tip: int, *, whole: bool) -> None:
        """Ask for a refund: the whole, or an amount that may be too large."""
        if (found := self.pick(number)) is None:
            return
        key, mine = found
        free = [max(child.free, 0) for child in mine.children]
        if whole:
            cents, tip = sum(free), mine.tip_held - mine.tip_aside
        allowed = (
            cents + tip > 0
            and mine.means == "card"
            and not mine.contested
            and cents <= sum(free)
            and tip <= mine.tip_held - mine.tip_aside
            and (cents == 0 or cents <= self.world.coop.free)
        )
        refund_id = self.fresh()
        sent = {"refund_id": refund_id, "contribution_id": key, "cents": cents, "tip_cents": tip, "reason": "duplicate"}
        if self.send(refunds.RequestRefund, mine.campaign, allowed=allowed, **sent):
            owed = share_out(cents, free) if cents else [0] * len(free)
            for payment in reversed(mine.payments):
                cents, tip, owed = self._set_aside(refund_id, key, payment, cents, tip, owed)
            assert (cents, tip) == (0, 0)

    def _set_aside(
        self, wished: UUID, key: UUID, payment: str, cents: int, tip: int, owed: list[int]
    ) -> tuple[int, int, list[int]]:
        """Set aside what one payment gives back of a refund, and tell what the others must give."""
        mine, part = self.world.baskets[key], self.world.baskets[key].payments[payment]
        contested, tip_contested = self.world.contested(payment)
        mine_cents = min(cents, max(part[0] - part[3] - contested, 0))
        mine_tip = min(tip, max(part[1] - part[4] - tip_contested, 0))
        if mine_cents + mine_tip == 0:
            return cents, tip, owed
        of_one = wished if wished not in self.world.refunds else uuid5(wished, self.last_payment)
        parts = share_out(mine_cents, owed) if mine_cents else [0] * len(owed)
        self.world.refunds[of_one] = Refund(key, payment, parts, mine_cents, mine_tip)
        self.world.coop.aside[of_one] = mine_cents
        mine.tip_aside += mine_tip
        part[3] += mine_cents
        part[4] += mine_tip
        for child, given in zip(mine.children, parts, strict=True):
            child.set_aside += given
        self.last_payment = payment
        return cents - mine_cents, tip - mine_tip, [left - given for left, given in zip(owed, parts, strict=True)]

    @with_refunds
    @rule(number=small, wish=st.sampled_from(("settle", "settle", "settle otherwise", "fail")))
    def end_refund(self, number: int, wish: str) -> None:
        """Hear that a refund was settled, or that it failed, in any order and more than once."""
        refund_id = list(self.world.refunds)[number % len(self.world.refunds)]
        refund = self.world.refunds[refund_id]
        mine, coop = self.world.baskets[refund.basket], self.world.coop
        if wish == "fail":
            self.send(
                refunds.RecordRefundFailed, mine.campaign, allowed=True, refund_id=refund_id, reason="x", failed_at=AT
            )
            if refund.status == "requested":
                self._release(refund_id, refund)
                mine.payments[refund.payment][3] -= refund.cents
                mine.payments[refund.payment][4] -= refund.tip
            if refund.status.startswith("settled"):
                self._came_back(refund)
            if refund.status != "repaid":
                refund.status = "failed"
            return
        name = "re_other" if wish == "settle otherwise" else f"re_{refund_id.int}"
        known = refund.status.startswith("settled") and refund.status == f"settled {name}"
        again = known or (refund.status in ("failed", "repaid") and refund.name == name)
        allowed = refund.status == "requested" or again
        sent = {"refund_id": refund_id, "provider_refund": name, "settled_at": AT}
        if (
            self.send(refunds.RecordRefundSettled, mine.campaign, allowed=allowed, **sent)
            and refund.status == "requested"
        ):
            self._release(refund_id, refund)
            refund.status = f"settled {name}"
            refund.name = name
            mine.tip_held -= refund.tip
            coop.online -= refund.cents
            coop.income -= refund.cents
            coop.disbursements += refund.cents
            self._give_back(refund.basket, refund.parts)

    def _came_back(self, refund: Refund) -> None:
        """What left comes back from the card: it is online again, and owed to the family, the tip with the rest."""
        coop, back = self.world.coop, refund.cents + refund.tip
        coop.online += back
        coop.receipts += back
        coop.owed += back
        self.world.baskets[refund.basket].payments[refund.payment][5] += back

    def _release(self, refund_id: UUID, refund: Refund) -> None:
        mine = self.world.baskets[refund.basket]
        self.world.coop.aside.pop(refund_id, None)
        mine.tip_aside -= refund.tip
        for child, part in zip(mine.children, refund.parts, strict=True):
            child.set_aside -= part

    def _give_back(self, key: UUID, parts: list[int]) -> None:
        """Lower what the lines hold."""
        mine = self.world.baskets[key]
        for child, part in zip(mine.children, parts, strict=True):
            child.held -= part
            self.world.in_class(mine.campaign, child.school_class, -part)

    @with_payments
    @rule(number=small, back=st.booleans(), cents=amounts, right=st.booleans())
    def move_funds(self, number: int, cents: int, *, back: bool, right: bool) -> None:
        """Money of a payment moves to the coop's account at the provider or comes back from it; perhaps too much."""
        found = self.pick(number)
        if found is None or not found[1].payments:
            return
        key, mine = found
        payment = list(mine.payments)[number % len(mine.payments)]
        part = mine.payments[payment]
        wanted = max(max(part[0] - part[3] - self.world.contested(payment)[0], 0) + part[5], 0)
        state = self.ledger.states[mine.campaign]
        assert isinstance(state, Campaign)
        assert state.contribution(key).to_transfer(payment) == wanted - part[2]
        if right:
            cents, back = abs(wanted - part[2]), wanted < part[2]
        self.count += 1
        sent: dict[str, object] = {"contribution_id": key, "payment_id": payment, "cents": cents, "moved_at": AT}
        if not back:
            allowed = cents > 0
            sent["transfer_id"] = f"tr_{payment}_{self.count}"
            if self.send(payments.RecordTransfer, mine.campaign, allowed=allowed, **sent):
                part[2] += cents
                self.transfers.setdefault(payment, {})[str(sent["transfer_id"])] = cents
            return
        moved = self.transfers.get(payment, {"tr_0": 0})
        transfer, left = max(moved.items(), key=lambda one: one[1])
        cents = min(cents, left) if right else cents
        sent |= {"cents": cents, "transfer_id": transfer, "reversal_id": f"trr_{self.count}"}
        if self.send(payments.RecordTransferReversed, mine.campaign, allowed=0 < cents <= left, **sent):
            part[2] -= cents
            moved[transfer] -= cents
