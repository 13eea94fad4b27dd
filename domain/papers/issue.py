"""Issuing the papers that an event of the log asks for: numbered by the coop, once, in the order of the log.

What they say is folded from the log outside of the command (``domain.papers.fold``) and is the same each time; what
only the coop knows is decided here: numbers, exercises, and the names of the papers that others name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from typing import ClassVar, Final
from uuid import UUID

from domain.aggregate import Stamp
from domain.calendar import paris_date
from domain.chart_of_accounts import CHART, Account
from domain.coop.state import Coop, CoopCommand, PayoutStatus
from domain.errors import Conflict, StatementDoesNotAddUp
from domain.events.base import Event
from domain.events.papers.issued import (
    EntryLine,
    PayoutStatementIssued,
    VoucherFinalized,
    VoucherIssued,
)
from domain.money import euros
from domain.papers.content import TEMPLATE, Carried, PaperHead, RecapPart, same_figures
from domain.papers.drafts import (
    CoopFacts,
    FinalDraft,
    PaperKind,
    PartDraft,
    PayoutFacts,
    Series,
    bank_change,
    cash_change,
)
from domain.papers.fold.children import recaps
from domain.papers.fold.known import Drafted
from domain.papers.references import part_reference, statement_reference, voucher_reference
from domain.papers.series import IssuedPart

_ARRIVED: Final = (PayoutStatus.PAID, PayoutStatus.RETURNED)
Numbered = tuple[tuple[int, int], PartDraft]
"""A part with the number of its voucher and its own in it."""


class IssuePapers(CoopCommand, frozen=True, kw_only=True):
    """Issue all papers that one event asks for: a payout's statement and its parts, or a recap; all of them or none.

    ``template`` is the version that they are printed with: the present one, unless papers are issued again to be
    compared with those of an older one.
    """

    KIND: ClassVar[str] = "IssuePapers"
    trigger: int
    kind: PaperKind
    exercise: int
    day: date
    coop: CoopFacts
    payout: PayoutFacts | None
    parts: tuple[PartDraft, ...]
    finals: tuple[FinalDraft, ...]
    template: int = TEMPLATE

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Issued once, in the order of the log; refuse what a payout does not explain to the cent."""
        if self.trigger <= state.papers.last_trigger:
            return ()
        if self.payout is not None:
            self._check(state, self.payout)
        head = self._head(self.exercise)
        numbered = list(_numbered(state, self.exercise, self.parts))
        number = state.papers.statements.get(self.exercise, 0) + 1
        first: tuple[Event, ...] = ()
        statement = ""
        if self.payout is not None:
            statement = statement_reference(self.exercise, number)
            first = (self._statement(state, head, self.payout, number, numbered),)
        issued = [self._part(state, head, statement, place, draft) for place, draft in numbered]
        return (*first, *issued, *self._finals(state, issued))

    def _head(self, exercise: int) -> PaperHead:
        return PaperHead(self.coop, self.trigger, exercise, self.day, paris_date(self.at), self.template)

    def _check(self, state: Coop, payout: PayoutFacts) -> None:
        """Refuse parts that are not the payout to the cent, and one that did not arrive."""
        known = state.payouts.get(payout.payout_id)
        if known is None or known.status not in _ARRIVED or known.cents != payout.cents:
            raise Conflict(payout=payout.payout_id, cents=payout.cents)
        back = self.kind is PaperKind.RETURN
        if back and payout.payout_id not in state.papers.statement_of:
            raise Conflict(payout=payout.payout_id, statement=None)
        gap = sum(part.bank for part in self.parts) + (payout.cents if back else -payout.cents)
        if gap:
            raise StatementDoesNotAddUp(gap_euros=euros(abs(gap)), gap=gap, payout=payout.payout_id)

    def _statement(
        self, state: Coop, head: PaperHead, payout: PayoutFacts, number: int, numbered: list[Numbered]
    ) -> PayoutStatementIssued:
        returns = state.papers.statement_of[payout.payout_id] if self.kind is PaperKind.RETURN else ""
        digest = hashlib.sha256("".join(draft.lines_sha256 for _, draft in numbered).encode()).hexdigest()
        parts = [(part_reference(draft.series, self.exercise, *place), draft) for place, draft in numbered]
        return PayoutStatementIssued(
            at=self.at,
            by=self.by,
            trigger=self.trigger,
            payout_id=payout.payout_id,
            exercise=self.exercise,
            number=number,
            piece_on=self.day,
            cents=payout.cents,
            returns=returns,
            template=self.template,
            printed=head.statement(statement_reference(self.exercise, number), payout, returns, parts, digest),
            lines=sum(draft.lines for _, draft in numbered),
            lines_sha256=digest,
        )

    def _part(
        self, state: Coop, head: PaperHead, statement: str, place: tuple[int, int], draft: PartDraft
    ) -> VoucherIssued:
        number, part = place
        rectifies = tuple(state.papers.part_of[trigger, draft.campaign_id] for trigger in draft.corrects)
        reference = part_reference(draft.series, self.exercise, number, part)
        return VoucherIssued(
            at=self.at,
            by=self.by,
            trigger=self.trigger,
            campaign_id=draft.campaign_id,
            kind=self.kind,
            payout_id=None if self.payout is None else self.payout.payout_id,
            series=draft.series,
            exercise=self.exercise,
            number=number,
            part=part,
            piece_on=self.day,
            rectifies=rectifies,
            entry=draft.entry,
            classes=draft.classes,
            template=self.template,
            printed=head.part(reference, self.kind, draft, self.payout, statement, rectifies),
            lines=draft.lines,
            lines_sha256=draft.lines_sha256,
        )

    def _finals(self, state: Coop, issued: list[VoucherIssued]) -> Iterator[VoucherFinalized]:
        """Issue a recap of each exercise that has changed since the last edition; without money there is none."""
        fresh = {(part.exercise, part.campaign_id): part.number for part in issued if part.series == Series.RECEIPT}
        numbers = state.papers.numbers | fresh
        for draft in self.finals:
            whose = (draft.exercise, draft.campaign_id)
            if whose not in numbers:
                if not draft.classes:
                    continue
                numbers[whose] = max((n for (year, _), n in numbers.items() if year == draft.exercise), default=0) + 1
            mine = [_as_issued(part) for part in issued if (part.exercise, part.campaign_id) == whose]
            recap = self._edition(state, draft, numbers[whose], mine)
            if recap is not None:
                yield recap

    def _edition(self, state: Coop, draft: FinalDraft, number: int, mine: list[IssuedPart]) -> VoucherFinalized | None:
        """Return the next edition of a recap; None when nothing of it has changed."""
        whose = (draft.exercise, draft.campaign_id)
        before = state.papers.finals.get(whose)
        listed, carried = recap_of([*state.papers.parts.get(whose, ()), *mine])
        edition = 1 if before is None else before.edition + 1
        reference = voucher_reference(draft.exercise, number)
        printed = self._head(draft.exercise).final(reference, edition, draft, listed, carried)
        if before is not None and same_figures(before.printed, printed):
            return None
        return VoucherFinalized(
            at=self.at,
            by=self.by,
            trigger=self.trigger,
            campaign_id=draft.campaign_id,
            exercise=draft.exercise,
            number=number,
            edition=edition,
            piece_on=self.day,
            entry=carried[0],
            classes=carried[1],
            to_pay_out=draft.to_pay_out,
            overpaid=draft.overpaid,
            blocked=draft.blocked,
            template=self.template,
            printed=printed,
        )


def issue_command(drafted: Drafted, coop_id: UUID, stamp: Stamp, template: int = TEMPLATE) -> IssuePapers:
    """Return the command that issues what an event asks for, to be printed with a version of the template."""
    return IssuePapers(
        stream_id=coop_id,
        stamp=stamp,
        trigger=drafted.trigger,
        kind=drafted.kind,
        exercise=drafted.exercise,
        day=drafted.day,
        coop=drafted.coop,
        payout=drafted.payout,
        parts=drafted.parts,
        finals=drafted.finals,
        template=template,
    )


def recap_of(parts: Iterable[IssuedPart]) -> tuple[list[RecapPart], Carried]:
    """Add parts up for a recap: each with what it moves at the bank and in cash, then their entry and classes."""
    whole = list(parts)
    listed = [
        RecapPart(part.reference, part.piece_on, bank_change(part.entry), cash_change(part.entry)) for part in whole
    ]
    entry = _summed(chain.from_iterable(part.entry for part in whole))
    return listed, (entry, recaps(chain.from_iterable(part.classes for part in whole)))


def _numbered(state: Coop, exercise: int, drafts: Iterable[PartDraft]) -> Iterator[Numbered]:
    """Give each part the number of its campaign's voucher in the exercise, the next one if it has none, and its own.

    An expense has a number of its own, in its own series.
    """
    last, expense = state.papers.vouchers.get(exercise, 0), state.papers.expenses.get(exercise, 0)
    for draft in drafts:
        whose = (exercise, draft.campaign_id)
        if draft.series is Series.EXPENSE:
            expense += 1
            yield (expense, 1), draft
        else:
            number = state.papers.numbers.get(whose, last + 1)
            last = max(last, number)
            yield (number, state.papers.last_parts.get(whose, 0) + 1), draft


def _as_issued(part: VoucherIssued) -> IssuedPart:
    reference = part_reference(part.series, part.exercise, part.number, part.part)
    return IssuedPart(reference, part.piece_on, part.entry, part.classes)


def _summed(entry: Iterable[EntryLine]) -> tuple[EntryLine, ...]:
    """Add lines up by account, class and side, in the order of the chart of accounts."""
    sums: dict[tuple[str, str, bool], int] = {}
    for line in entry:
        key = (line.account, line.class_code, line.debit > 0)
        sums[key] = sums.get(key, 0) + line.debit + line.credit
    return tuple(
        EntryLine(account=account, class_code=code, debit=cents if debit else 0, credit=0 if debit else cents)
        for (account, code, debit), cents in sorted(sums.items(), key=_by_number)
    )


def _by_number(summed: tuple[tuple[str, str, bool], int]) -> tuple[str, str, bool]:
    """Put accounts in the order of their numbers, classes by their code, debits first."""
    (account, code, debit), _ = summed
    return CHART[Account(account)].number, code, not debit
