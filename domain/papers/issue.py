"""Issuing the papers that an event of the log asks for: numbered by the coop, once, in the order of the log.

What they say is folded from the log outside of the command (``domain.papers.book``) and is the same for whoever folds
it; what only the coop knows is decided here: numbers, exercises, and the names of the papers that others name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import chain
from typing import ClassVar, Final
from uuid import UUID

from domain.aggregate import Stamp
from domain.calendar import paris_date
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
from domain.papers.book import Drafted
from domain.papers.children import recaps
from domain.papers.content import TEMPLATE, PaperHead, same_figures
from domain.papers.drafts import CoopFacts, FinalDraft, PaperKind, PartDraft, PayoutFacts, bank_change
from domain.papers.references import part_reference, statement_reference, voucher_reference
from domain.papers.series import IssuedPart, open_exercise

_ARRIVED: Final = (PayoutStatus.PAID, PayoutStatus.RETURNED)
Numbered = tuple[tuple[int, int], PartDraft]
"""A part with the number of its voucher and its own in it."""


class IssuePapers(CoopCommand, frozen=True, kw_only=True):
    """Issue all papers that one event asks for: a payout's statement and its parts, or a recap; all of them or none."""

    KIND: ClassVar[str] = "IssuePapers"
    trigger: int
    kind: PaperKind
    day: date
    coop: CoopFacts
    payout: PayoutFacts | None
    parts: tuple[PartDraft, ...]
    finals: tuple[FinalDraft, ...]

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Issued once, in the order of the log; refuse what a payout does not explain to the cent."""
        if self.trigger <= state.papers.last_trigger:
            return ()
        if self.payout is not None:
            self._check(state, self.payout)
        exercise = open_exercise(self.day, state.closed_years)
        head = PaperHead(self.coop, self.trigger, self.day, paris_date(self.at))
        numbered = list(_numbered(state, exercise, self.parts))
        statement = (
            "" if self.payout is None else statement_reference(exercise, _next(state.papers.statements, exercise))
        )
        issued = [self._part(state, head, statement, exercise, place, draft) for place, draft in numbered]
        first = () if self.payout is None else (self._statement(state, head, self.payout, exercise, numbered),)
        return (*first, *issued, *self._finals(state, head, exercise, issued))

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
        self,
        state: Coop,
        head: PaperHead,
        payout: PayoutFacts,
        exercise: int,
        numbered: list[Numbered],
    ) -> PayoutStatementIssued:
        number = _next(state.papers.statements, exercise)
        returns = state.papers.statement_of[payout.payout_id] if self.kind is PaperKind.RETURN else ""
        digest = hashlib.sha256("".join(draft.lines_sha256 for _, draft in numbered).encode()).hexdigest()
        parts = [(part_reference(exercise, *place), draft) for place, draft in numbered]
        return PayoutStatementIssued(
            at=self.at,
            by=self.by,
            trigger=self.trigger,
            payout_id=payout.payout_id,
            exercise=exercise,
            number=number,
            piece_on=self.day,
            cents=payout.cents,
            returns=returns,
            template=TEMPLATE,
            printed=head.statement(statement_reference(exercise, number), payout, returns, parts, digest),
            lines=sum(draft.lines for _, draft in numbered),
            lines_sha256=digest,
        )

    def _part(
        self, state: Coop, head: PaperHead, statement: str, exercise: int, place: tuple[int, int], draft: PartDraft
    ) -> VoucherIssued:
        number, part = place
        rectifies = state.papers.part_of[draft.corrects, draft.campaign_id] if draft.corrects else ""
        reference = part_reference(exercise, number, part)
        return VoucherIssued(
            at=self.at,
            by=self.by,
            trigger=self.trigger,
            campaign_id=draft.campaign_id,
            kind=self.kind,
            payout_id=None if self.payout is None else self.payout.payout_id,
            exercise=exercise,
            number=number,
            part=part,
            piece_on=self.day,
            rectifies=rectifies,
            entry=draft.entry,
            classes=draft.classes,
            template=TEMPLATE,
            printed=head.part(reference, self.kind, draft, self.payout, statement, rectifies),
            lines=draft.lines,
            lines_sha256=draft.lines_sha256,
        )

    def _finals(
        self, state: Coop, head: PaperHead, exercise: int, issued: list[VoucherIssued]
    ) -> Iterator[VoucherFinalized]:
        """Issue a recap of each exercise that has changed since the last edition; without money there is none."""
        for draft in self.finals:
            mine = [part for part in issued if part.campaign_id == draft.campaign_id]
            numbers = state.papers.numbers_of(draft.campaign_id)
            numbers |= {part.exercise: part.number for part in mine}
            if not numbers and draft.classes:
                fresh = [part.number for part in issued if part.exercise == exercise]
                numbers[exercise] = max([state.papers.vouchers.get(exercise, 0), *fresh]) + 1
            for year, number in sorted(numbers.items()):
                edition = self._edition(state, head, draft, year, number, mine, latest=year == max(numbers))
                if edition is not None:
                    yield edition

    def _edition(
        self,
        state: Coop,
        head: PaperHead,
        draft: FinalDraft,
        year: int,
        number: int,
        mine: list[VoucherIssued],
        *,
        latest: bool,
    ) -> VoucherFinalized | None:
        """Return the next edition of a recap; None when nothing of it has changed."""
        whose = (year, draft.campaign_id)
        before = state.papers.finals.get(whose)
        parts = [*state.papers.parts.get(whose, ()), *(_as_issued(part) for part in mine if part.exercise == year)]
        listed = [(part.reference, part.piece_on, bank_change(part.entry)) for part in parts]
        entry = _summed(chain.from_iterable(part.entry for part in parts))
        classes = recaps(chain.from_iterable(part.classes for part in parts))
        edition = 1 if before is None else before.edition + 1
        printed = head.final(voucher_reference(year, number), edition, draft, listed, (entry, classes), latest=latest)
        if before is not None and same_figures(before.printed, printed):
            return None
        return VoucherFinalized(
            at=self.at,
            by=self.by,
            trigger=self.trigger,
            campaign_id=draft.campaign_id,
            exercise=year,
            number=number,
            edition=edition,
            piece_on=self.day,
            entry=entry,
            classes=classes,
            to_pay_out=draft.to_pay_out if latest else 0,
            overpaid=draft.overpaid if latest else 0,
            blocked=draft.blocked if latest else 0,
            template=TEMPLATE,
            printed=printed,
        )


def issue_command(drafted: Drafted, coop_id: UUID, stamp: Stamp) -> IssuePapers:
    """Return the command that issues what an event asks for."""
    return IssuePapers(
        stream_id=coop_id,
        stamp=stamp,
        trigger=drafted.trigger,
        kind=drafted.kind,
        day=drafted.day,
        coop=drafted.coop,
        payout=drafted.payout,
        parts=drafted.parts,
        finals=drafted.finals,
    )


def _next(numbers: Mapping[int, int], exercise: int) -> int:
    """The number after the last one of an exercise."""
    return numbers.get(exercise, 0) + 1


def _numbered(state: Coop, exercise: int, drafts: Iterable[PartDraft]) -> Iterator[Numbered]:
    """Give each part the number of its campaign's voucher in the exercise, the next one if it has none, and its own."""
    last = state.papers.vouchers.get(exercise, 0)
    for draft in drafts:
        whose = (exercise, draft.campaign_id)
        number = state.papers.numbers.get(whose, last + 1)
        last = max(last, number)
        yield (number, len(state.papers.parts.get(whose, ())) + 1), draft


def _as_issued(part: VoucherIssued) -> IssuedPart:
    reference = part_reference(part.exercise, part.number, part.part)
    return IssuedPart(reference, part.piece_on, part.entry, part.classes)


def _summed(entry: Iterable[EntryLine]) -> tuple[EntryLine, ...]:
    """Add lines up by account, class and side."""
    sums: dict[tuple[str, str, bool], int] = {}
    for line in entry:
        key = (line.account, line.class_code, line.debit > 0)
        sums[key] = sums.get(key, 0) + line.debit + line.credit
    return tuple(
        EntryLine(account=account, class_code=code, debit=cents if debit else 0, credit=0 if debit else cents)
        for (account, code, debit), cents in sums.items()
    )
