"""The machine goes on: payments that nobody expected and refunds made at the provider, to their very end."""

from __future__ import annotations

from uuid import UUID

import hypothesis.strategies as st
from hypothesis.stateful import rule

from domain.campaign import payments, refunds
from domain.campaign.held import explained, returns
from tests.properties.machines.ledger_harness import AT
from tests.properties.machines.ledger_machine import amounts
from tests.properties.machines.model import share_out
from tests.properties.machines.surprises_machine import PRICES, SURPRISES, TIP, TWO, SurprisesMachine, far

WHOLE = sum(PRICES) + TIP


class HeldMoneyMachine(SurprisesMachine):
    """What waits until a person, or its return, says whose it is."""

    @rule(steps=far, cents=amounts, cleared=st.booleans())
    def pay_twice(self, steps: int, cents: int, *, cleared: bool) -> None:
        """A payment comes that was not expected; it goes back in parts, comes back, and goes back or is explained."""
        key, payment = self.paid(TIP)
        about = {"payment_id": f"{payment}_again", "contribution_id": key}
        kept = {"cents": cents, "reason": "twice", "paid_at": AT}
        if not self.send(payments.RecordPaymentOnHold, SURPRISES, allowed=cents > 0, **about, **kept):
            return
        of = {"payment_id": f"{payment}_again"}
        parts = [cents // 3, cents - cents // 3] if steps > 1 else []
        for number, part in enumerate(parts):
            back = {"cents": part, "provider_refund": f"re_{key.int}_{number}", "returned_at": AT}
            self.send(returns.RecordOnHoldPaymentReturned, SURPRISES, allowed=part > 0, **of, **back)
        if steps < 3:
            return
        vain = (1, 0) if cleared and parts[0] else (1,)
        for number in vain * 2:
            failed = {"provider_refund": f"re_{key.int}_{number}", "reason": "x", "failed_at": AT}
            self.send(returns.RecordOnHoldReturnFailed, SURPRISES, allowed=True, **of, **failed)
        if cleared:
            # What came back once is given back once more: only after that is there something to say.
            waits = sum(parts[number] for number in vain)
            self.clear(key, f"{payment}_again", waits, None, allowed=len(vain) > 1)
        else:
            again = {"cents": parts[1], "provider_refund": f"re_{key.int}_2", "returned_at": AT}
            self.send(returns.RecordOnHoldPaymentReturned, SURPRISES, allowed=True, **of, **again)

    @rule(
        steps=far,
        cents=amounts,
        tip=st.sampled_from((0, TIP)),
        how=st.sampled_from(("lines", "cleared", "itself")),
        first=st.booleans(),
    )
    def refund_at_the_provider(self, steps: int, cents: int, tip: int, how: str, *, first: bool) -> None:
        """A refund is made at the provider, not here; it comes back, and it is said whose money it was."""
        key, payment = self.paid(TIP)
        cents = min(cents, sum(PRICES)) if steps > 2 else cents
        refund_id, whole = self.fresh(), cents + tip
        if not self.refund_elsewhere(refund_id, payment, whole):
            return
        early = steps > 2 and (first or how == "itself")
        if early:
            self.come_back(refund_id, whole)
        if steps > 1:
            allowed = cents <= sum(PRICES)
            self.explain(how, refund_id, key, payment, (cents, tip), came_back=early)
            if steps > 2 and not early and how == "cleared":
                self.come_back(refund_id, 0)
                self.clear(key, payment, whole, refund_id)
            elif steps > 2 and not early and allowed:
                self.come_back(refund_id, whole)

    @rule(comes_back=st.booleans())
    def refund_at_the_provider_again(self, *, comes_back: bool) -> None:
        """What came back is given once more, at the provider; and may come back once more."""
        key, payment = self.paid(TIP)
        once, again = self.fresh(), self.fresh()
        self.refund_elsewhere(once, payment, WHOLE)
        self.explain("lines", once, key, payment, (sum(PRICES), TIP))
        self.come_back(once, WHOLE)
        self.refund_elsewhere(again, payment, WHOLE)
        self.settle(once, again, WHOLE)
        if comes_back:
            self.come_back(again, WHOLE)

    def refund_elsewhere(self, refund_id: UUID, payment: str, cents: int) -> bool:
        """A refund is made at the provider."""
        found = {"refund_id": refund_id, "payment_id": payment, "provider_refund": f"re_{refund_id.int}"}
        made = self.send(
            refunds.RecordExternalRefund, SURPRISES, allowed=cents > 0, settled_at=AT, cents=cents, **found
        )
        if made:
            self.world.coop.aside[refund_id] = cents
        return made

    def come_back(self, refund_id: UUID, claim: int) -> None:
        """It comes back from the card, told twice: so much of it is the family's."""
        failed = {"refund_id": refund_id, "reason": "x", "failed_at": AT}
        for _ in range(2):
            self.send(refunds.RecordRefundFailed, SURPRISES, allowed=True, **failed)
        self.online(claim)
        self.world.coop.owed += claim

    def explain(
        self, how: str, refund_id: UUID, key: UUID, payment: str, parts: tuple[int, int], *, came_back: bool = False
    ) -> None:
        """Somebody says whose money it was."""
        cents, tip = parts
        if how == "cleared":
            self.clear(key, payment, -cents - tip, refund_id)
        elif how == "itself":
            self.settle(refund_id, refund_id, cents + tip, came_back=came_back)
        else:
            theirs = {"refund_id": refund_id, "tip_cents": tip}
            if not self.send(refunds.AllocateExternalRefund, SURPRISES, allowed=cents <= sum(PRICES), **theirs):
                return
            self.world.tips -= tip
            self.online(-cents)
            self.income([-part for part in share_out(cents, PRICES)] if cents else [])
            del self.world.coop.aside[refund_id]

    def settle(self, refund_id: UUID, made_id: UUID, cents: int, *, came_back: bool = True) -> None:
        """A refund made at the provider settles what had come back, if it did."""
        owed = {"refund_id": refund_id, "made_id": made_id}
        if self.send(explained.SettleReturnedRefund, SURPRISES, allowed=came_back, **owed):
            self.online(-cents)
            self.world.coop.owed -= cents
            del self.world.coop.aside[made_id]

    def clear(self, key: UUID, payment: str, cents: int, refund_id: UUID | None, *, allowed: bool = True) -> None:
        """Two people say that it is the platform's; one cent more is refused."""
        about = {"contribution_id": key, "payment_id": payment, "refund_id": refund_id, "account": "goodwill", **TWO}
        more = cents + (1 if cents > 0 else -1)
        self.send(explained.ClearContributionSuspense, SURPRISES, allowed=False, cents=more, **about)
        self.send(explained.ClearContributionSuspense, SURPRISES, allowed=allowed, cents=cents, **about)
        if refund_id is not None:
            self.world.coop.aside.pop(refund_id, None)
