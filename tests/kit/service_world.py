"""A world with one school: its ledger on Postgres, the sandbox as the provider, and a worker that works off."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import UUID, uuid4

from adapters.log.command_bus import CommandOutcome, CommandOutcomes
from adapters.people_vault import Person
from adapters.stripe_provider import StripeProvider
from adapters.stripe_sandbox.testing import IBAN, SandboxServer
from domain.aggregate import Intent, Stamp
from domain.campaign.basket import Child, PlaceContribution
from domain.campaign.contribution import Contribution
from domain.campaign.publication import PublishCampaign
from domain.campaign.refunds import RequestRefund
from domain.campaign.settings import DraftCampaign, SetPaymentOptions, SetTariffs
from domain.chart_of_accounts import Account
from domain.coop.bank_accounts import ConfirmBankAccount, RegisterBankAccount
from domain.coop.certification import RequestCertification
from domain.coop.payouts import RequestPayout
from domain.coop.registration import DefineSchoolClasses, RegisterCoop
from domain.events import Event
from domain.events.association import Policy
from domain.events.base import InstalmentTerms, Tariff
from domain.events.campaign import CampaignDetails
from domain.events.coop import CoopDetails
from domain.journal import postings
from domain.recorded_event import RecordedEvent
from service import people
from service.emails.sender import EmailSender
from service.payments.accounts import open_account
from service.payments.checkout import open_checkout
from service.payments.context import PaymentContext
from service.runtime.runtime import Runtime
from service.settings import Settings
from service.worker.worker import Worker
from tests.kit.stripe.provider_requests import settings_for
from tests.kit.stripe.sandbox_actions import CARDS

SLUG: Final = "ad06"
MONDAY: Final = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
"""When the sandbox's clock begins, whatever the day of the test."""
PRICE: Final = 12_00
TIP: Final = 1_92
POLICY: Final = Policy(max_instalments=4)
_YEAR: Final = (date(2024, 9, 1), date(2028, 8, 31))

TIERS: Final = (
    Tariff(
        tariff_id="t1", label="Tarif par enfant", tiers=(12_00, 10_00, 8_00), valid_from=_YEAR[0], valid_to=_YEAR[1]
    ),
    Tariff(tariff_id="libre", label="Soutien", tiers=(5_00,), valid_from=_YEAR[0], valid_to=_YEAR[1], free=True),
)
"""Tariffs that fall with the number of children, and one that families choose, from 5,00 € on."""


@dataclass
class ServiceWorld:
    """One association with one coop and one campaign; everybody in it is a test."""

    sandbox: SandboxServer
    worker: Worker
    runtime: Runtime
    coop_id: UUID
    campaign_id: UUID
    told: list[RecordedEvent] = field(default_factory=list)
    """What the log told so far: a long run asks again and again."""

    @property
    def context(self) -> PaymentContext:
        """The payment context of the association."""
        return self.worker.context(SLUG)

    def now(self) -> datetime:
        """The sandbox's clock, that everybody follows."""
        return self.worker.now()

    def do(self, kind: type[Intent[Any]], stream_id: UUID | None = None, **fields: Any) -> CommandOutcome:  # noqa: ANN401 - a command's own
        """Carry out a command now, of the campaign by default; ``by`` goes into its stamp."""
        stamp = Stamp(at=self.now(), by=fields.pop("by", "test"))
        command = kind(stream_id=stream_id or self.campaign_id, stamp=stamp, **fields)
        future: Future[CommandOutcomes] = self.context.ledger.bus.submit(command)
        return future.result(30)[0]

    def place(self, *classes: str, tip: int = TIP, instalments: int = 1) -> UUID:
        """Fill a basket with a child in each class."""
        contribution_id = uuid4()
        self.do(
            PlaceContribution,
            contribution_id=contribution_id,
            payer_id=uuid4(),
            commitment="0" * 64,
            children=tuple(
                Child(participant_id=uuid4(), class_label=label, tariff_id="t1") for label in classes or ("CP A",)
            ),
            tip_cents=tip,
            means="card",
            instalments=instalments,
            terms_version="1",
            known_classes={},
        )
        return contribution_id

    def page(self, contribution_id: UUID) -> str:
        """Open the payment page of a basket and return the name of its session."""
        return open_checkout(self.context, self.campaign_id, contribution_id).session

    def submit(self, session: str, card: str = "good") -> str:
        """Type a card on a payment page; return the name of what came of it."""
        return str(self.sandbox.do(f"/checkout/{session}/card", number=CARDS[card])["outcome"])

    def pay(self, *classes: str, card: str = "good", **basket: Any) -> UUID:  # noqa: ANN401 - as place
        """Have a family fill a basket and pay it, and let everybody hear of it."""
        contribution_id = self.place(*classes, **basket)
        assert self.submit(self.page(contribution_id), card) == "Paid"
        self.settle(seconds=3)
        return contribution_id

    def settle(self, **time: float) -> None:
        """Let some time pass, then have all webhooks received and all that is due done."""
        if time:
            self.sandbox.pass_time(**time)
        self.worker.work_off()
        self.worker.sweep(whole=True)
        self.worker.work_off()

    def contribution(self, contribution_id: UUID) -> Contribution:
        """A contribution as it is now."""
        return self.context.campaign(self.campaign_id).contribution(contribution_id)

    def certify(self) -> str:
        """Have the coop's account opened, given its IBAN, and certified."""
        account = open_account(self.context, self.coop_id, email="coop@ecole.example")
        self.do(RequestCertification, self.coop_id, provider_account=account)
        self.confirm_bank_account(IBAN)
        self.settle()
        for action in ("give_document", "accept"):
            self.sandbox.do(f"/accounts/{account}/certification", action=action)
        self.settle()
        return account

    def confirm_bank_account(self, iban: str) -> UUID:
        """Have the association confirm a bank account of the coop."""
        bank_account_id = self.register_bank_account(iban)
        self.do(
            ConfirmBankAccount, self.coop_id, by="second person", bank_account_id=bank_account_id, payee_check="match"
        )
        return bank_account_id

    def register_bank_account(self, iban: str) -> UUID:
        """Have one person bring in a bank account of the coop."""
        bank_account_id = uuid4()
        masked, fingerprint = people.keep_iban(self.context.vault, self.coop_id, bank_account_id, iban, self.now())
        known = {"bank_account_id": bank_account_id}
        self.do(RegisterBankAccount, self.coop_id, **known, iban_masked=masked, iban_fingerprint=fingerprint)
        return bank_account_id

    def confirm_again(self) -> None:
        """Have the association say once more which bank account it confirmed."""
        current = self.context.coop(self.coop_id).current_account
        self.do(ConfirmBankAccount, self.coop_id, bank_account_id=current, payee_check="match")

    def refund(self, contribution_id: UUID, cents: int, tip: int = 0) -> UUID:
        """Ask for a refund."""
        refund_id = uuid4()
        ask: dict[str, Any] = {
            "refund_id": refund_id,
            "contribution_id": contribution_id,
            "cents": cents,
            "tip_cents": tip,
        }
        self.do(RequestRefund, **ask, reason="child_left")
        return refund_id

    def payout(self, cents: int) -> UUID:
        """Ask for a payout."""
        payout_id = uuid4()
        self.do(RequestPayout, self.coop_id, payout_id=payout_id, cents=cents)
        return payout_id

    def events(self) -> list[Event]:
        """All that the log tells, in order."""
        after = self.told[-1].position if self.told else 0
        told = [*self.told, *self.context.ledger.store.events(after + 1, 100_000)]
        self.told = told
        return [fact.event for fact in told]

    def kinds(self) -> list[str]:
        """The names of what the log tells, in order."""
        return [type(event).__name__ for event in self.events()]

    def balance(self, account: Account) -> int:
        """Debit less credit of an account over the whole log, in cents."""
        legs = [leg for event in self.events() for leg in postings(event) if leg.account is account]
        return sum(leg.debit - leg.credit for leg in legs)

    def check_money(self) -> None:
        """What the ledger says the provider holds is what the provider says, to the cent, and nothing is parked."""
        coop = self.context.coop(self.coop_id)
        assert self.balance(Account.PSP_PLATFORM) == self.worker.provider.balance(None).total
        if coop.provider_account:
            assert self.balance(Account.PSP_COOP) == self.worker.provider.balance(coop.provider_account).total
        owed = self.balance(Account.DUE_TO_COOP) + self.balance(Account.DUE_TO_COOP_BLOCKED)
        assert -owed == self.balance(Account.ONLINE) + self.balance(Account.ONLINE_BLOCKED)
        assert self.worker.outbox.count().get("parked", 0) == 0
        assert self.worker.inbox.count().get("parked", 0) == 0


T = TypeVar("T", bound=ServiceWorld)


@contextlib.contextmanager
def open_world(database: str, sandbox: SandboxServer) -> Iterator[ServiceWorld]:
    """Open a world on a database with the association and a fresh sandbox; it writes no e-mails."""
    with open_world_as(ServiceWorld, database, sandbox) as world:
        yield world


@contextlib.contextmanager
def open_world_as(
    kind: type[T],
    database: str,
    sandbox: SandboxServer,
    email_sender: EmailSender | None = None,
    settings: Settings | None = None,
    data_dir: Path | None = None,
) -> Iterator[T]:
    """Open a world of some class on a database with the association (`found_association`).

    It has emails where there is who sends them; what it lays down is thrown away.
    """
    provider = StripeProvider(settings_for(sandbox.url), clock=lambda: _instant(sandbox))
    with tempfile.TemporaryDirectory() as folder:
        given = settings or Settings(secure_cookies=False, data_dir=Path(folder))
        given = given if data_dir is None else given.model_copy(update={"data_dir": data_dir})
        with Runtime(given, None, database) as runtime:
            worker = Worker(runtime, provider, lambda: _instant(sandbox), ids=provider.ids, email_sender=email_sender)
            world = kind(sandbox, worker, runtime, uuid4(), uuid4())
            open_coop(world)
            open_campaign(world)
            yield world
            worker.close()
        provider.close()


def _instant(sandbox: SandboxServer) -> datetime:
    return datetime.fromtimestamp(sandbox.sandbox.instant(), UTC)


def open_coop(world: ServiceWorld) -> None:
    """Register the coop of a world, with its classes."""
    details = CoopDetails(name="Coop Jules Ferry", school="Jules Ferry", town="Cannes", affiliation_number="174")
    association_id = world.context.ledger.association_id
    world.do(RegisterCoop, world.coop_id, association_id=association_id, details=details, demo=True)
    world.do(DefineSchoolClasses, world.coop_id, school_year=2026, labels=("CP A", "CE1"))


def open_campaign(world: ServiceWorld) -> None:
    """Put the campaign of a world on line, in one or three payments."""
    tariff = Tariff(tariff_id="t1", label="Un enfant", tiers=(PRICE,), valid_from=_YEAR[0], valid_to=_YEAR[1])
    purpose: dict[str, Any] = {
        "purpose": "contribution-volontaire",
        "school_year": 2026,
        "demo": True,
        "policy": POLICY,
    }
    world.do(DraftCampaign, coop_id=world.coop_id, details=CampaignDetails(title="Vie de classe"), **purpose)
    world.do(SetTariffs, tariffs=(tariff,))
    terms = InstalmentTerms(count=3, interval_months=1)
    world.do(SetPaymentOptions, means=("card",), instalments=terms, message="Merci", policy=POLICY)
    charter: dict[str, Any] = {"mandated": True, "charter_version": 0, "charter_accepted": 0}
    world.do(PublishCampaign, responsible_id=uuid4(), council_decision="2024-05-14", policy=POLICY, **charter)


def family(first_name: str = "Marie", last_name: str = "GALANTE", email: str = "marie@famille.example") -> Person:
    """A payer."""
    return Person(first_name, last_name, email)
