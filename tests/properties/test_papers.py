"""Papers of random histories: the cash book that they make is the ledger's own book, to the cent and by class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import ClassVar, Final
from uuid import UUID

import hypothesis.strategies as st
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from domain.aggregate import Stamp
from domain.campaign import basket, payments, publication
from domain.campaign import settings as campaign_settings
from domain.chart_of_accounts import Account
from domain.coop import payouts
from domain.coop.state import Coop, PayoutStatus
from domain.events import Event, decode
from domain.events.bank import BankLineMatched, BankLineUnmatched, BankReturnMatched, BankReturnUnmatched
from domain.events.base import Tariff
from domain.events.by_hand.cash import CashDeposited, CashDepositMatched, CashDepositUnmatched, CashDepositWithdrawn
from domain.events.campaign import CampaignDetails
from domain.events.contribution import ContributionCorrected, ContributionPlaced, PaymentCaptured
from domain.events.dispute import DisputeLost
from domain.events.papers.issued import EntryLine, PayoutStatementIssued, VoucherFinalized, VoucherIssued
from domain.funds.movements import PAYOUT_FACTS
from domain.journal import Posting, postings
from domain.papers.drafts import PaperLine, bank_change
from domain.papers.fold.book import papers_asked
from domain.papers.issue import issue_command
from domain.recorded_event import RecordedEvent
from tests.kit.extent import Extent
from tests.oracle.checks import check
from tests.properties.ledger_harness import AT, DAY
from tests.properties.ledger_machine import COOP, POLICY, small
from tests.properties.whole_ledger_machine import WholeLedgerMachine

LAST: Final = UUID(int=99)
"""A campaign whose one payment carries whatever waits for a payout."""
PLENTY: Final = 9_000_00
STAMP: Final = Stamp(at=AT, by="test")
REACHED: Final = (
    "payout",
    "return",
    "correction",
    "final",
    "split",
    "lost",
    "own",
    "again",
    "cash",
    "repaid",
    "deposit",
    "failed_payout",
)
"""What the histories must have shown in papers, or they were too short to prove anything."""
ROUND: Final = 100
STEPS: Final = 24
MOST: Final = 2000
BANK_LINES: Final = (BankLineMatched, BankLineUnmatched, BankReturnMatched, BankReturnUnmatched)
ClassKey = tuple[UUID, str]


class PaperMachine(WholeLedgerMachine):
    """The machine whose papers are issued now and then, and at the end of each history."""

    told: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        """Begin before anything happened."""
        super().__init__()
        self.lines: dict[int, tuple[PaperLine, ...]] = {}

    @rule(now=st.booleans())
    def issue(self, *, now: bool) -> None:
        """Issue the papers that are due: none is refused, and asked for again they are not issued again."""
        if not now:
            return
        for _ in range(2):
            before = len(self.ledger.log)
            for drafted in papers_asked(self.facts(), "OCCE 06"):
                assert self.ledger.send(issue_command(drafted, COOP, STAMP)) is None
                self.lines[drafted.trigger] = tuple(line for part in drafted.lines for line in part)
        assert len(self.ledger.log) == before

    @precondition(lambda machine: bool(machine.world.baskets))
    @rule(number=small, child=st.integers(1, 4), code=st.integers(0, 2))
    def pay_out_and_correct(self, number: int, child: int, code: int) -> None:
        """Have what there is paid out, and find only then that a child is in another class."""
        self.get_ready()
        self.request_payout(0, whole=True)
        for payout in range(len(self.world.coop.payouts)):
            self.follow_payout(payout, "arrive")
        self.correct(number, child, code)

    @rule(
        order=st.sampled_from((("match", "fail"), ("fail", "match"), ("match", "undo", "match", "fail"))),
        back=st.booleans(),
    )
    def fail_on_the_way(self, order: tuple[str, ...], *, back: bool) -> None:
        """Have the bank's statement show a payout that never arrived, says the provider; perhaps its return too."""
        self.get_ready()
        self.request_payout(0, whole=True)
        last = len(self.world.coop.payouts) - 1
        if last < 0:
            return
        self.follow_payout(last, "send")
        for wish in order:
            if wish == "fail":
                self.follow_payout(last, "fail")
            else:
                self.match_bank_line(last, "arrival", undo=wish == "undo")
        if back:
            self.match_bank_line(last, "return", undo=False)

    def facts(self) -> list[RecordedEvent]:
        """The events of the coop as the log tells them."""
        return [
            RecordedEvent(position, one.stream_id, 0, one.coop_id, AT, decode(one.topic, one.stored))
            for position, one in enumerate(self.ledger.log, start=1)
            if one.coop_id == COOP
        ]

    def teardown(self) -> None:
        """Check what is issued so far; have all money arrive, and check what is issued then."""
        if self.ledger.log:
            self.issue(now=True)
            self.check_papers()
            self.pay_everything_out()
            self.issue(now=True)
            self.check_papers()
            self.check_cash_book()
            self.check_movements()
            self.check_pieces()
            rows = [(position, one.stream_id, one.topic, one.stored) for position, one in enumerate(self.ledger.log, 1)]
            assert check(rows) == []
        super().teardown()

    def pay_everything_out(self) -> None:
        """A last large payment comes, payouts on their way arrive, and one payout takes all there is."""
        self.get_ready()
        tariff = Tariff(tariff_id="t", label="1 enfant", tiers=(PLENTY,), valid_from=DAY, valid_to=DAY)
        child = basket.Child(participant_id=UUID(int=5), class_label="CP A", tariff_id="t")
        order = {"contribution_id": self.fresh()}
        draft = {"coop_id": COOP, "purpose": POLICY.purposes[0], "school_year": 2024, "demo": True, "policy": POLICY}
        self.send(campaign_settings.DraftCampaign, LAST, allowed=True, details=CampaignDetails(title="Fin"), **draft)
        self.send(campaign_settings.SetTariffs, LAST, allowed=True, tariffs=(tariff,))
        publish = {"council_decision": "2024-05-14", "policy": POLICY, "mandated": True, "responsible_id": UUID(int=5)}
        charter = {"charter_version": 1, "charter_accepted": 1}
        self.send(publication.PublishCampaign, LAST, allowed=True, **publish, **charter)
        placed = {"payer_id": UUID(int=6), "commitment": "c", "terms_version": "1", "children": (child,)}
        self.send(basket.PlaceContribution, LAST, allowed=True, tip_cents=0, **placed, **order)
        paid = {"payment_id": "ch_last", "cents": PLENTY, "tip_cents": 0, "paid_at": AT}
        self.send(payments.RecordPaymentCaptured, LAST, allowed=True, **paid, **order)
        self.arrive()
        cents = self.ledger.funds[COOP].available
        self.send(payouts.RequestPayout, COOP, allowed=True, payout_id=self.fresh(), cents=cents)
        self.arrive()

    def arrive(self) -> None:
        """Have every payout that is on its way arrive."""
        for payout_id, payout in self.coop().payouts.items():
            if payout.status in (PayoutStatus.REQUESTED, PayoutStatus.SENT):
                sent = {"payout_id": payout_id, "provider_payout": f"po_{payout_id.int}", "paid_at": AT}
                self.send(payouts.RecordPayoutPaid, COOP, allowed=True, **sent)

    def coop(self) -> Coop:
        """The coop as it is now."""
        coop = self.ledger.states[COOP]
        assert isinstance(coop, Coop)
        return coop

    def issued(self) -> tuple[list[PayoutStatementIssued], list[VoucherIssued], list[VoucherFinalized]]:
        """All papers of the log, in its order."""
        events: list[Event] = [fact.event for fact in self.facts()]
        return (
            [one for one in events if isinstance(one, PayoutStatementIssued)],
            [one for one in events if isinstance(one, VoucherIssued)],
            [one for one in events if isinstance(one, VoucherFinalized)],
        )

    def check_papers(self) -> None:
        """Numbers have no gap, each statement is its parts, and all of them are what left through 5801."""
        statements, parts, finals = self.issued()
        assert [one.number for one in statements] == list(range(1, len(statements) + 1))
        expenses = [one.number for one in parts if one.series == "D"]
        assert expenses == list(range(1, len(expenses) + 1))
        receipts = [one for one in parts if one.series == "R"]
        numbers = sorted({one.number for one in receipts} | {one.number for one in finals})
        assert numbers == list(range(1, len(numbers) + 1))
        for number in numbers:
            mine = [one.part for one in receipts if one.number == number]
            assert mine == list(range(1, len(mine) + 1))
        for one in statements:
            carried = sum(bank_change(part.entry) for part in parts if part.trigger == one.trigger)
            assert carried == (-one.cents if one.returns else one.cents)
        legs = [leg for fact in self.facts() if isinstance(fact.event, PAYOUT_FACTS) for leg in postings(fact.event)]
        left = sum(leg.debit - leg.credit for leg in legs if leg.account is Account.PAYOUT_TRANSFERS)
        on_their_way = sum(one.cents for one in self.coop().payouts.values() if one.status is PayoutStatus.SENT)
        assert sum(-one.cents if one.returns else one.cents for one in statements) == left - on_their_way
        self.tell(parts, finals)

    def tell(self, parts: list[VoucherIssued], finals: list[VoucherFinalized]) -> None:
        """Count what this history has shown."""
        kinds = [one.kind for one in parts] + ["own" for one in parts if one.campaign_id is None]
        lines = [line for one in self.lines.values() for line in one]
        covered = Counter((line.kind, line.position) for line in lines if line.kind == "campaign.payment_captured")
        kinds += ["split"] * any(times > 1 for times in covered.values())
        kinds += ["lost"] * any(line.kind == "campaign.dispute_lost" for line in lines)
        kinds += ["final"] * bool(finals) + ["again"] * any(one.edition > 1 for one in finals)
        type(self).told.update(set(kinds))

    def check_cash_book(self) -> None:
        """The cash book fed with all parts is the coop's book for what arrived: by account, and 7561 by class."""
        _, parts, _ = self.issued()
        accounts: Counter[str] = Counter()
        classes: Counter[ClassKey] = Counter()
        for part in parts:
            for line in part.entry:
                accounts[line.account] += line.debit - line.credit
                if line.class_code and part.campaign_id is not None:
                    classes[part.campaign_id, line.class_code] += line.credit - line.debit
        expected = self.booked()
        waiting = sum(expected.values()) - sum(classes.values())
        assert waiting == self.ledger.funds[COOP].online
        expected[LAST, "CPA"] -= waiting
        assert +classes == +expected
        assert -classes == -expected
        blocked = self.ledger.balance(COOP, Account.ONLINE_BLOCKED) + sum(self.losses_to_come().values())
        assert accounts[Account.ONLINE_BLOCKED] == blocked
        for own in (Account.OTHER_INCOME, Account.DUE_TO_PLATFORM, Account.CASH, Account.DUE_TO_FAMILIES):
            assert accounts[own] == self.ledger.balance(COOP, own)
        # Book C has payouts that no bank line shows yet on 5801, deposits on 5802: the cash book has them at the bank.
        on_the_way = (Account.PAYOUT_TRANSFERS, Account.CASH_DEPOSITS)
        on_the_bank = sum(self.ledger.balance(COOP, account) for account in (Account.BANK, *on_the_way))
        sent = sum(payout.cents for payout in self.coop().payouts.values() if payout.status is PayoutStatus.SENT)
        assert accounts[Account.BANK] + accounts[Account.PAYOUT_TRANSFERS] == on_the_bank - sent

    def check_movements(self) -> None:
        """All that was paid is shown by parts that add up to it, whatever payouts brought of it, and nothing twice."""
        captured = {fact.position: fact.event.cents for fact in self.facts() if isinstance(fact.event, PaymentCaptured)}
        shown: Counter[int] = Counter()
        for line in (line for lines in self.lines.values() for line in lines):
            assert (line.debit > 0) is not (line.credit > 0)
            shown[line.position] += line.credit - line.debit if line.position in captured else 0
        last = max(captured)
        del captured[last], shown[last]
        assert +shown == +Counter(captured)

    def check_pieces(self) -> None:
        """What books the bank or the cash box has one piece: its own, its payout's statement, its deposit's piece."""
        statements, parts, _ = self.issued()
        arrived = Counter((one.payout_id, bool(one.returns)) for one in statements)
        pieces = {one.trigger: money_of(one.entry) for one in parts if one.payout_id is None and one.entry}
        deposits = {one.deposit_id for one in (fact.event for fact in self.facts()) if isinstance(one, CashDeposited)}
        failed: Counter[UUID] = Counter()
        for fact in self.facts():
            event, moved = fact.event, money_of(postings(fact.event))
            if isinstance(event, CashDepositMatched | CashDepositUnmatched):
                assert event.deposit_id in deposits
            elif isinstance(event, CashDeposited | CashDepositWithdrawn):
                assert pieces.pop(fact.position) == {**moved, Account.BANK: -moved[Account.CASH]}
            elif isinstance(event, BANK_LINES):
                back = isinstance(event, BankReturnMatched | BankReturnUnmatched)
                if self.coop().payouts[event.payout_id].status is PayoutStatus.FAILED:
                    failed[event.payout_id] += moved[Account.BANK]
                else:
                    assert arrived[event.payout_id, back] == 1
            elif moved:
                assert pieces.pop(fact.position) == moved
        assert sum(piece[Account.BANK] for piece in pieces.values()) == failed.total()

    def booked(self) -> Counter[ClassKey]:
        """The classes as the journal has them, less losses that no part shows yet."""
        booked: Counter[ClassKey] = Counter()
        for fact in self.facts():
            for leg in postings(fact.event):
                if leg.class_code is not None:
                    booked[fact.stream_id, leg.class_code] += leg.credit - leg.debit
        booked.update(self.losses_to_come())
        return booked

    def losses_to_come(self) -> Counter[ClassKey]:
        """Lost disputes that no part shows, by the class that each child is in now."""
        shown: Counter[int] = Counter()
        for lines in self.lines.values():
            for line in lines:
                if line.kind == "campaign.dispute_lost" and line.class_code:
                    shown[line.position] += line.debit - line.credit
        class_of: dict[tuple[UUID, int], str] = {}
        for fact in self.facts():
            if isinstance(fact.event, ContributionPlaced):
                class_of |= {(fact.event.contribution_id, line.line): line.class_code for line in fact.event.lines}
            elif isinstance(fact.event, ContributionCorrected):
                class_of[fact.event.contribution_id, fact.event.line] = fact.event.new_class
        waiting: Counter[ClassKey] = Counter()
        for fact in self.facts():
            if isinstance(fact.event, DisputeLost) and not shown[fact.position]:
                for share in fact.event.shares:
                    waiting[fact.stream_id, class_of[fact.event.contribution_id, share.line]] += share.cents
        return waiting


def money_of(lines: Iterable[EntryLine | Posting]) -> Counter[str]:
    """What lines add to the bank and to the cash box, where that is anything."""
    moved: Counter[str] = Counter()
    for line in lines:
        if line.account in (Account.BANK, Account.CASH):
            moved[line.account] += line.debit - line.credit
    return Counter({account: cents for account, cents in moved.items() if cents})


def unreached() -> list[str]:
    """What no history has shown so far."""
    return [kind for kind in REACHED if not PaperMachine.told[kind]]


def test_the_cash_book_fed_with_all_papers_is_the_coops_book_for_what_arrived(extent: Extent) -> None:
    played, histories = 0, extent.count(ci=200, long=2000)
    while played < histories or (unreached() and played < MOST):
        run_state_machine_as_test(
            PaperMachine if extent.long else seed(played)(PaperMachine),
            settings=settings(
                max_examples=ROUND,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                print_blob=True,
                suppress_health_check=list(HealthCheck),
            ),
        )
        played += ROUND
    assert unreached() == []
