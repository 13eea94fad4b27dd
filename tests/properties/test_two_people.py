"""No money leaves to an IBAN that one person alone, or unannounced, brought in: whatever the order of what people do.

People register, confirm and withdraw bank accounts, invite each other, change each other's addresses, ask for payouts,
while days pass. The model is another one than the code's: it follows what each person's hands reach, forwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from domain.aggregate import Intent
from domain.association.ties import Tie
from domain.coop.bank_accounts import ConfirmBankAccount, RegisterBankAccount, WithdrawBankAccount
from domain.coop.certification import RecordCertified
from domain.coop.payouts import RequestPayout
from domain.errors import LedgerError
from domain.events.bank import BankAccountConfirmed, BankAccountRegistered, BankAccountWithdrawn
from domain.events.payout import PayoutRequested
from tests.kit import example
from tests.kit.in_memory_ledger import InMemoryLedger, paid
from tests.kit.run.extent import Extent

PEOPLE: Final = ("ada", "bea", "cleo", "dora")
IBANS: Final = ("first", "second")
MONTH: Final = timedelta(days=30)


class Step(NamedTuple):
    """What one person does, to whom or with which IBAN, after some days."""

    what: str
    who: str
    whom: str
    iban: str
    days: int


WHATS: Final = ("register", "register", "confirm", "confirm", "pay out", "pay out", "withdraw", "invite", "readdress")
steps: Final = st.builds(
    Step,
    st.sampled_from(WHATS),
    st.sampled_from(PEOPLE),
    st.sampled_from(PEOPLE),
    st.sampled_from(IBANS),
    st.sampled_from((0, 0, 1, 20, 31)),
)


class School:
    """One coop, what its people did, and what came of it."""

    def __init__(self, reached: Counter[str]) -> None:
        """Begin certified and with money, without any bank account."""
        self.ledger: InMemoryLedger = paid()
        self.ledger.do(RecordCertified, provider_account="acct_1")
        self.now, self.ties = example.NOW, list[Tie]()
        self.accounts: dict[str, UUID] = {}
        self.count, self.reached = 0, reached

    def take(self, step: Step) -> None:
        """Let a person do something; what is refused leaves no trace."""
        self.now += timedelta(days=step.days, minutes=1)
        acts: dict[str, Callable[[Step], None]] = {
            "register": self._register,
            "confirm": self._confirm,
            "withdraw": self._withdraw,
            "pay out": self._pay_out,
        }
        if step.what in acts:
            acts[step.what](step)
        elif step.who != step.whom:
            self.ties.append(Tie(controller=step.who, member=step.whom, at=self.now))

    def _do(self, kind: type[Intent[Any]], step: Step, **fields: object) -> None:
        try:
            self.ledger.do(kind, by=step.who, at=self.now, **fields)
        except LedgerError as refusal:
            self.reached[refusal.code] += 1
        else:
            self.reached[kind.__name__] += 1

    def _id(self) -> UUID:
        self.count += 1
        return example.uid(70_000 + self.count)

    def _register(self, step: Step) -> None:
        account = self._id()
        before = len(self.ledger.events)
        self._do(RegisterBankAccount, step, bank_account_id=account, iban_masked="FR", iban_fingerprint=step.iban)
        if len(self.ledger.events) > before:
            self.accounts[step.iban] = account

    def _confirm(self, step: Step) -> None:
        account = self.accounts.get(step.iban, example.BANK_ACCOUNT)
        self._do(ConfirmBankAccount, step, bank_account_id=account, payee_check="match", ties=tuple(self.ties))

    def _withdraw(self, step: Step) -> None:
        self._do(WithdrawBankAccount, step, bank_account_id=self.accounts.get(step.iban, example.BANK_ACCOUNT))

    def _pay_out(self, step: Step) -> None:
        self._do(RequestPayout, step, payout_id=self._id(), cents=1)


def hands(person: str, ties: list[Tie], since: Any) -> set[str]:  # noqa: ANN401 - an instant
    """Everyone through whom a person can act: itself, and those it reaches by ties from an instant on."""
    reached = {person}
    for _ in PEOPLE:
        reached |= {tie.member for tie in ties if tie.controller in reached and tie.at >= since}
    return reached


def check_every_payout(school: School) -> None:
    """Each payout went to an IBAN that was announced by one, confirmed by another, with no one behind both."""
    registered: dict[UUID, BankAccountRegistered] = {}
    confirmed: dict[UUID, BankAccountConfirmed] = {}
    waiting: set[UUID] = set()
    for event in school.ledger.events:
        if isinstance(event, BankAccountRegistered):
            registered[event.bank_account_id] = event
            waiting.add(event.bank_account_id)
        elif isinstance(event, BankAccountConfirmed):
            confirmed.setdefault(event.bank_account_id, event)
            waiting.discard(event.bank_account_id)
        elif isinstance(event, BankAccountWithdrawn):
            waiting.discard(event.bank_account_id)
        elif isinstance(event, PayoutRequested):
            assert not waiting
            first, second = registered[event.bank_account_id], confirmed[event.bank_account_id]
            known = [tie for tie in school.ties if tie.at <= second.at]
            for person in PEOPLE:
                assert not {first.by, second.by} <= hands(person, known, first.at - MONTH), (first, second, person)


def test_no_payout_goes_to_an_iban_that_one_person_alone_brought_in(extent: Extent) -> None:
    reached: Counter[str] = Counter()

    @settings(max_examples=extent.count(ci=400, long=5_000), deadline=None, derandomize=not extent.long, database=None)
    @given(st.lists(steps, min_size=10, max_size=40))
    def play(taken: list[Step]) -> None:
        school = School(reached)
        for step in taken:
            school.take(step)
        check_every_payout(school)

    play()
    wanted = {"RequestPayout", "ConfirmBankAccount", "WithdrawBankAccount", "second-person-needed"}
    assert wanted | {"bank-account-unconfirmed", "bank-account-not-confirmed", "already-exists"} <= set(reached)
    assert reached["RequestPayout"] >= 100
    assert reached["second-person-needed"] >= 100


def test_the_check_notices_a_rule_that_forgets_ties() -> None:
    school = School(Counter())
    for step in (
        Step("invite", "ada", "bea", "", 0),
        Step("register", "ada", "", "first", 1),
    ):
        school.take(step)
    invitations, school.ties = school.ties, []
    school.take(Step("confirm", "bea", "", "first", 1))
    school.take(Step("pay out", "ada", "", "", 1))
    school.ties = invitations
    with pytest.raises(AssertionError):
        check_every_payout(school)
