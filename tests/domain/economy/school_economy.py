"""A school's economy in memory: what families, the provider and the bank do, with the books checked after every step.

The provider is a second, independent count: each act says by itself how many cents the provider's two balances moved.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from domain.association.commands import RegisterAssociation
from domain.association.platform import RecordPlatformMovement
from domain.campaign.basket import PlaceContribution
from domain.campaign.by_hand.refunds import RepayFailedRefund
from domain.campaign.disputes.facts import RecordDisputeLost, RecordDisputeOpened, RecordDisputeWon
from domain.campaign.payments import (
    RecordCashReceived,
    RecordPaymentCaptured,
    RecordProviderFee,
    RecordTransfer,
    RecordTransferReversed,
)
from domain.campaign.refunds import RecordRefundFailed, RecordRefundSettled, RequestRefund
from domain.campaign.settings import SetPaymentOptions, SetTariffs
from domain.chart_of_accounts import Account, Book, book_of
from domain.coop.banking import MatchBankLine, MatchBankReturn
from domain.coop.debts import SettleDebt
from domain.coop.payouts import RecordPayoutFailed, RecordPayoutPaid, RecordPayoutSent, RequestPayout
from domain.events.association import Policy
from domain.events.base import Event, InstalmentTerms
from domain.journal import postings
from tests.kit import example
from tests.kit.in_memory_ledger import InMemoryLedger, certified, child, drafted, publish, tariff

ALLOWED: Final = Policy(means=("card", "cash"))
"""What the association lets this school do."""
DISPUTE_FEE: Final = 20_00
NO_CONTACT: Final = "0" * 64


def card_fee(cents: int) -> int:
    """What the provider keeps of a European card: 1,5 % and 0,25 €, half a cent upwards."""
    return (cents * 15 + 500) // 1_000 + 25


def _line_of(name: str) -> str:
    """The number of the bank line of a payout."""
    return f"L-{sum(name.encode())}"


class SchoolEconomy:
    """One coop, one campaign and one provider; names of families are single letters."""

    def __init__(self) -> None:
        """Open a school whose tariffs are 20,00 € and 60,00 € a child, certified, with a confirmed bank account."""
        self.ledger: InMemoryLedger = drafted()
        self.balances: Counter[Account] = Counter()
        self.provider = {Account.PSP_PLATFORM: 0, Account.PSP_COOP: 0}
        self.unmatched = 0
        self._events = 0
        self._certify()

    def _certify(self) -> None:
        self.ledger.do(RegisterAssociation, name="OCCE 06", slug="ad06", siren="123456782", demo=True)
        certified(self.ledger)
        self.ledger.do(SetTariffs, tariffs=(tariff(20_00), tariff(60_00, tariff_id="t3", label="En trois fois")))
        terms = InstalmentTerms(count=3, interval_months=1)
        self.ledger.do(SetPaymentOptions, means=("card", "cash"), instalments=terms, message="", policy=ALLOWED)
        publish(self.ledger, policy=ALLOWED)
        self.look()

    # --- families

    def place(self, family: str, *, tip: int = 0, **basket: Any) -> None:  # noqa: ANN401 - the basket's own
        """A family fills a basket for one child."""
        tariff_id = basket.pop("tariff_id", "t1")
        one = child(ord(family), "CPA", tariff_id=tariff_id)
        who: dict[str, Any] = {
            "contribution_id": self.id(family),
            "payer_id": example.PAYER,
            "commitment": NO_CONTACT,
            "terms_version": "1",
        }
        self.ledger.do(PlaceContribution, **who, children=(one,), tip_cents=tip, **basket)

    def capture(self, family: str, cents: int = 20_00, *, tip: int = 0, instalment: int = 1) -> str:
        """Its card is charged, the provider keeps its fee, and the coop's part moves to the coop's account."""
        payment = f"ch_{family}{instalment}"
        of: dict[str, Any] = {"contribution_id": self.id(family), "payment_id": payment}
        paid: dict[str, Any] = {"cents": cents, "tip_cents": tip, "paid_at": example.NOW, "instalment": instalment}
        self.act(RecordPaymentCaptured, platform=cents + tip, **of, **paid)
        fee = card_fee(cents + tip)
        self.act(RecordProviderFee, platform=-fee, **of, cents=fee, charged_at=example.NOW)
        self.transfer(family, payment, cents)
        return payment

    def pay(self, family: str, *, tip: int = 0) -> str:
        """A family gives 20,00 € by card, at once."""
        self.place(family, tip=tip)
        return self.capture(family, tip=tip)

    def give_cash(self, family: str, cents: int) -> None:
        """A family gives coins at the school."""
        self.place(family, means="cash")
        slip: dict[str, Any] = {"slip": f"B-{ord(family)}", "cents": cents, "paid_at": example.NOW, "policy": ALLOWED}
        self.act(RecordCashReceived, contribution_id=self.id(family), **slip)

    # --- the provider

    def transfer(self, family: str, payment: str, cents: int, name: str = "") -> None:
        """The platform moves the coop's part to the coop's account."""
        move: dict[str, Any] = {"transfer_id": name or f"tr_{payment}", "cents": cents, "moved_at": example.NOW}
        of: dict[str, Any] = {"contribution_id": self.id(family), "payment_id": payment}
        self.act(RecordTransfer, platform=-cents, coop=cents, **of, **move)

    def reverse(self, family: str, payment: str, cents: int) -> None:
        """The platform takes a part of a transfer back."""
        of: dict[str, Any] = {"contribution_id": self.id(family), "payment_id": payment, "transfer_id": f"tr_{payment}"}
        move: dict[str, Any] = {"reversal_id": f"trr_{payment}", "cents": cents, "moved_at": example.NOW}
        self.act(RecordTransferReversed, platform=cents, coop=-cents, **of, **move)

    def refund(self, family: str, payment: str, cents: int, *, tip: int = 0) -> None:
        """The coop gives money back: out of its account first, then to the card."""
        known: dict[str, Any] = {"refund_id": self.id(f"r{family}")}
        ask: dict[str, Any] = {
            "contribution_id": self.id(family),
            "cents": cents,
            "tip_cents": tip,
            "reason": "child_left",
        }
        self.act(RequestRefund, **known, **ask)
        if cents:
            self.reverse(family, payment, cents)
        settled: dict[str, Any] = {"provider_refund": f"re_{family}", "settled_at": example.NOW}
        self.act(RecordRefundSettled, platform=-cents - tip, **known, **settled)

    def refund_comes_back(self, family: str, cents: int) -> None:
        """The card's bank sends a refund back: the family is still owed."""
        self.act(
            RecordRefundFailed, platform=cents, refund_id=self.id(f"r{family}"), reason="closed", failed_at=example.NOW
        )

    def repay(self, family: str, means: str = "cheque") -> None:
        """The coop pays the family what had come back."""
        self.act(RepayFailedRefund, refund_id=self.id(f"r{family}"), means=means, paid_on=example.NOW.date())

    def dispute(self, payment: str, cents: int, *, tip: int = 0) -> None:
        """A bank takes a payment back, and the provider a fee of 20,00 €."""
        money: dict[str, Any] = {"cents": cents + tip, "fee_cents": DISPUTE_FEE, "opened_at": example.NOW}
        away = -cents - tip - DISPUTE_FEE
        about: dict[str, Any] = {
            "dispute_id": f"du_{payment}",
            "provider_movement": f"txn_{payment}",
            "payment_id": payment,
        }
        self.act(RecordDisputeOpened, platform=away, **about, **money)

    def win(self, payment: str, cents: int, *, tip: int = 0) -> None:
        """The bank gives a payment back; the fee stays."""
        about: dict[str, Any] = {
            "dispute_id": f"du_{payment}",
            "provider_movement": f"txn_{payment}_back",
            "cents": cents + tip,
        }
        self.act(RecordDisputeWon, platform=cents + tip, **about, fee_cents=0, closed_at=example.NOW)

    def lose(self, payment: str) -> None:
        """The bank keeps a payment."""
        self.act(RecordDisputeLost, dispute_id=f"du_{payment}", closed_at=example.NOW)

    def charge_platform(self, cents: int) -> None:
        """The provider charges the platform for its services."""
        movement: dict[str, Any] = {
            "movement_id": "txn_connect",
            "kind": "stripe_fee",
            "cents": -cents,
            "moved_at": example.NOW,
        }
        self.act(RecordPlatformMovement, platform=-cents, **movement)

    # --- the coop

    def send_payout(self, name: str, cents: int) -> None:
        """The coop asks for its money, and the provider sends it."""
        payout: dict[str, Any] = {"payout_id": self.id(name)}
        self.act(RequestPayout, **payout, cents=cents)
        self.act(RecordPayoutSent, coop=-cents, **payout, provider_payout=f"po_{name}", sent_at=example.NOW)

    def receive_payout(self, name: str, cents: int) -> None:
        """A payout arrives, and the line of the bank's statement is recognised."""
        self.unmatched += cents
        self.act(RecordPayoutPaid, payout_id=self.id(name), provider_payout=f"po_{name}", paid_at=example.NOW)
        self.unmatched -= cents
        line: dict[str, Any] = {"bank_line_id": _line_of(name), "payout_id": self.id(name), "cents": cents}
        self.act(MatchBankLine, **line, booked_on=example.NOW.date())

    def lose_payout(self, name: str, cents: int, *, arrived: bool) -> None:
        """A payout comes back: before it arrived, or from the bank that had it."""
        if arrived:
            self.unmatched -= cents
        self.act(RecordPayoutFailed, coop=cents, payout_id=self.id(name), reason="no_account", failed_at=example.NOW)
        if arrived:
            self.unmatched += cents
            line: dict[str, Any] = {"bank_line_id": f"{_line_of(name)}-R", "payout_id": self.id(name), "cents": cents}
            self.act(MatchBankReturn, **line, booked_on=example.NOW.date())

    def settle_debt(self, name: str) -> None:
        """The platform covers a balance below zero, or recovers what it covered."""
        self.act(SettleDebt, move_id=self.id(name))

    # --- the books

    @staticmethod
    def id(name: str) -> Any:  # noqa: ANN401 - a UUID, for keyword arguments of every kind
        """The identity of something by its name."""
        return example.uid(int.from_bytes(name.encode(), "big"))

    def act(self, kind: type[Any], /, platform: int = 0, coop: int = 0, **fields: Any) -> None:  # noqa: ANN401 - same
        """Carry out a command that must do something, count the provider's money, and look at the books."""
        assert self.ledger.do(kind, **fields), kind
        self.provider[Account.PSP_PLATFORM] += platform
        self.provider[Account.PSP_COOP] += coop
        self.look()

    def look(self) -> None:
        """Book what is new and check that everything that must always hold does."""
        for event in self.ledger.events[self._events :]:
            self._book(event)
        self._events = len(self.ledger.events)
        self._check()

    def _book(self, event: Event) -> None:
        """Add the postings of one event up; every entry balances in every book (1)."""
        legs, gaps = postings(event), Counter[Book]()
        for leg in legs:
            self.balances[leg.account] += leg.debit - leg.credit
            gaps[book_of(leg.account)] += leg.debit - leg.credit
        assert not any(gaps.values()), event

    def _check(self) -> None:
        """The standing invariants between the books, the provider and the plan."""
        of, contributions = self.balances, self.ledger.campaign.contributions.values()
        # 2. What the platform owes the coop is what the coop believes to have.
        owed = -of[Account.DUE_TO_COOP] - of[Account.DUE_TO_COOP_BLOCKED]
        assert owed == of[Account.ONLINE] + of[Account.ONLINE_BLOCKED]
        # 3. The books have what the provider says, on both of its accounts.
        assert {account: of[account] for account in self.provider} == self.provider
        # 4. Money on its way out is the same on both sides of the platform's book, and in the coop's until it is there.
        assert of[Account.PSP_IN_TRANSIT] == -of[Account.PAYOUT_IN_PROGRESS]
        assert of[Account.PAYOUT_TRANSFERS] == of[Account.PSP_IN_TRANSIT] + self.unmatched
        # 5. What the coop owes the platform is what the platform has to receive.
        assert -of[Account.DUE_TO_PLATFORM] == of[Account.RECEIVABLE_FROM_COOP] == self.ledger.funds.debt
        # 6. What families still have to pay is what their plans say.
        expected = sum(due.cents for one in contributions for due in one.schedule.values())
        assert of[Account.INSTALMENTS_EXPECTED] == -of[Account.INSTALMENTS_COUNTERPART] == expected
        # 7. What the coop may spend is what its book holds online, less what is set aside.
        assert self.ledger.funds.available == of[Account.ONLINE] - sum(self.ledger.funds.reserved.values())
