"""The stateful machine: random histories of all money commands, each predicted by the model before it is sent."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from domain.aggregate import Intent, Stamp
from domain.campaign import basket, instalments, payments, publication, settings
from domain.coop import registration
from domain.events.association import Policy
from domain.events.base import InstalmentTerms, Tariff
from domain.events.campaign import CampaignDetails
from domain.events.coop import CoopDetails
from tests.properties.machines.ledger_harness import AT, DAY, LedgerHarness
from tests.properties.machines.model import TIERS, Basket, Child, World, share_out

COOP = UUID(int=1)
CAMPAIGNS = (UUID(int=10), UUID(int=11))
CLASSES = ("CP A", "CE1", "CE2 – CM1")
CODES = ("CPA", "CE1", "CE2-CM1")
POLICY = Policy(max_instalments=4)
small = st.integers(0, 7)
amounts = st.sampled_from((0, 1, 333, 5_00, 10_00, 12_00, 22_00, 29_55, 100_00))
tips = st.sampled_from((0, 1, 96, 1_92))
families = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.lists(st.integers(0, 2), min_size=1, max_size=3),
        tips,
        st.sampled_from(("card", "card", "card", "cash")),
    ),
    max_size=3,
)
"""Who has paid already when a history begins: the campaign, the children's classes, the tip, the means."""
with_baskets = precondition(lambda machine: bool(machine.world.baskets))
with_payments = precondition(lambda machine: any(mine.payments for mine in machine.world.baskets.values()))


class LedgerMachine(RuleBasedStateMachine):
    """One coop with two campaigns, one of them in three payments."""

    def __init__(self) -> None:
        """Begin before anything happened."""
        super().__init__()
        self.ledger = LedgerHarness()
        self.world = World()
        self.count = 0

    def send(self, kind: type[Intent[Any]], stream_id: UUID, /, *, allowed: bool, **fields: Any) -> bool:  # noqa: ANN401
        """Send a command; it must be accepted exactly when the model allows it, and leave no trace when refused."""
        before = len(self.ledger.log)
        error = self.ledger.send(kind(stream_id=stream_id, stamp=Stamp(at=AT, by=fields.pop("by", "test")), **fields))
        assert (error is None) == allowed, (kind.__name__, fields, error)
        if error is not None:
            assert len(self.ledger.log) == before
        return allowed

    def fresh(self) -> UUID:
        """An identifier never used before."""
        self.count += 1
        return UUID(int=1000 + self.count)

    @initialize(paid=families, ready=st.booleans())
    def open_everything(self, paid: list[tuple[int, list[int], int, str]], *, ready: bool) -> None:
        """Open the coop and both campaigns; some families have paid, and perhaps all is ready for a payout."""
        details = CoopDetails(name="Coop", school="école", town="Nice", affiliation_number="7")
        self.send(registration.RegisterCoop, COOP, allowed=True, association_id=UUID(int=9), details=details, demo=True)
        for number, campaign in enumerate(CAMPAIGNS):
            tariff = Tariff(tariff_id="t", label="1 enfant", tiers=TIERS, valid_from=DAY, valid_to=DAY)
            self.send(
                settings.DraftCampaign,
                campaign,
                allowed=True,
                coop_id=COOP,
                details=CampaignDetails(title="Rentrée"),
                purpose=POLICY.purposes[0],
                school_year=2024,
                demo=True,
                policy=POLICY,
            )
            self.send(settings.SetTariffs, campaign, allowed=True, tariffs=(tariff,))
            terms = InstalmentTerms(count=3, interval_months=1) if number else None
            self.send(
                settings.SetPaymentOptions,
                campaign,
                allowed=True,
                means=("card",),
                instalments=terms,
                message="Merci",
                policy=POLICY,
            )
            self.world.times[campaign] = 3 if number else 1
            self._publish(campaign)
        for number, (which, classes, tip, means) in enumerate(paid):
            if means == "card":
                self.place(which, classes, tip, means, several=bool(which), seen=None)
                self.capture(number, right=True, again=False)
            else:
                self.place(which, classes, 0, means, several=False, seen=None)
                self.cash(number, 5_00)
        if ready:
            self.get_ready()

    def get_ready(self) -> None:
        """Do what lets a payout leave, as far as this machine knows of payouts."""

    def _publish(self, campaign: UUID) -> None:
        allowed = self.world.status.get(campaign) != "archived"
        done = self.send(
            publication.PublishCampaign,
            campaign,
            allowed=allowed,
            responsible_id=UUID(int=5),
            council_decision="2024-05-14",
            policy=POLICY,
            mandated=True,
            charter_version=1,
            charter_accepted=1,
        )
        if done:
            self.world.status[campaign] = "published"

    # --- campaigns and baskets

    @rule(which=st.integers(0, 1), wish=st.sampled_from(("publish", "suspend", "archive")))
    def change_status(self, which: int, wish: str) -> None:
        """Publish again, suspend, or archive a campaign."""
        campaign = CAMPAIGNS[which]
        now = self.world.status[campaign]
        if wish == "publish":
            self._publish(campaign)
        elif wish == "suspend":
            if self.send(publication.SuspendCampaign, campaign, allowed=now != "archived"):
                self.world.status[campaign] = "suspended"
        else:
            mine = {key: basket for key, basket in self.world.baskets.items() if basket.campaign == campaign}
            waits = any(basket.later for basket in mine.values())
            waits |= any(one.basket in mine and one.waits for one in self.world.refunds.values())
            waits |= any(one.basket in mine and (one.open or one.suspense) for one in self.world.disputes.values())
            if self.send(publication.ArchiveCampaign, campaign, allowed=now == "archived" or not waits):
                self.world.status[campaign] = "archived"

    @rule(
        which=st.integers(0, 1),
        classes=st.lists(st.integers(0, 2), min_size=1, max_size=4),
        tip=tips,
        means=st.sampled_from(("card", "card", "card", "cash")),
        several=st.booleans(),
        seen=st.sampled_from((None, None, 12_00)),
    )
    def place(self, which: int, classes: list[int], tip: int, means: str, *, several: bool, seen: int | None) -> None:
        """Place a basket, by the mandate holder when in cash; the price seen must be the price of each child."""
        campaign, key, world = CAMPAIGNS[which], self.fresh(), self.world
        times = 3 if several else 1
        prices = [TIERS[min(rank, len(TIERS) - 1)] for rank in range(len(classes))]
        open_ = world.status[campaign] == "published" or (means == "cash" and world.status[campaign] == "suspended")
        sound = seen is None or all(price == seen for price in prices)
        offered = times == 1 or (times == world.times[campaign] and means == "card")
        offered = offered and not (means == "cash" and tip)
        children = tuple(
            basket.Child(participant_id=UUID(int=n), class_label=CLASSES[code], tariff_id="t", cents=seen)
            for n, code in enumerate(classes)
        )
        done = self.send(
            basket.PlaceContribution,
            campaign,
            allowed=open_ and sound and offered,
            contribution_id=key,
            payer_id=UUID(int=6),
            commitment="c",
            terms_version="1",
            children=children,
            tip_cents=tip,
            means=means,
            instalments=times,
            desk=means == "cash",
        )
        if done:
            lines = [Child(CODES[code], price) for code, price in zip(classes, prices, strict=True)]
            world.baskets[key] = Basket(campaign, lines, tip, means, times)

    def pick(self, number: int) -> tuple[UUID, Basket] | None:
        """One of the baskets, if there is any."""
        keys = list(self.world.baskets)
        if not keys:
            return None
        key = keys[number % len(keys)]
        return key, self.world.baskets[key]

    @with_baskets
    @rule(number=small)
    def abandon(self, number: int) -> None:
        """Leave a basket."""
        if (found := self.pick(number)) is None:
            return
        key, mine = found
        paid = bool(mine.payments or mine.in_cash)
        done = self.send(
            basket.AbandonContribution,
            mine.campaign,
            allowed=mine.abandoned or not paid,
            contribution_id=key,
            reason="given_up",
        )
        mine.abandoned = mine.abandoned or done

    # --- money in

    @with_baskets
    @rule(number=small, right=st.sampled_from((True, True, True, False)), again=st.booleans())
    def capture(self, number: int, *, right: bool, again: bool) -> None:
        """Receive the first payment, with the right amount or not, and perhaps hear of it twice."""
        if (found := self.pick(number)) is None:
            return
        key, mine = found
        payment, cents = f"ch_{key.int}", mine.first_part() if right else mine.first_part() + 1
        tip, known = mine.tip_due, f"ch_{key.int}" in mine.payments
        if known:
            allowed = [cents, tip] == mine.payments[payment][:2]
        else:
            allowed = right and mine.means == "card" and not mine.payments and not mine.in_cash
            allowed = allowed or (right and mine.means == "cash" and not mine.payments and not mine.in_cash)
        for _ in range(2 if again and allowed else 1):
            done = self.send(
                payments.RecordPaymentCaptured,
                mine.campaign,
                allowed=allowed,
                contribution_id=key,
                payment_id=payment,
                cents=cents,
                tip_cents=tip,
                paid_at=AT,
            )
        if done and not known:
            total = mine.owed
            parts = share_out(cents, [child.due - child.paid for child in mine.children])
            self.world.take_in(mine, parts, online=True)
            mine.payments[payment] = [cents, tip, 0, 0, 0, 0]
            mine.tip_held += tip
            if mine.times > 1:
                mine.plan(total)

    @with_payments
    @rule(number=small, wish=st.sampled_from(("pay", "pay", "fail", "fail for good", "cancel")))
    def instalment(self, number: int, wish: str) -> None:
        """Receive, refuse or cancel what was to be paid later."""
        if (found := self.pick(number)) is None:
            return
        key, mine = found
        nth = min(mine.later, default=2)
        due = nth in mine.later
        about = {"contribution_id": key}
        if wish == "cancel":
            self.send(instalments.CancelInstalments, mine.campaign, allowed=True, reason="other", **about)
            mine.later.clear()
        elif wish == "pay":
            cents = sum(mine.later.get(nth, [1]))
            payment = f"ch_{key.int}_{nth}"
            known = payment in mine.payments
            allowed = due or (known and mine.payments[payment][:2] == [cents, 0])
            sent = {"payment_id": payment, "cents": cents, "tip_cents": 0, "paid_at": AT, "instalment": nth}
            if self.send(payments.RecordPaymentCaptured, mine.campaign, allowed=allowed, **sent, **about) and not known:
                self.world.take_in(mine, mine.later.pop(nth), online=True)
                mine.payments[payment] = [cents, 0, 0, 0, 0, 0]
        else:
            final = wish == "fail for good"
            self.count += 1
            sent = {"number": nth, "attempt_id": f"at_{self.count}", "reason": "refused", "final": final}
            if self.send(instalments.RecordInstalmentFailed, mine.campaign, allowed=due, **sent, **about) and final:
                mine.later.pop(nth)

    @with_baskets
    @rule(number=small, cents=amounts)
    def cash(self, number: int, cents: int) -> None:
        """Receive cash, under a new slip."""
        if (found := self.pick(number)) is None:
            return
        key, mine = found
        self.count += 1
        slip = f"S-{self.count}"
        allowed = mine.means == "cash" and 0 < cents <= mine.owed and self.world.status[mine.campaign] != "archived"
        done = self.send(
            payments.RecordCashReceived,
            mine.campaign,
            allowed=allowed,
            contribution_id=key,
            slip=slip,
            cents=cents,
            paid_at=AT,
            policy=POLICY,
        )
        if done:
            parts = share_out(cents, [child.due - child.paid for child in mine.children])
            self.world.take_in(mine, parts, online=False)
            mine.slips[slip] = cents

    @with_payments
    @rule(number=small, cents=amounts, fee=st.booleans())
    def fee_or_transfer(self, number: int, cents: int, *, fee: bool) -> None:
        """Record the provider's fee, or the move of the coop's part to its account."""
        if (found := self.pick(number)) is None:
            return
        key, mine = found
        payment = next(iter(mine.payments), "ch_none")
        about = {"contribution_id": key, "payment_id": payment, "cents": cents}
        if fee:
            self.send(payments.RecordProviderFee, mine.campaign, allowed=bool(mine.payments), charged_at=AT, **about)
            return
        self.count += 1
        held = mine.payments.get(payment, [0] * 6)
        allowed = cents > 0 and bool(mine.payments)
        moved = {"transfer_id": f"tr_{self.count}", "moved_at": AT}
        if self.send(payments.RecordTransfer, mine.campaign, allowed=allowed, **moved, **about):
            held[2] += cents

    @with_baskets
    @rule(number=small, child=st.integers(1, 4), code=st.integers(0, 2))
    def correct(self, number: int, child: int, code: int) -> None:
        """Correct the class of a child: its cents move, no total changes."""
        if (found := self.pick(number)) is None:
            return
        key, mine = found
        line = mine.children[child - 1] if child <= len(mine.children) else None
        done = self.send(
            basket.CorrectContribution,
            mine.campaign,
            allowed=line is not None and not line.set_aside and self.world.status[mine.campaign] != "archived",
            contribution_id=key,
            line=child,
            class_label=CLASSES[code],
            tariff_id="t",
            reason="mistake",
        )
        if done and line is not None:
            self.world.in_class(mine.campaign, line.school_class, -line.held)
            line.school_class = CODES[code]
            self.world.in_class(mine.campaign, line.school_class, line.held)
