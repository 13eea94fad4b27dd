"""Whatever happens in whatever order, balances are the sum of their transactions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from adapters.stripe_sandbox.app import new_sandbox
from adapters.stripe_sandbox.connect import accounts, payouts, transfers
from adapters.stripe_sandbox.errors import ApiError, Json
from adapters.stripe_sandbox.interactions import checkout, onboarding, operations
from adapters.stripe_sandbox.payments import refunds
from adapters.stripe_sandbox.payments.cards import CardEntry
from adapters.stripe_sandbox.payments.sessions import new_session
from adapters.stripe_sandbox.settings import SandboxSettings
from adapters.stripe_sandbox.testing import IBAN, KEY
from tests.kit.stripe.sandbox_actions import CARDS, RETURN

_START = datetime(2026, 11, 23, 12, tzinfo=UTC)
_PICK = st.integers(0, 5)
_CENTS = st.integers(-1, 3000)
_CARD = st.sampled_from(["good", "instant", "disputes", "refund pends", "refund fails", "declined"])


class Money(RuleBasedStateMachine):
    """Anybody does anything; refusals are fine, differences are not."""

    @initialize()
    def open(self) -> None:
        """Begin with two certified coops that have something to lose."""
        self.sandbox = new_sandbox(SandboxSettings(key=KEY, seed=3, start=_START))
        asked = {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}
        self.accounts = [
            accounts.new_account(self.sandbox, {"configuration": {"recipient": asked}})["id"] for _ in range(2)
        ]
        for account in self.accounts:
            onboarding.submit_bank_account(self.sandbox, account, IBAN, "COOP")
            onboarding.certify(self.sandbox, account, "give_document")
            onboarding.certify(self.sandbox, account, "accept")
            self.pay(6000, "instant")
            asyncio.run(operations.advance_days(self.sandbox, 1))
            self.transfer(0, self.accounts.index(account), 5000, sourced=False)

    def _any(self, kind: str, pick: int) -> Json | None:
        things = [
            one
            for one in self.sandbox.state.table(kind).values()
            if kind != "charge" or one["payment_intent"] is not None
        ]
        return things[pick % len(things)] if things else None

    def _try(self, act: Callable[[], object]) -> None:
        """Do something that may be refused, but must not be lost sight of."""
        with suppress(ApiError):
            act()

    @rule(cents=st.integers(50, 3000), card=_CARD)
    def pay(self, cents: int, card: str) -> None:
        """Pay with a card."""
        line = {"quantity": 1, "price_data": {"currency": "eur", "unit_amount": cents}}
        session = new_session(self.sandbox, {"success_url": RETURN, "line_items": [line]})
        checkout.submit_card(self.sandbox, session["id"], CardEntry(CARDS[card], "12", "99", "123", "A"))

    @rule(pick=_PICK, to=_PICK, cents=_CENTS, sourced=st.booleans())
    def transfer(self, pick: int, to: int, cents: int, sourced: bool) -> None:  # noqa: FBT001 - hypothesis gives it
        """Transfer something."""
        charge = self._any("charge", pick)
        params = {"amount": cents, "currency": "eur", "destination": self.accounts[to % 2]}
        if charge is not None and sourced:
            params["source_transaction"] = charge["id"]
        self._try(lambda: transfers.new_transfer(self.sandbox, params))

    @rule(pick=_PICK, cents=_CENTS)
    def reverse(self, pick: int, cents: int) -> None:
        """Take a transfer back."""
        if (transfer := self._any("transfer", pick)) is not None:
            self._try(lambda: transfers.reverse(self.sandbox, transfer, {"amount": cents}))

    @rule(pick=_PICK, cents=_CENTS)
    def refund(self, pick: int, cents: int) -> None:
        """Refund a charge."""
        if (charge := self._any("charge", pick)) is not None:
            self._try(lambda: refunds.new_refund(self.sandbox, {"charge": charge["id"], "amount": cents}))

    @rule(pick=_PICK)
    def fail_refund(self, pick: int) -> None:
        """Let a refund fail."""
        if (refund := self._any("refund", pick)) is not None and refund["payment_intent"] is not None:
            self._try(lambda: operations.fail_refund(self.sandbox, refund["id"]))

    @rule(pick=_PICK, won=st.booleans())
    def dispute(self, pick: int, won: bool) -> None:  # noqa: FBT001 - hypothesis gives it
        """Contest a charge, or decide a dispute."""
        if (charge := self._any("charge", pick)) is not None:
            self._try(lambda: operations.open_dispute(self.sandbox, charge["id"]))
        if (dispute := self._any("dispute", pick)) is not None:
            self._try(lambda: operations.decide_dispute(self.sandbox, dispute["id"], won=won))

    @rule(pick=_PICK, cents=_CENTS)
    def pay_out(self, pick: int, cents: int) -> None:
        """Pay a coop out."""
        account = self.accounts[pick % 2]
        self._try(lambda: payouts.new_payout(self.sandbox, account, {"amount": cents, "currency": "eur"}))

    @rule(pick=_PICK, outcome=st.sampled_from(["send", "pay", "fail", "cancel"]))
    def move_payout(self, pick: int, outcome: str) -> None:
        """Decide about a payout."""
        if (payout := self._any("payout", pick)) is not None:
            self._try(lambda: operations.move_payout(self.sandbox, payout["id"], outcome))  # type: ignore[arg-type]

    @rule(days=st.integers(1, 12))
    def wait(self, days: int) -> None:
        """Let days pass."""
        asyncio.run(operations.advance_days(self.sandbox, days))

    @invariant()
    def balances_are_sums(self) -> None:
        """Both parts of each balance are what the transactions say."""
        sums = {account: {"pending": 0, "available": 0} for account in self.sandbox.state.funds}
        for one in self.sandbox.state.table("balance_transaction").values():
            assert one["net"] == one["amount"] - one["fee"]
            sums[self.sandbox.state.owner(one["id"])][one["status"]] += one["net"]
        assert sums == self.sandbox.state.funds

    @invariant()
    def nothing_grows_beyond_its_source(self) -> None:
        """Refunds stay within their charge, reversals within their transfer, and banks got what was paid out."""
        for charge in self.sandbox.state.table("charge").values():
            assert 0 <= charge["amount_refunded"] <= charge["amount"]
        for transfer in self.sandbox.state.table("transfer").values():
            assert transfer["amount_reversed"] <= transfer["amount"]
        paid = sum(one["amount"] for one in self.sandbox.state.table("payout").values() if one["status"] == "paid")
        assert sum(line["cents"] for line in self.sandbox.state.lines) == paid

    @invariant()
    def every_object_moved_what_its_state_says(self) -> None:
        """A failed payout or refund moved nothing in the end, a won dispute nothing but its fee."""
        moved: dict[str, int] = {}
        for one in self.sandbox.state.table("balance_transaction").values():
            moved[one["source"]] = moved.get(one["source"], 0) + one["amount"]
        for payout in self.sandbox.state.table("payout").values():
            gone = payout["status"] in {"pending", "in_transit", "paid"}
            assert moved[payout["id"]] == (-payout["amount"] if gone else 0), payout
        for refund in self.sandbox.state.table("refund").values():
            gone = refund["status"] != "failed" and refund["pending_reason"] != "insufficient_funds"
            assert moved.get(refund["id"], 0) == (-refund["amount"] if gone else 0), refund
        for dispute in self.sandbox.state.table("dispute").values():
            assert moved[dispute["id"]] == (0 if dispute["status"] == "won" else -dispute["amount"])
        for transfer in self.sandbox.state.table("transfer").values():
            assert moved[transfer["id"]] == -transfer["amount"] == -moved[transfer["destination_payment"]]

    @invariant()
    def transfers_stay_within_their_charge(self) -> None:
        """What is with coops of a charge is never more than the charge."""
        sent: dict[str, int] = {}
        for one in self.sandbox.state.table("transfer").values():
            if (source := one["source_transaction"]) is not None:
                sent[source] = sent.get(source, 0) + one["amount"] - one["amount_reversed"]
        for charge, cents in sent.items():
            assert cents <= self.sandbox.get("charge", charge)["amount"]


Money.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestMoney = Money.TestCase
