"""The ledger in memory: streams of stored bytes, decided and folded by the real domain, nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from domain.aggregate import Command, FundsCommand, Intent, State, TotalsCommand
from domain.chart_of_accounts import Account, Book, book_of
from domain.closings.totals import AccountTotals, TotalsAt
from domain.errors import LedgerError
from domain.events import Event, decode, encode
from domain.funds import CoopFunds
from domain.journal import postings
from domain.roll_forward import statement_movement

AT = datetime(2024, 9, 10, 8, 0, tzinfo=UTC)
DAY = date(2024, 9, 1)


class Entry(NamedTuple):
    """One stored event: its stream, its coop, its topic and its bytes."""

    stream_id: UUID
    coop_id: UUID | None
    topic: str
    stored: bytes


class LedgerHarness:
    """Carries out commands and keeps running totals per coop, account and class, for the invariants."""

    def __init__(self) -> None:
        """Begin with an empty log."""
        self.log: list[Entry] = []
        self.states: dict[UUID, State] = {}
        self.funds: dict[UUID, CoopFunds] = {}
        self.totals: dict[UUID, AccountTotals] = {}
        self.balances: dict[tuple[UUID, Account], int] = {}
        self.by_class: dict[tuple[UUID, str], int] = {}
        self.boxes: dict[UUID, list[int]] = {}

    def send(self, command: Intent[Any]) -> LedgerError | None:
        """Carry out one command; the error when it is refused, which must leave no trace."""
        state = self.states.get(command.stream_id) or command.STATE(command.stream_id)
        try:
            command.check_stream(state)
            events = self._decide(command, state)
        except LedgerError as error:
            return error
        for event in events:
            self._store(state, event)
        if events:
            self.states[command.stream_id] = state
        return None

    def _decide(self, command: Intent[Any], state: State) -> tuple[Event, ...]:
        if isinstance(command, FundsCommand):
            assert state.coop_id is not None
            return command.decide_with_funds(state, self.funds.setdefault(state.coop_id, CoopFunds()))
        if isinstance(command, TotalsCommand):
            assert state.coop_id is not None
            totals = self.totals.setdefault(state.coop_id, AccountTotals())
            return command.decide_with_totals(state, TotalsAt(len(self.log), "00", totals))
        assert isinstance(command, Command)
        return command.decide(state)

    def _store(self, state: State, event: Event) -> None:
        """Append the canonical bytes, and fold what they decode to."""
        stored = encode(event)
        read = decode(event.TOPIC, stored)
        assert read == event
        assert encode(read) == stored
        state.evolve(read)
        self.log.append(Entry(state.id, state.coop_id, event.TOPIC, stored))
        if state.coop_id is not None:
            self.funds.setdefault(state.coop_id, CoopFunds()).apply(read)
            self.totals.setdefault(state.coop_id, AccountTotals()).apply(state.id, read)
        self._book(state.coop_id or state.id, state.id, read)

    def _book(self, coop_id: UUID, stream_id: UUID, event: Event) -> None:
        """Add the postings up; every event must balance in every book (invariant 1), without a negative amount."""
        legs = postings(event)
        gaps = dict.fromkeys(Book, 0)
        for leg in legs:
            change = leg.debit - leg.credit
            assert min(leg.debit, leg.credit) == 0 < max(leg.debit, leg.credit), event
            gaps[book_of(leg.account)] += change
            self.balances[coop_id, leg.account] = self.balances.get((coop_id, leg.account), 0) + change
            if leg.class_code is not None:
                key = (stream_id, leg.class_code)
                self.by_class[key] = self.by_class.get(key, 0) - change
        assert not any(gaps.values()), event
        moved = statement_movement(event, legs)
        if moved is not None:
            boxes = self.boxes.setdefault(coop_id, [0, 0, 0])
            for index, cents in enumerate(moved[:3]):
                boxes[index] += cents

    def balance(self, coop_id: UUID, account: Account) -> int:
        """Debits less credits of an account of a coop, in cents."""
        return self.balances.get((coop_id, account), 0)

    def refold(self) -> dict[UUID, State]:
        """Fold every stream again from its stored bytes."""
        fresh: dict[UUID, State] = {}
        for entry in self.log:
            known = self.states[entry.stream_id]
            state = fresh.setdefault(entry.stream_id, type(known)(entry.stream_id))
            state.evolve(decode(entry.topic, entry.stored))
        return fresh


def picture(value: object) -> object:
    """What a state holds, as plain values that can be compared."""
    if isinstance(value, dict):
        return {key: picture(item) for key, item in value.items()}
    slots = getattr(type(value), "__slots__", None)
    if slots and not hasattr(value, "__struct_fields__"):
        return {name: picture(getattr(value, name)) for name in slots}
    if isinstance(value, State):
        return {name: picture(item) for name, item in vars(value).items()}
    return vars(value) if hasattr(value, "__dict__") and not isinstance(value, type) else value
