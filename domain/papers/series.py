"""Which papers a coop has issued: the last number of each series, and what later papers need of earlier ones."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from domain.calendar import fiscal_year
from domain.events.papers.issued import (
    ClassRecap,
    EntryLine,
    PayoutStatementIssued,
    VoucherFinalized,
    VoucherIssued,
)
from domain.papers.drafts import Series
from domain.papers.references import part_reference, statement_reference

Paper = PayoutStatementIssued | VoucherIssued | VoucherFinalized
PAPERS: Final = (PayoutStatementIssued, VoucherIssued, VoucherFinalized)
"""The same, for a look at one event's type: a tuple is looked through faster than a union."""
Whose = tuple[int, UUID | None]
"""An exercise and a campaign; None is the coop's own voucher."""


class IssuedPart(NamedTuple):
    """What a final recap says of a part."""

    reference: str
    piece_on: date
    entry: tuple[EntryLine, ...]
    classes: tuple[ClassRecap, ...]


class PaperSeries:
    """The series of one coop: statements and vouchers per exercise, and the parts of each voucher."""

    def __init__(self) -> None:
        """Begin before the first paper."""
        self.last_trigger = 0
        """Papers are issued in the order of the log: whatever was asked for up to here has its papers."""
        self.statements: dict[int, int] = {}
        self.statement_of: dict[UUID, str] = {}
        self.vouchers: dict[int, int] = {}
        self.expenses: dict[int, int] = {}
        self.numbers: dict[Whose, int] = {}
        self.last_parts: dict[Whose, int] = {}
        self.parts: dict[Whose, list[IssuedPart]] = {}
        """The parts of each voucher with the expenses of its campaign: what a final recap adds up."""
        self.part_of: dict[tuple[int, UUID | None], str] = {}
        self.finals: dict[Whose, VoucherFinalized] = {}

    def add(self, event: Paper) -> None:
        """Remember a paper that was issued."""
        self.last_trigger = event.trigger
        if isinstance(event, PayoutStatementIssued):
            self._add_statement(event)
        elif isinstance(event, VoucherIssued):
            self._add_part(event)
        else:
            self._add_final(event)

    def _add_statement(self, event: PayoutStatementIssued) -> None:
        """Remember a statement; the first of a payout is the one that a return names."""
        self.statements[event.exercise] = event.number
        self.statement_of.setdefault(event.payout_id, statement_reference(event.exercise, event.number))

    def _add_part(self, event: VoucherIssued) -> None:
        """Remember a part of a voucher, or the piece of an expense."""
        whose = (event.exercise, event.campaign_id)
        reference = part_reference(event.series, event.exercise, event.number, event.part)
        if event.series == Series.EXPENSE:
            self.expenses[event.exercise] = event.number
        else:
            self._number(whose, event.number)
            self.last_parts[whose] = event.part
        self.parts.setdefault(whose, []).append(IssuedPart(reference, event.piece_on, event.entry, event.classes))
        self.part_of[event.trigger, event.campaign_id] = reference

    def _add_final(self, event: VoucherFinalized) -> None:
        """Remember the last edition of a final recap."""
        whose = (event.exercise, event.campaign_id)
        self._number(whose, event.number)
        self.finals[whose] = event

    def _number(self, whose: Whose, number: int) -> None:
        exercise, _ = whose
        self.numbers[whose] = number
        self.vouchers[exercise] = max(number, self.vouchers.get(exercise, 0))


def open_exercise(day: date, closed_years: Collection[int]) -> int:
    """Return the exercise that a fact of a day counts in: its own, or the first one after all that are closed."""
    last = max(closed_years, default=None) if closed_years else None
    return fiscal_year(day) if last is None else max(fiscal_year(day), last + 1)
