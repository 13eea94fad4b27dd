"""The machine goes on: what nobody asked for, at the provider, at the bank and in the cash box.

Families of a collection of their own are led through what happens to them, as far as chance goes: each of these facts
needs another one before it, and would hardly happen by itself. What they move is the coop's money like any other.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from domain.association import commands, platform
from domain.campaign import basket, payments, publication, refunds
from domain.campaign import settings as campaign_settings
from domain.campaign.by_hand import cash as box
from domain.campaign.by_hand import refunds as by_coop
from domain.campaign.disputes import facts as disputes
from domain.campaign.disputes.explanation import ClearDispute
from domain.coop import banking, debts, suspense
from domain.coop.by_hand import adjustments, deposits
from domain.events.base import Tariff
from domain.events.campaign import CampaignDetails
from tests.properties.machines.by_hand_machine import TODAY
from tests.properties.machines.ledger_harness import AT, DAY
from tests.properties.machines.ledger_machine import CLASSES, CODES, COOP, POLICY, amounts, small
from tests.properties.machines.model import TIERS, ByHand, share_out
from tests.properties.machines.whole_ledger_machine import WholeLedgerMachine

ASSOCIATION: Final = UUID(int=9)
SURPRISES: Final = UUID(int=12)
"""The collection of these families."""
TIP: Final = 1_00
PRICES: Final = list(TIERS[:2])
TWO: Final = {"approvers": ("a", "b"), "reason": "provider_fee"}
far = st.sampled_from((1, 2, 3, 9, 9))
"""How many things happen of those that may follow each other."""


class SurprisesMachine(WholeLedgerMachine):
    """What happens beside what was asked for."""

    def open_campaign(self, campaign: UUID, prices: tuple[int, ...]) -> None:
        """Put one more campaign on line, once."""
        if campaign in self.ledger.states:
            return
        tariff = Tariff(tariff_id="t", label="1 enfant", tiers=prices, valid_from=DAY, valid_to=DAY)
        draft = {"coop_id": COOP, "purpose": POLICY.purposes[0], "school_year": 2024, "demo": True, "policy": POLICY}
        details = CampaignDetails(title="Fin")
        self.send(campaign_settings.DraftCampaign, campaign, allowed=True, details=details, **draft)
        self.send(campaign_settings.SetTariffs, campaign, allowed=True, tariffs=(tariff,))
        publish = {"council_decision": "2024-05-14", "policy": POLICY, "mandated": True, "responsible_id": UUID(int=5)}
        charter = {"charter_version": 1, "charter_accepted": 1}
        self.send(publication.PublishCampaign, campaign, allowed=True, **publish, **charter)

    def family(self, means: str = "card", tip: int = 0) -> UUID:
        """One more family with a child in each of two classes."""
        self.open_campaign(SURPRISES, TIERS)
        key = self.fresh()
        children = tuple(
            basket.Child(participant_id=UUID(int=n), class_label=label, tariff_id="t")
            for n, label in enumerate(CLASSES[:2])
        )
        placed = {"payer_id": UUID(int=6), "commitment": "c", "terms_version": "1", "children": children}
        by = {"means": means, "desk": means != "card", "tip_cents": tip, "contribution_id": key}
        assert self.send(basket.PlaceContribution, SURPRISES, allowed=True, **placed, **by)
        return key

    def paid(self, tip: int = 0) -> tuple[UUID, str]:
        """One more family that paid by card."""
        key = self.family(tip=tip)
        payment = {"contribution_id": key, "payment_id": f"ch_{key.int}", "cents": sum(PRICES), "tip_cents": tip}
        assert self.send(payments.RecordPaymentCaptured, SURPRISES, allowed=True, paid_at=AT, **payment)
        self.world.tips += tip
        self.online(sum(PRICES))
        self.income(PRICES)
        return key, f"ch_{key.int}"

    def online(self, cents: int) -> None:
        """Money comes to the online account, or leaves it."""
        coop = self.world.coop
        coop.online += cents
        coop.receipts += max(cents, 0)
        coop.disbursements += max(-cents, 0)

    def income(self, parts: list[int]) -> None:
        """The two classes have more, or less."""
        self.world.coop.income += sum(parts)
        for code, cents in zip(CODES, parts, strict=False):
            self.world.in_class(SURPRISES, code, cents)

    # --- refunds that come back

    @rule(steps=far, means=st.sampled_from(("transfer", "cheque")))
    def give_back_in_vain(self, steps: int, means: str) -> None:
        """A refund is settled, comes back from the card, and the coop pays it itself; or it did not after all."""
        coop, refund_id, whole = self.world.coop, self.fresh(), sum(PRICES) + TIP
        key, _ = self.paid(TIP)
        asked = {"refund_id": refund_id, "contribution_id": key, "cents": sum(PRICES), "tip_cents": TIP}
        allowed = sum(PRICES) <= coop.free
        if not self.send(refunds.RequestRefund, SURPRISES, allowed=allowed, reason="duplicate", **asked):
            return
        about = {"refund_id": refund_id, "provider_refund": f"re_{refund_id.int}"}
        self.send(refunds.RecordRefundSettled, SURPRISES, allowed=True, settled_at=AT, **about)
        self.world.tips -= TIP
        self.online(-sum(PRICES))
        self.income([-cents for cents in PRICES])
        if steps > 1:
            failed = {"refund_id": refund_id, "reason": "x", "failed_at": AT}
            self.send(refunds.RecordRefundFailed, SURPRISES, allowed=True, **failed)
            self.online(whole)
            coop.owed += whole
        if steps > 2:
            paid = {"refund_id": refund_id, "means": means, "paid_on": TODAY}
            self.send(by_coop.RepayFailedRefund, SURPRISES, allowed=True, **paid)
            coop.owed -= whole
            coop.pay(means, whole)
            self.world.by_hand[refund_id] = ByHand(key, [], whole, means, campaign=SURPRISES)

    @rule(steps=far, means=st.sampled_from(("slip", "transfer")), cents=amounts)
    def give_cash_back(self, steps: int, means: str, cents: int) -> None:
        """A slip of cash is corrected twice; then some goes back, which was written down wrong, and does once more."""
        coop, key = self.world.coop, self.family("cash")
        paid = {"contribution_id": key, "slip": f"C-{self.count}", "cents": sum(PRICES), "policy": POLICY}
        self.send(payments.RecordCashReceived, SURPRISES, allowed=True, paid_at=AT, **paid)
        coop.cash += sum(PRICES)
        self.income(PRICES)
        for right in (sum(PRICES) - cents, sum(PRICES)):
            allowed = right >= 0
            typed = {"slip": paid["slip"], "cents": right, "reason": "mistake"}
            self.send(box.CorrectCashSlip, SURPRISES, allowed=allowed, **typed)
        allowed = 0 < cents <= sum(PRICES)
        for step in range(3):
            about = {"refund_id": self.fresh(), "contribution_id": key, "cents": cents, "reason": "duplicate"}
            if step == 1:
                wrong = {"refund_id": UUID(int=1000 + self.count - 1), "reason": "mistake"}
                self.send(by_coop.WithdrawPaymentToFamily, SURPRISES, allowed=True, **wrong)
                back = -cents
            elif means == "slip":
                slip = {"slip": f"B-{self.count}", "returned_on": TODAY}
                back = cents * self.send(box.ReturnCash, SURPRISES, allowed=allowed, **about, **slip)
            else:
                sent = {"means": means, "paid_on": TODAY}
                back = cents * self.send(by_coop.PayRefundOutOfBand, SURPRISES, allowed=allowed, **about, **sent)
            coop.pay("cash" if means == "slip" else means, back)
            self.income([-part for part in share_out(abs(back), PRICES)] if back > 0 else share_out(abs(back), PRICES))
            if not back or step + 1 >= steps:
                return

    @rule(number=small, wish=st.sampled_from(("cancel", "fail for good")))
    def stop_paying(self, number: int, wish: str) -> None:
        """A family that pays in three times does so no more."""
        known = len(self.world.baskets)
        self.place(1, [number % 3], 0, "card", several=True, seen=None)
        if len(self.world.baskets) > known:
            self.capture(known, right=True, again=False)
            self.instalment(known, wish)

    @rule(steps=far)
    def move_there_and_back(self, steps: int) -> None:
        """The coop's part of a payment moves to its account at the provider, comes back, and moves again."""
        key, payment = self.paid()
        about = {"contribution_id": key, "payment_id": payment, "cents": sum(PRICES), "moved_at": AT}
        for step in range(min(steps, 3)):
            moved = {"transfer_id": f"tr_{payment}_{0 if step < 2 else 1}"}
            if step == 1:
                back = {**moved, "reversal_id": f"trr_{payment}"}
                self.send(payments.RecordTransferReversed, SURPRISES, allowed=True, **about, **back)
            else:
                self.send(payments.RecordTransfer, SURPRISES, allowed=True, **about, **moved)
            self.world.moved += -sum(PRICES) if step == 1 else sum(PRICES)

    # --- payouts that go wrong

    @rule(what=st.sampled_from(("lost", "matched", "returned")), number=small)
    def pay_out_in_vain(self, number: int, what: str) -> None:
        """A payout fails on its way; or it arrives, or comes back, and another line is taken for that."""
        self.paid()
        self.get_ready()
        self.request_payout(0, whole=True)
        last = len(self.world.coop.payouts) - 1
        if last < 0:
            return
        if what == "lost":
            self.follow_payout(last, "send")
            self.follow_payout(last, "fail")
            return
        which = "arrival" if what == "matched" else "return"
        self.match_bank_line(last, f"{which} after all", undo=False)
        for step in range(number % 3):
            self.match_bank_line(last, which, undo=step % 2 == 0)

    # --- a debt

    @rule(steps=far, number=small)
    def lose_what_was_paid_out(self, steps: int, number: int) -> None:
        """A payment is paid out, contested, perhaps once in vain, and lost: the platform advances it for a while."""
        _, payment = self.paid()
        self.get_ready()
        self.request_payout(0, whole=True)
        if self.world.coop.payouts:
            self.follow_payout(len(self.world.coop.payouts) - 1, "send and arrive")
        for won in (True, False) if number % 2 else (False,):
            case = {"dispute_id": f"dp_{payment}_{won}", "cents": sum(PRICES), "fee_cents": number}
            taken = {"provider_movement": f"txn_{payment}_{won}", "payment_id": payment, "opened_at": AT}
            self.send(disputes.RecordDisputeOpened, SURPRISES, allowed=True, **case, **taken)
            if won:
                back = {"provider_movement": f"txn_{payment}_back", "closed_at": AT}
                self.send(disputes.RecordDisputeWon, SURPRISES, allowed=True, **case, **back)
        self.world.coop.online -= sum(PRICES)
        self.world.coop.blocked += sum(PRICES)
        if steps > 1:
            closed = {"dispute_id": f"dp_{payment}_{False}", "closed_at": AT}
            self.send(disputes.RecordDisputeLost, SURPRISES, allowed=True, **closed)
            self.world.coop.blocked -= sum(PRICES)
            self.world.coop.disbursements += sum(PRICES)
            self.income([-cents for cents in PRICES])
        self.settle_debt()
        if steps > 2:
            self.take_too_much(payment)
        if steps > 3:
            back = {"dispute_id": f"dp_{payment}_{False}", "provider_movement": f"txn_{payment}_after_all"}
            self.send(
                disputes.RecordDisputeWon,
                SURPRISES,
                allowed=True,
                cents=sum(PRICES) + 5_00,
                fee_cents=-number,
                closed_at=AT,
                **back,
            )
            self.online(sum(PRICES))
            self.income(list(PRICES))
        if steps > 2:
            self.paid()
            self.settle_debt()

    def take_too_much(self, payment: str) -> None:
        """The bank takes more than was paid, and two people say that the platform bears it."""
        name = {"dispute_id": f"dp_{payment}_{False}"}
        more = {"provider_movement": f"txn_{payment}_more", "payment_id": payment, "cents": 5_00, "fee_cents": 0}
        self.send(disputes.RecordDisputeOpened, SURPRISES, allowed=True, opened_at=AT, **name, **more)
        explained = {"account": "goodwill", "reason": "dispute_cost", "approvers": ("ad-1", "ad-2")}
        self.send(ClearDispute, SURPRISES, allowed=True, **name, **explained)

    @rule()
    def settle_debt(self) -> None:
        """The platform covers what is below zero, or recovers what it advanced as far as there is money."""
        coop = self.world.coop
        recovered = 0 if coop.online < 0 else max(min(coop.advanced, coop.free), 0)
        covered = max(-coop.online, 0)
        self.send(debts.SettleDebt, COOP, allowed=True, move_id=self.fresh())
        coop.advanced += covered - recovered
        self.online(covered)
        self.online(-recovered)

    # --- movements at the provider

    @rule(cents=amounts, steps=far, left=st.booleans(), whose=st.sampled_from(("coop", "platform")))
    def move_without_a_word(self, cents: int, steps: int, whose: str, *, left: bool) -> None:
        """The provider moves money and does not say why; then two people explain it."""
        movement = {"movement_id": f"txn_{self.fresh().int}", "cents": -cents if left else cents, "moved_at": AT}
        cleared = {"movement_id": movement["movement_id"], "account": "goodwill", **TWO}
        if whose == "coop":
            if self.send(suspense.RecordMovementOnHold, COOP, allowed=cents > 0, kind="adjustment", **movement):
                self.world.moved += -cents if left else cents
                if steps > 1:
                    self.send(suspense.ClearSuspense, COOP, allowed=True, **cleared)
            return
        if ASSOCIATION not in self.ledger.states:
            names = {"name": "AD 06", "slug": "ad06", "siren": "123456789", "demo": True}
            self.send(commands.RegisterAssociation, ASSOCIATION, allowed=True, **names)
        found = self.send(platform.RecordPlatformMovement, ASSOCIATION, allowed=cents > 0, kind="other", **movement)
        if found and steps > 1:
            self.send(platform.ClearPlatformSuspense, ASSOCIATION, allowed=True, **cleared)

    @rule(cents=amounts, steps=far)
    def move_an_adjustment(self, cents: int, steps: int) -> None:
        """What was made good to the coop is moved to its account at the provider, and comes back when taken back."""
        coop, known = self.world.coop, set(self.world.coop.adjustments)
        self.adjust(cents, alone=False, back=False)
        for adjustment_id in set(coop.adjustments) - known:
            about = {"adjustment_id": adjustment_id, "moved_at": AT}
            self.send(suspense.RecordAdjustmentTransfer, COOP, allowed=True, transfer_id="tr_adjustment", **about)
            self.world.moved += cents
            if steps > 1:
                self.adjust(0, alone=False, back=True)
            back = adjustments.RecordAdjustmentTransferReversed
            reversed_ = adjustment_id not in coop.adjustments
            if self.send(back, COOP, allowed=reversed_, reversal_id="trr_adjustment", **about):
                self.world.moved -= cents

    @precondition(lambda machine: machine.world.coop.cash > 0)
    @rule()
    def recognise_a_deposit_by_mistake(self) -> None:
        """Cash goes to the bank, the second time it is said; a line of the bank is taken for it, and was not."""
        coop, cents = self.world.coop, self.world.coop.cash
        for wrong in (True, False):
            deposit_id = self.fresh()
            sent = {"deposit_id": deposit_id, "slip": f"R-{self.count}", "cents": cents, "deposited_on": TODAY}
            self.send(deposits.DepositCash, COOP, allowed=True, **sent)
            if wrong:
                why = {"deposit_id": deposit_id, "reason": "mistake"}
                self.send(deposits.WithdrawCashDeposit, COOP, allowed=True, **why)
        line = {"bank_line_id": f"D-{deposit_id.int}", "booked_on": TODAY}
        self.send(deposits.MatchCashDeposit, COOP, allowed=True, deposit_id=deposit_id, cents=cents, **line)
        undone = {"bank_line_id": line["bank_line_id"], "reason": "other"}
        self.send(banking.UnmatchBankLine, COOP, allowed=True, **undone)
        coop.cash -= cents
        coop.on_the_way += cents
