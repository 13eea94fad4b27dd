"""The machine whose papers are issued now and then: what the papers of a history must be, identity by identity."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, ClassVar, Final
from uuid import UUID

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from domain.aggregate import Stamp
from domain.campaign import basket, payments
from domain.chart_of_accounts import Account
from domain.coop import payouts
from domain.coop.state import Coop, PayoutStatus
from domain.events import Event, decode
from domain.events.bank import BankLineMatched, BankLineUnmatched, BankReturnMatched, BankReturnUnmatched
from domain.events.by_hand.cash import CashDeposited, CashDepositMatched, CashDepositUnmatched, CashDepositWithdrawn
from domain.events.closings.period import PeriodClosed
from domain.events.contribution import ContributionCorrected, ContributionPlaced, PaymentCaptured
from domain.events.dispute import DisputeLost
from domain.events.papers.issued import EntryLine, PayoutStatementIssued, VoucherFinalized, VoucherIssued
from domain.events.payout import PayoutFailed
from domain.funds.movements import PAYOUT_FACTS
from domain.journal import Posting, postings
from domain.papers.drafts import PaperLine, bank_change
from domain.papers.fold.book import papers_asked
from domain.papers.fold.known import Drafted
from domain.papers.issue import issue_command
from domain.papers.series import Paper
from domain.recorded_event import RecordedEvent
from tests.oracle.checks import check
from tests.properties.machines.documents import check_documents
from tests.properties.machines.exercise_machine import ExerciseMachine
from tests.properties.machines.ledger_harness import AT
from tests.properties.machines.ledger_machine import COOP, small
from tests.properties.machines.reached import KINDS, PAIRS, Pair

LAST: Final = UUID(int=99)
"""A campaign whose one payment carries whatever waits for a payout."""
PLENTY: Final = 9_000_00
STAMP: Final = Stamp(at=AT, by="test")
NAME: Final = "OCCE 06"
BANK_LINES: Final = (BankLineMatched, BankLineUnmatched, BankReturnMatched, BankReturnUnmatched)
OWN: Final = (Account.OTHER_INCOME, Account.DUE_TO_PLATFORM, Account.CASH, Account.DUE_TO_FAMILIES, Account.BANK_FEES)
"""Accounts on which the cash book is the coop's book at every moment at which everything has its papers."""
CARRIED: Final = (Account.ONLINE, Account.ONLINE_BLOCKED, Account.PAYOUT_TRANSFERS, Account.COLLECTED_ELSEWHERE)
"""Accounts that hold what is carried forward at the end of an exercise."""
YEAR: Final = 2024
ClassKey = tuple[UUID, str]


def nonzero(counted: Counter[Any]) -> dict[Any, int]:
    """What is not zero."""
    return {key: cents for key, cents in counted.items() if cents}


class PaperMachine(ExerciseMachine):
    """The machine whose papers are issued now and then, and at the end of each history."""

    documents_every: ClassVar[int] = 1
    """Of how many histories one has all of its documents laid out."""
    told: ClassVar[Counter[str]] = Counter()
    """In how many histories papers have shown something."""
    recorded: ClassVar[Counter[type[Event]]] = Counter()
    """In how many histories each kind of event was recorded."""
    taken_back: ClassVar[Counter[Pair]] = Counter()
    """In how many histories an event of one kind was followed by one of a kind that takes it back."""
    totals: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        """Begin before anything happened."""
        super().__init__()
        self.lines: dict[int, tuple[PaperLine, ...]] = {}
        self.drafted: dict[int, Drafted] = {}
        self.read = 0
        self.told_by_log: list[RecordedEvent] = []
        self.by_part: dict[int, dict[UUID | None, tuple[PaperLine, ...]]] = {}

    @rule(now=st.booleans())
    def issue(self, *, now: bool) -> None:
        """Issue the papers that are due: none is refused, and asked for again they are not issued again."""
        if now:
            self.issue_all()
            issued = len(self.ledger.log)
            self.issue_all()
            assert len(self.ledger.log) == issued

    def issue_all(self) -> None:
        """Have everything that the log asks for so far issued."""
        for drafted in papers_asked(self.facts(), NAME):
            assert self.ledger.send(issue_command(drafted, COOP, STAMP)) is None
            assert self.drafted.setdefault(drafted.trigger, drafted) == drafted
            self.by_part[drafted.trigger] = {
                part.campaign_id: lines for part, lines in zip(drafted.parts, drafted.lines, strict=True)
            }
            self.lines[drafted.trigger] = tuple(line for part in drafted.lines for line in part)

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
        for position, one in enumerate(self.ledger.log[self.read :], start=self.read + 1):
            if one.coop_id == COOP:
                event = decode(one.topic, one.stored)
                self.told_by_log.append(RecordedEvent(position, one.stream_id, 0, one.coop_id, AT, event))
        self.read = len(self.ledger.log)
        return list(self.told_by_log)

    def teardown(self) -> None:
        """Check what is issued so far; have all money arrive, and check what is issued then."""
        if self.ledger.log:
            self.issue_all()
            self.check_papers()
            self.pay_everything_out()
            self.issue_all()
            self.check_papers()
            self.check_cash_book()
            self.check_movements()
            self.check_pieces()
            self.check_past_papers()
            self.check_exercise()
            made = self.totals["histories"] % self.documents_every == 0
            self.count_reached(check_documents(self.facts(), self.by_part, NAME) if made else 0)
            rows = [(position, one.stream_id, one.topic, one.stored) for position, one in enumerate(self.ledger.log, 1)]
            assert check(rows) == []
        super().teardown()

    def count_reached(self, made: int) -> None:
        """Count the kinds of events that this history recorded, and what took back what."""
        kinds = [KINDS[one.topic] for one in self.ledger.log]
        first = {kind: number for number, kind in reversed(list(enumerate(kinds)))}
        last = {kind: number for number, kind in enumerate(kinds)}
        self.recorded.update(list(first))
        self.taken_back.update(pair for pair in PAIRS if first.get(pair[0], len(kinds)) < last.get(pair[1], -1))
        self.totals.update(histories=1, events=len(kinds), documents=made)

    def pay_everything_out(self) -> None:
        """A last large payment comes, payouts on their way arrive, and one payout takes all there is."""
        self.get_ready()
        self.open_campaign(LAST, (PLENTY,))
        child = basket.Child(participant_id=UUID(int=5), class_label="CP A", tariff_id="t")
        order = {"contribution_id": self.fresh()}
        placed = {"payer_id": UUID(int=6), "commitment": "c", "terms_version": "1", "children": (child,)}
        self.send(basket.PlaceContribution, LAST, allowed=True, tip_cents=0, **placed, **order)
        paid = {"payment_id": "ch_last", "cents": PLENTY, "tip_cents": 0, "paid_at": AT}
        self.send(payments.RecordPaymentCaptured, LAST, allowed=True, **paid, **order)
        self.arrive()
        cents = self.ledger.funds[COOP].available
        self.send(payouts.RequestPayout, COOP, allowed=True, payout_id=self.fresh(), cents=cents)
        self.arrive()
        self.be_paid_what_others_hold()

    def be_paid_what_others_hold(self) -> None:
        """Have the other platform pay out all it holds."""
        if self.world.coop.elsewhere:
            self.be_paid_by_the_other_platform(0, 0, whole=True, mistake=False)

    def arrive(self) -> None:
        """Have every payout that is on its way arrive."""
        for payout_id, payout in self.coop().payouts.items():
            if payout.status in (PayoutStatus.REQUESTED, PayoutStatus.SENT):
                sent = {"payout_id": payout_id, "provider_payout": f"po_{payout_id.int}", "paid_at": AT}
                self.send(payouts.RecordPayoutPaid, COOP, allowed=True, **sent)

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
        years = (
            {one.exercise for one in statements} | {one.exercise for one in parts} | {one.exercise for one in finals}
        )
        for year in years:
            _check_numbers(
                [one for one in statements if one.exercise == year],
                [one for one in parts if one.exercise == year],
                [one for one in finals if one.exercise == year],
            )
        for one in statements:
            carried = sum(bank_change(part.entry) for part in parts if part.trigger == one.trigger)
            assert carried == (-one.cents if one.returns else one.cents)
        stated = {one.payout_id: one.cents for one in statements}
        matched = [fact.event for fact in self.facts() if isinstance(fact.event, BankLineMatched)]
        assert all(one.cents == stated[one.payout_id] for one in matched if one.payout_id in stated)
        legs = [leg for fact in self.facts() if isinstance(fact.event, PAYOUT_FACTS) for leg in postings(fact.event)]
        left = sum(leg.debit - leg.credit for leg in legs if leg.account is Account.PAYOUT_TRANSFERS)
        on_their_way = sum(one.cents for one in self.coop().payouts.values() if one.status is PayoutStatus.SENT)
        assert sum(-one.cents if one.returns else one.cents for one in statements) == left - on_their_way
        self.tell(parts, finals)

    def check_past_papers(self) -> None:
        """What the log asked for at each past position it asks for now, and issued again it is the same paper."""
        fresh = Coop(COOP)
        for fact in self.facts():
            if fact.stream_id == COOP and not isinstance(fact.event, Paper):
                fresh.evolve(fact.event)
        again: list[Event] = []
        for drafted in papers_asked(self.facts(), NAME):
            assert self.drafted[drafted.trigger] == drafted
            made = issue_command(drafted, COOP, STAMP).decide(fresh)
            for event in made:
                fresh.evolve(event)
            again += made
        assert again == [fact.event for fact in self.facts() if isinstance(fact.event, Paper)]

    def check_exercise(self) -> None:
        """What a closed exercise booked is its parts, those that bring forward among them: by class, and by account.

        So what its parts leave on 5171, 5172 and 5801 is what is carried forward, and the next parts take that up.
        """
        ends = [fact for fact in self.facts() if isinstance(fact.event, PeriodClosed) and fact.event.kind == "year"]
        if not ends:
            return
        before = [fact for fact in self.facts() if fact.position < ends[0].position]
        accounts, classes = self.fed(part for part in self.issued()[1] if part.exercise == YEAR)
        assert nonzero(classes) == nonzero(self.booked(before))
        legs = [leg for fact in before for leg in postings(fact.event)]
        book = Counter({account.value: 0 for account in CARRIED})
        for leg in legs:
            book[leg.account] += leg.debit - leg.credit
        arrived = sum(-one.cents if one.returns else one.cents for one in self.issued()[0] if one.exercise == YEAR)
        left = [leg for fact in before if isinstance(fact.event, PAYOUT_FACTS) for leg in postings(fact.event)]
        gone = sum(leg.debit - leg.credit for leg in left if leg.account is Account.PAYOUT_TRANSFERS)
        never = {fact.event.payout_id for fact in before if isinstance(fact.event, PayoutFailed)}
        lines = [one.event for one in before if isinstance(one.event, BANK_LINES) and one.event.payout_id in never]
        shown = sum(money_of(postings(line))[Account.BANK] for line in lines)
        book[Account.PAYOUT_TRANSFERS] = gone - arrived - shown
        assert {account: accounts[account] for account in CARRIED} == {account: book[account] for account in CARRIED}
        type(self).told.update(["carried"] * any(accounts[account] for account in CARRIED))
        type(self).told.update(["under way"] * bool(accounts[Account.PAYOUT_TRANSFERS]))

    def fed(self, parts: Iterable[VoucherIssued]) -> tuple[Counter[str], Counter[ClassKey]]:
        """A blank cash book fed with parts: debits less credits by account, and 7561 by class of campaigns."""
        accounts: Counter[str] = Counter()
        classes: Counter[ClassKey] = Counter()
        for part in parts:
            for line in part.entry:
                accounts[line.account] += line.debit - line.credit
                if line.class_code and part.campaign_id is not None:
                    classes[part.campaign_id, line.class_code] += line.credit - line.debit
        return accounts, classes

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
        accounts, classes = self.fed(self.issued()[1])
        expected = self.booked(self.facts())
        expected.update(self.losses_to_come())
        waiting = sum(expected.values()) - sum(classes.values())
        assert waiting == self.ledger.funds[COOP].online
        expected[LAST, "CPA"] -= waiting
        assert nonzero(classes) == nonzero(expected)
        blocked = self.ledger.balance(COOP, Account.ONLINE_BLOCKED) + sum(self.losses_to_come().values())
        assert accounts[Account.ONLINE_BLOCKED] == blocked
        assert accounts[Account.ONLINE] == accounts[Account.COLLECTED_ELSEWHERE] == 0
        for own in OWN:
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
            if line.position in captured and line.account == Account.CONTRIBUTIONS:
                shown[line.position] += line.credit - line.debit
        last = max(captured)
        del captured[last], shown[last]
        assert +shown == +Counter(captured)

    def check_pieces(self) -> None:
        """What books the bank or the cash box has one piece: its own, its payout's statement, its deposit's piece."""
        statements, parts, _ = self.issued()
        arrived = Counter((one.payout_id, bool(one.returns)) for one in statements)
        pieces: defaultdict[int, Counter[str]] = defaultdict(Counter)
        for part in parts:
            if part.payout_id is None and part.entry:
                pieces[part.trigger].update(money_of(part.entry))
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

    def booked(self, facts: Iterable[RecordedEvent]) -> Counter[ClassKey]:
        """The classes as the journal has them."""
        booked: Counter[ClassKey] = Counter()
        for fact in facts:
            for leg in postings(fact.event):
                if leg.class_code is not None:
                    booked[fact.stream_id, leg.class_code] += leg.credit - leg.debit
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


def _check_numbers(
    statements: list[PayoutStatementIssued], parts: list[VoucherIssued], finals: list[VoucherFinalized]
) -> None:
    """Each series of an exercise begins at 1 and has no gap, and neither have the parts of a voucher."""
    assert [one.number for one in statements] == list(range(1, len(statements) + 1))
    expenses = [one.number for one in parts if one.series == "D"]
    assert expenses == list(range(1, len(expenses) + 1))
    receipts = [one for one in parts if one.series == "R"]
    numbers = sorted({one.number for one in receipts} | {one.number for one in finals})
    assert numbers == list(range(1, len(numbers) + 1))
    for number in numbers:
        mine = [one.part for one in receipts if one.number == number]
        assert mine == list(range(1, len(mine) + 1))
