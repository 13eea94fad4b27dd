"""A ledger in memory: one association, one coop and one campaign, and the money of the coop over both."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final, TypeVar

import msgspec
import pytest

from domain.aggregate import FundsCommand, Intent, State, TotalsCommand
from domain.association.state import Association
from domain.campaign.basket import Child, PlaceContribution
from domain.campaign.imports import ImportedChild
from domain.campaign.payments import RecordCashReceived, RecordPaymentCaptured, RecordTransfer
from domain.campaign.publication import PublishCampaign
from domain.campaign.refunds import RequestRefund
from domain.campaign.settings import DraftCampaign, SetPaymentOptions, SetTariffs
from domain.campaign.state import Campaign
from domain.closings.totals import AccountTotals, TotalsAt
from domain.coop.bank_accounts import ConfirmBankAccount, RegisterBankAccount
from domain.coop.certification import RecordCertified
from domain.coop.registration import RegisterCoop
from domain.coop.state import Coop
from domain.errors import LedgerError
from domain.events.association import Policy
from domain.events.base import Event, InstalmentTerms, Tariff
from domain.events.campaign import CampaignDetails
from domain.funds import CoopFunds
from domain.money import euros
from tests.kit import example
from tests.kit.example_events import OF_COOP

CARD_ONLY: Final = Policy()
E = TypeVar("E", bound=LedgerError)


def tariff(*tiers: int, tariff_id: str = "t1", label: str = "1 enfant", free: bool = False) -> Tariff:
    """A tariff of the school year."""
    return Tariff(
        tariff_id=tariff_id,
        label=label,
        tiers=tiers,
        valid_from=example.FIRST_DAY,
        valid_to=example.LAST_DAY,
        free=free,
    )


def child(number: int = 1, class_label: str = "CPa", cents: int | None = None, tariff_id: str = "t1") -> Child:
    """A child of a basket."""
    return Child(participant_id=example.uid(3_000 + number), class_label=class_label, tariff_id=tariff_id, cents=cents)


class InMemoryLedger:
    """Streams in memory; what is done on one is decided and applied as in the service, without a database."""

    def __init__(self) -> None:
        """Begin before everything."""
        self.association = Association(example.ASSOCIATION)
        self.coop = Coop(example.COOP)
        self.campaign = Campaign(example.CAMPAIGN)
        self.funds = CoopFunds()
        self.totals = AccountTotals()
        self.events: list[Event] = []

    def stream(self, kind: type[Intent[Any]]) -> State:
        """The stream that a kind of command is addressed to."""
        streams: tuple[State, ...] = (self.association, self.coop, self.campaign)
        return next(state for state in streams if type(state) is kind.STATE)

    def decide(self, kind: type[Intent[Any]], /, **fields: object) -> tuple[Event, ...]:
        """What a command decides, without applying it; ``at``, ``by`` and ``scope`` go into its stamp."""
        state = self.stream(kind)
        stamped: dict[str, Any] = {name: fields.pop(name) for name in ("at", "by", "scope") if name in fields}
        stamp = msgspec.structs.replace(example.STAMP, **stamped)
        given: dict[str, Any] = {"stamp": stamp, "stream_id": state.id, **fields}
        command = kind(**given)
        command.check_stream(state)
        if isinstance(command, FundsCommand):
            return command.decide_with_funds(state, self.funds)
        if isinstance(command, TotalsCommand):
            return command.decide_with_totals(state, TotalsAt(len(self.events), example.DIGEST, self.totals))
        decided: tuple[Event, ...] = command.decide(state)  # type: ignore[attr-defined]
        return decided

    def do(self, kind: type[Intent[Any]], /, **fields: object) -> tuple[Event, ...]:
        """Carry out a command."""
        decided = self.decide(kind, **fields)
        state = self.stream(kind)
        for event in decided:
            state.evolve(event)
            self.funds.apply(event)
            self.totals.apply(state.id, event)
        self.events += decided
        return decided

    def does_nothing(self, kind: type[Intent[Any]], /, **fields: object) -> bool:
        """Whether a command is already done."""
        return self.decide(kind, **fields) == ()

    def refused(self, error: type[E], kind: type[Intent[Any]], /, **fields: object) -> E:
        """The refusal of a command: exactly this error, and nothing decided."""
        with pytest.raises(error) as caught:
            self.decide(kind, **fields)
        assert caught.type is error
        assert caught.value.french
        return caught.value


def registered() -> InMemoryLedger:
    """A coop of the association."""
    ledger = InMemoryLedger()
    ledger.do(RegisterCoop, association_id=example.ASSOCIATION, details=OF_COOP, demo=True)
    return ledger


def drafted() -> InMemoryLedger:
    """A coop and the draft of its campaign."""
    ledger = registered()
    ledger.do(
        DraftCampaign,
        coop_id=example.COOP,
        details=CampaignDetails(title="Contribution volontaire"),
        purpose="contribution-volontaire",
        school_year=2024,
        demo=True,
        policy=CARD_ONLY,
    )
    return ledger


def publish(ledger: InMemoryLedger, **fields: object) -> tuple[Event, ...]:
    """Put the campaign on line with everything that is needed by default."""
    needed = {
        "responsible_id": example.HOLDER,
        "council_decision": "2024-06-03",
        "policy": CARD_ONLY,
        "mandated": True,
        "charter_version": 1,
        "charter_accepted": 1,
    }
    return ledger.do(PublishCampaign, **{**needed, **fields})


def published(*tariffs: Tariff) -> InMemoryLedger:
    """A campaign on line, at 12,00 € a child by default."""
    ledger = drafted()
    ledger.do(SetTariffs, tariffs=tariffs or (tariff(1_200),))
    publish(ledger)
    return ledger


BASKET: Final[dict[str, Any]] = {
    "contribution_id": example.CONTRIBUTION,
    "payer_id": example.PAYER,
    "commitment": example.DIGEST,
    "terms_version": "1",
    "children": (child(1, "CPa"), child(2, "CE1")),
    "tip_cents": 192,
}
"""The guide's basket: two children at 12,00 €, a tip of 1,92 €."""

CASH: Final[dict[str, Any]] = {
    "contribution_id": example.CONTRIBUTION,
    "slip": "B-1",
    "cents": 2_400,
    "paid_at": example.NOW,
    "policy": CARD_ONLY,
}
"""All of the guide's basket, in cash."""


def placed(*tariffs: Tariff, **fields: object) -> InMemoryLedger:
    """A campaign on line and a basket in it: the guide's by default."""
    ledger = published(*tariffs)
    ledger.do(PlaceContribution, **{**BASKET, **fields})
    return ledger


def capture(ledger: InMemoryLedger, **fields: object) -> tuple[Event, ...]:
    """Capture the payment of the guide's basket by default."""
    payment = {
        "contribution_id": example.CONTRIBUTION,
        "payment_id": example.PAYMENT,
        "cents": 2_400,
        "tip_cents": 192,
        "paid_at": example.NOW,
    }
    return ledger.do(RecordPaymentCaptured, **{**payment, **fields})


def paid(*tariffs: Tariff, **fields: object) -> InMemoryLedger:
    """The guide's basket, paid: 25,92 €."""
    ledger = placed(*tariffs, **fields)
    capture(ledger)
    return ledger


def in_cash(**fields: object) -> InMemoryLedger:
    """The guide's basket without tip, paid in cash: 24,00 € under slip B-1."""
    ledger = placed(**{"means": "cash", "tip_cents": 0, "desk": True, **fields})
    ledger.do(RecordCashReceived, **CASH)
    return ledger


def paid_in(times: int) -> InMemoryLedger:
    """The guide's basket paid in equal times, the tip with the first, each one transferred."""
    ledger = published()
    terms = InstalmentTerms(count=times, interval_months=1)
    ledger.do(SetPaymentOptions, means=("card",), instalments=terms, message="", policy=CARD_ONLY)
    ledger.do(PlaceContribution, **BASKET, instalments=times)
    for number in range(1, times + 1):
        payment_id, tip_cents = f"pi_{number}", 192 if number == 1 else 0
        capture(ledger, payment_id=payment_id, cents=2_400 // times, tip_cents=tip_cents, instalment=number)
        transfer(ledger, 2_400 // times, payment_id)
    return ledger


def transfer(
    ledger: InMemoryLedger, cents: int = 2_400, payment_id: str = example.PAYMENT, transfer_id: str = ""
) -> tuple[Event, ...]:
    """Move the coop's part of a payment to its account at the provider."""
    return ledger.do(
        RecordTransfer,
        contribution_id=example.CONTRIBUTION,
        payment_id=payment_id,
        transfer_id=transfer_id or f"tr_{payment_id}",
        cents=cents,
        moved_at=example.NOW,
    )


def certified(ledger: InMemoryLedger) -> InMemoryLedger:
    """The same ledger, its coop certified and its bank account confirmed."""
    ledger.do(RecordCertified, provider_account="acct_900")
    account = {"bank_account_id": example.BANK_ACCOUNT}
    ledger.do(RegisterBankAccount, **account, iban_masked="FR76 … 189", iban_fingerprint=example.DIGEST)
    ledger.do(ConfirmBankAccount, **account, payee_check="match", by=example.SECOND)
    return ledger


REFUND: Final[dict[str, Any]] = {
    "refund_id": example.REFUND,
    "contribution_id": example.CONTRIBUTION,
    "cents": 2_400,
    "tip_cents": 192,
    "reason": "child_left",
}
"""Everything back to the family of the guide's basket."""


def ask_refund(ledger: InMemoryLedger, **fields: object) -> tuple[Event, ...]:
    """Ask to give everything back by default."""
    return ledger.do(RequestRefund, **{**REFUND, **fields})


def available(ledger: InMemoryLedger) -> str:
    """What the coop may spend, as it reads it."""
    return euros(ledger.funds.available)


IMPORTED: Final[dict[str, Any]] = {
    "contribution_id": example.CONTRIBUTION,
    "payer_id": example.PAYER,
    "commitment": example.DIGEST,
    "children": (
        ImportedChild(participant_id=example.MARIE, class_label="Cpa", cents=1_200),
        ImportedChild(participant_id=example.JULIEN, class_label="", cents=2_000),
    ),
    "means": "external",
    "platform": "helloasso",
    "reference": "HA-1",
    "external_payment_id": example.EXTERNAL_PAYMENT,
    "import_id": example.IMPORT,
    "paid_at": datetime(2024, 6, 20, 8, 0, tzinfo=UTC),
}
"""A payment of another platform that an import brings: 12,00 € for Marie in CPa, 20,00 € for Julien."""

EXTERNAL_PAYOUT: Final[dict[str, Any]] = {
    "external_payout_id": example.EXTERNAL_PAYOUT,
    "platform": "helloasso",
    "reference": "COUT-31",
    "cents": 3_200,
    "fee_cents": 60,
    "booked_on": date(2024, 6, 22),
}
"""All of it paid out, less fees of 0,60 €."""
