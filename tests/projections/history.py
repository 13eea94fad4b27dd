"""Histories to project: made by the domain's own commands, from a seed, with every kind of event."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from domain.aggregate import FundsCommand, Intent, Stamp, State, TotalsCommand
from domain.association.commands import RegisterAssociation
from domain.calendar import first_of_month, paris_date
from domain.campaign.basket import AbandonContribution, Child, PlaceContribution
from domain.campaign.disputes.facts import RecordDisputeLost, RecordDisputeOpened, RecordDisputeWon
from domain.campaign.payments import RecordPaymentCaptured, RecordProviderFee, RecordTransfer
from domain.campaign.publication import PublishCampaign, SetPublication
from domain.campaign.refunds import RecordRefundSettled, RequestRefund
from domain.campaign.settings import DraftCampaign, EditDetails, SetPaymentOptions, SetTariffs
from domain.campaign.state import Campaign
from domain.closings.close_period import ClosePeriod, PapersSeen, next_period
from domain.closings.periods import Period
from domain.closings.totals import AccountTotals, TotalsAt
from domain.coop.bank_accounts import ConfirmBankAccount, RegisterBankAccount
from domain.coop.banking import MatchBankLine
from domain.coop.certification import RecordCertified, RequestCertification
from domain.coop.closing import ApproveAdjustment
from domain.coop.payouts import RecordPayoutFailed, RecordPayoutPaid, RecordPayoutSent, RequestPayout
from domain.coop.registration import DefineSchoolClasses, RegisterCoop
from domain.coop.state import Coop
from domain.events.association import Policy
from domain.events.base import Event, InstalmentTerms, StatementBoxes, Tariff
from domain.events.campaign import CampaignDetails
from domain.events.closings.period import CoverageState, PeriodClosed, ProviderCoverage
from domain.events.coop import CoopDetails
from domain.funds import CoopFunds
from domain.journal import postings
from domain.recorded_event import RecordedEvent
from domain.roll_forward import statement_movement

START = datetime(2024, 9, 2, 7, 0, tzinfo=UTC)
YEAR = (date(2024, 9, 1), date(2025, 8, 31))
BY = "tester"
PRICE, SIBLING, TIP, FEE = 2_000, 1_500, 200, 45
CLASSES = ("CP", "CE1", "CE2", "CM1", "CM2")
POLICY = Policy(means=("card", "cash"))


class History:
    """A log in the making: commands are decided on the states their events add up to, as the bus does."""

    def __init__(self, seed: int = 1) -> None:
        """Begin with an association."""
        self.random = random.Random(seed)  # noqa: S311 - invented schools
        self.now = START
        self.position = 0
        self.facts: list[RecordedEvent] = []
        self._states: dict[UUID, State] = {}
        self._funds: dict[UUID, CoopFunds] = {}
        self._totals: dict[UUID, AccountTotals] = {}
        self.months: dict[UUID, dict[date, tuple[int, ...]]] = {}
        self.association_id = self.id()
        self.do(RegisterAssociation, self.association_id, name="AD 06", slug="ad06", siren="123456789", demo=True)

    def id(self) -> UUID:
        """A new id."""
        return UUID(int=self.random.getrandbits(128), version=4)

    def wait(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    def do(self, kind: type[Intent[Any]], stream_id: UUID, /, **fields: Any) -> tuple[Event, ...]:  # noqa: ANN401 - a command's own
        """Carry out one command now."""
        command = kind(stream_id=stream_id, stamp=Stamp(at=self.now, by=fields.pop("by", BY)), **fields)
        state = self._states.setdefault(stream_id, kind.STATE(stream_id))
        command.check_stream(state)
        if isinstance(command, FundsCommand):
            assert state.coop_id is not None
            events = command.decide_with_funds(state, self._funds[state.coop_id])
        elif isinstance(command, TotalsCommand):
            assert state.coop_id is not None
            events = command.decide_with_totals(state, TotalsAt(self.position, "0" * 64, self._totals[state.coop_id]))
        else:
            events = command.decide(state)  # type: ignore[attr-defined]
        for event in events:
            self.append(state, event)
        return tuple(events)

    def append(self, state: State, event: Event) -> None:
        """Record one event."""
        state.evolve(event)
        self.position += 1
        self.now += timedelta(milliseconds=5)
        if state.coop_id is not None:
            self._funds.setdefault(state.coop_id, CoopFunds()).apply(event)
            self._totals.setdefault(state.coop_id, AccountTotals()).apply(state.id, event)
        if state.coop_id in self._states:
            self._count(state.coop_id, event)
        self.facts.append(RecordedEvent(self.position, state.id, state.version, state.coop_id, self.now, event))

    def available(self, coop_id: UUID) -> int:
        """What a coop may spend now, in cents."""
        return self._funds[coop_id].available

    def balance(self, coop_id: UUID) -> int:
        """The coop's online balance now, in cents."""
        return self._funds[coop_id].online

    def forget(self) -> list[RecordedEvent]:
        """Hand over what was recorded, and keep only the states: for histories longer than memory."""
        facts, self.facts = self.facts, []
        return facts

    def drop(self, stream_id: UUID) -> None:
        """Let go of a stream that is over."""
        del self._states[stream_id]

    def coop(self, name: str = "Coopérative des Lilas", classes: Iterable[str] = CLASSES) -> UUID:
        """Register a coop, certified, with a bank account and its classes."""
        coop_id, account = self.id(), self.id()
        details = CoopDetails(name=name, school="École des Lilas", town="Nice", affiliation_number="06-001")
        self.do(RegisterCoop, coop_id, association_id=self.association_id, details=details, demo=True)
        self.do(DefineSchoolClasses, coop_id, school_year=2024, labels=tuple(classes))
        self.do(RequestCertification, coop_id, provider_account=f"acct_{coop_id.hex}")
        self.do(RecordCertified, coop_id, provider_account=f"acct_{coop_id.hex}")
        self.do(
            RegisterBankAccount,
            coop_id,
            bank_account_id=account,
            iban_masked="FR76…189",
            iban_fingerprint=coop_id.hex,
        )
        self.do(ConfirmBankAccount, coop_id, by="second person", bank_account_id=account, payee_check="match")
        return coop_id

    def state(self, stream_id: UUID) -> Campaign:
        """What a campaign's events add up to."""
        campaign = self._states[stream_id]
        assert isinstance(campaign, Campaign)
        return campaign

    def registered(self, coop_id: UUID) -> Coop:
        """What a coop's own events add up to."""
        coop = self._states[coop_id]
        assert isinstance(coop, Coop)
        return coop

    def campaign(self, coop_id: UUID, title: str = "Vie de classe", valid: tuple[date, date] = YEAR) -> UUID:
        """Put a campaign on line: one tariff by rank of child, with its validity, card or three times by card."""
        campaign_id = self.id()
        tariff = Tariff(
            tariff_id="t1",
            label="Un enfant",
            tiers=(PRICE, SIBLING),
            valid_from=valid[0],
            valid_to=valid[1],
        )
        self.do(
            DraftCampaign,
            campaign_id,
            coop_id=coop_id,
            details=CampaignDetails(title=title),
            purpose="contribution-volontaire",
            school_year=2024,
            demo=True,
            policy=POLICY,
        )
        self.do(SetTariffs, campaign_id, tariffs=(tariff,))
        self.do(
            SetPaymentOptions,
            campaign_id,
            means=("card",),
            instalments=InstalmentTerms(count=3, interval_months=1),
            message="Merci",
            policy=POLICY,
        )
        self.do(
            PublishCampaign,
            campaign_id,
            responsible_id=self.id(),
            council_decision="2024-05-14",
            policy=POLICY,
            mandated=True,
            charter_version=0,
            charter_accepted=0,
        )
        return campaign_id

    def place(
        self, campaign_id: UUID, *classes: str, means: str = "card", instalments: int = 1, tip: int = TIP
    ) -> UUID:
        """Place a basket with a child in each class."""
        contribution_id = self.id()
        self.do(
            PlaceContribution,
            campaign_id,
            contribution_id=contribution_id,
            payer_id=self.id(),
            commitment="0" * 64,
            terms_version="1",
            children=tuple(Child(participant_id=self.id(), class_label=code, tariff_id="t1") for code in classes),
            tip_cents=tip if means == "card" else 0,
            means=means,
            instalments=instalments,
            desk=means != "card",
        )
        return contribution_id

    def pay(self, campaign_id: UUID, contribution_id: UUID, number: int = 1, paid_at: datetime | None = None) -> str:
        """Capture a card payment, or one instalment, of what is expected; returns the provider's reference."""
        contribution = self.state(campaign_id).contribution(contribution_id)
        if number == 1:
            parts, due = contribution.instalments, contribution.outstanding
            cents, tip = due // parts + (due % parts > 0), contribution.tip_due - contribution.tip_paid
        else:
            cents, tip = contribution.schedule[number].cents, 0
        payment_id = f"pi_{contribution_id.hex}_{number}"
        self.do(
            RecordPaymentCaptured,
            campaign_id,
            contribution_id=contribution_id,
            payment_id=payment_id,
            cents=cents,
            tip_cents=tip,
            paid_at=paid_at or self.now,
            instalment=number,
        )
        return payment_id

    def settle_payment(self, campaign_id: UUID, contribution_id: UUID, payment_id: str) -> None:
        """Charge the provider's fee on a payment and move the coop's part to its account."""
        payment = self.state(campaign_id).contribution(contribution_id).payments[payment_id]
        about = {"contribution_id": contribution_id, "payment_id": payment_id}
        self.do(RecordProviderFee, campaign_id, **about, cents=FEE, charged_at=self.now)
        transfer = f"tr_{payment_id}"
        self.do(RecordTransfer, campaign_id, **about, transfer_id=transfer, cents=payment.cents, moved_at=self.now)

    def refund(self, campaign_id: UUID, contribution_id: UUID, cents: int, tip: int = 0) -> UUID:
        """Ask for a refund."""
        refund_id = self.id()
        self.do(
            RequestRefund,
            campaign_id,
            refund_id=refund_id,
            contribution_id=contribution_id,
            cents=cents,
            tip_cents=tip,
            reason="child_left",
        )
        return refund_id

    def settle_refund(self, campaign_id: UUID, refund_id: UUID, settled_at: datetime | None = None) -> None:
        """Settle a refund."""
        at = settled_at or self.now
        self.do(
            RecordRefundSettled, campaign_id, refund_id=refund_id, provider_refund=f"re_{refund_id.hex}", settled_at=at
        )

    def dispute(self, campaign_id: UUID, payment_id: str, cents: int, tip: int = 0) -> str:
        """Open a dispute on a payment."""
        dispute_id = f"dp_{payment_id}"
        self.do(
            RecordDisputeOpened,
            campaign_id,
            dispute_id=dispute_id,
            provider_movement=f"txn_{dispute_id}",
            payment_id=payment_id,
            cents=cents + tip,
            fee_cents=2_000,
            opened_at=self.now,
        )
        return dispute_id

    def win(self, campaign_id: UUID, dispute_id: str, cents: int | None = None) -> None:
        """The bank gives back what is contested, or some cents."""
        state = self.state(campaign_id)
        dispute = state.contributions[state.disputes[dispute_id]].disputes[dispute_id]
        self.do(
            RecordDisputeWon,
            campaign_id,
            dispute_id=dispute_id,
            provider_movement=f"txn_{dispute_id}_{len(dispute.movements)}",
            cents=dispute.cents + dispute.tip_cents if cents is None else cents,
            fee_cents=0,
            closed_at=self.now,
        )

    def payout(self, coop_id: UUID, cents: int) -> UUID:
        """Ask for a payout and have it sent."""
        payout_id = self.id()
        self.do(RequestPayout, coop_id, payout_id=payout_id, cents=cents)
        self.do(RecordPayoutSent, coop_id, payout_id=payout_id, provider_payout=f"po_{payout_id.hex}", sent_at=self.now)
        return payout_id

    def closed_through(self, coop_id: UUID) -> date | None:
        """The coop's last closed day."""
        return self.registered(coop_id).closed_through

    def next_period(self, coop_id: UUID) -> Period:
        """The period that a coop closes next."""
        return next_period(self.registered(coop_id), self._totals[coop_id])

    def boxes(self, coop_id: UUID, first_day: date) -> StatementBoxes:
        """The figures of a coop's statement of a month, from what was recorded."""
        months = self.months.get(coop_id, {})
        before = [move for month, move in months.items() if month < first_day]
        opening = sum(receipts - disbursements - transfers for receipts, disbursements, transfers in before)
        receipts, disbursements, transfers = months.get(first_day, (0, 0, 0))
        return StatementBoxes(
            opening=opening,
            receipts=receipts,
            disbursements=disbursements,
            transfers=transfers,
            closing=opening + receipts - disbursements - transfers,
        )

    def _count(self, coop_id: UUID, event: Event) -> None:
        """Add what an event does to the coop's online account to the month it counts in."""
        moved = statement_movement(event, postings(event))
        if moved is None:
            return
        through, paid_on = self.closed_through(coop_id), paris_date(event.happened_at)
        late = through is not None and paid_on <= through
        month = first_of_month(through + timedelta(days=1) if through is not None and late else paid_on)
        boxes = self.months.setdefault(coop_id, {})
        sums = zip(boxes.get(month, (0, 0, 0)), moved[:3], strict=True)
        boxes[month] = tuple(before + cents for before, cents in sums)

    def close_month(self, coop_id: UUID, first_day: date) -> None:
        """Close a month; what the closing says must be what was recorded."""
        self.close(coop_id, "month", first_day)
        closed = self.facts[-1].event
        assert isinstance(closed, PeriodClosed)
        assert closed.boxes == self.boxes(coop_id, first_day)

    def close(self, coop_id: UUID, kind: str, first_day: date, *, deferring_since: int | None = None) -> None:
        """Close a period, without a payment provider."""
        provider = ProviderCoverage(state=CoverageState.NO_PROVIDER)
        papers = PapersSeen(asking=self._totals[coop_id].asking, waiting=False)
        rule = {"provider": provider, "deferring_since": deferring_since, "papers": papers}
        self.do(ClosePeriod, coop_id, kind=kind, first_day=first_day, **rule)

    def adjust(self, coop_id: UUID, cents: int) -> None:
        """Have the platform make good an amount."""
        approved = {"approvers": ("anne", "bruno"), "reason": "dispute_cost"}
        self.do(ApproveAdjustment, coop_id, adjustment_id=self.id(), cents=cents, **approved)

    def arrive(self, coop_id: UUID, payout_id: UUID, cents: int, booked_on: date) -> None:
        """Have a payout arrive, and be found on the bank statement."""
        paid = {"payout_id": payout_id, "provider_payout": f"po_{payout_id.hex}"}
        self.do(RecordPayoutPaid, coop_id, **paid, paid_at=self.now)
        line = {"bank_line_id": f"L-{payout_id.hex[:12].upper()}-1", "booked_on": booked_on}
        self.do(MatchBankLine, coop_id, **line, payout_id=payout_id, cents=cents)

    def fail(self, coop_id: UUID, payout_id: UUID) -> None:
        """Have a payout fail, or come back once it arrived."""
        self.do(RecordPayoutFailed, coop_id, payout_id=payout_id, reason="no_account", failed_at=self.now)

    def retitle(self, campaign_id: UUID, title: str, opens_at: datetime) -> None:
        """Give a campaign another title and an opening."""
        self.do(EditDetails, campaign_id, details=CampaignDetails(title=title))
        self.do(SetPublication, campaign_id, by_link=True, opens_at=opens_at, closes_at=None)

    def replace_tariff(self, campaign_id: UUID, tariff_id: str, label: str) -> None:
        """Offer another tariff instead of those there are."""
        (known,) = self.state(campaign_id).tariffs.values()
        self.do(SetTariffs, campaign_id, tariffs=(msgspec.structs.replace(known, tariff_id=tariff_id, label=label),))

    def tell(self, campaign_id: UUID, contribution_id: UUID, steps: Iterable[str]) -> None:
        """Have something happen to a contribution, step by step."""
        about = {"contribution_id": contribution_id}
        dispute = {"dispute_id": f"dp_pi_{contribution_id.hex}_1"}
        for step in steps:
            if step == "abandon":
                self.do(AbandonContribution, campaign_id, **about, reason="given_up")
            elif step in ("pay", "pay_first"):
                self.pay(campaign_id, contribution_id)
            elif step in ("refund_some", "refund_all"):
                cents = SIBLING if step == "refund_some" else PRICE + SIBLING
                self.settle_refund(campaign_id, self.refund(campaign_id, contribution_id, cents))
            elif step == "dispute":
                self.dispute(campaign_id, f"pi_{contribution_id.hex}_1", PRICE)
            elif step == "lose":
                self.do(RecordDisputeLost, campaign_id, **dispute, closed_at=self.now)
            else:
                self.win(campaign_id, dispute["dispute_id"])
