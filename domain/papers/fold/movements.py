"""The movements that papers show, each with what stands against the bank or the cash box in the coop's cash book.

What stands against it is what the journal booked: one definition, so that a new kind of movement needs nothing here.
Money waits for a payout on the online account, or at another platform.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import UUID

from domain.allocation import split_within
from domain.calendar import paris_date
from domain.chart_of_accounts import IN_COOP_BOOK, Account
from domain.errors import LedgerCorrupt
from domain.events.base import Event, PayoutItem, Share
from domain.events.external import ExternalPaymentRecorded, ExternalPaymentRefunded
from domain.funds.movements import PAYOUT_FACTS, online_change, payout_item
from domain.journal import Postings

_WHOLE: Final = 0
"""The only line of a movement that is not divided by child."""
_ELSEWHERE: Final[dict[type[Event], str]] = {
    ExternalPaymentRecorded: "external_payment_id",
    ExternalPaymentRefunded: "refund_id",
}
"""What moves money that another platform holds, and the field that names it in the content of its payouts."""


def contra_of(legs: Postings, money: Account) -> Account:
    """Return the account that the journal moved against an account of money in the coop's book.

    Raises:
        LedgerCorrupt: there is none, or more than one.

    """
    against = {account for account, *_ in legs if account in IN_COOP_BOOK and account is not money}
    if len(against) != 1:
        raise LedgerCorrupt(accounts=len(against))
    return against.pop()


class PaperMovement:
    """One movement of the online account: what payouts that arrived ``covered`` of each line, what papers ``showed``.

    It is of one ``exercise``; what a payout of a later one brings of it was brought forward at the year's end, so that
    only papers of its own exercise show it by class. ``no_cash`` is the account that stands against it instead of the
    bank: of a lost dispute. Until it arrives it lies at another platform where ``elsewhere``, else on line.
    """

    __slots__ = (
        *("account", "answers", "contribution_id", "covered", "elsewhere", "exercise", "inflow", "kind", "no_cash"),
        *("on", "position", "reference", "shares", "showed", "trigger"),
    )

    def __init__(
        self,
        position: int,
        on: date,
        exercise: int,
        item: PayoutItem,
        account: Account,
        shares: Iterable[Share],
        no_cash: Account | None = None,
        *,
        elsewhere: bool = False,
    ) -> None:
        """Begin with nothing covered."""
        self.trigger = 0
        """The trigger of the last part that showed it; 0 while none does."""
        self.answers: tuple[PaperMovement, ...] = ()
        """What it takes something back from: its part names theirs."""
        self.elsewhere = elsewhere
        self.inflow = item.cents > 0
        self.no_cash = no_cash
        self.position = position
        self.on = on
        self.exercise = exercise
        self.kind = item.kind
        self.reference = item.reference
        self.contribution_id: UUID | None = item.contribution_id
        self.account = account
        by_line = {share.line: share.cents for share in shares} if account is Account.CONTRIBUTIONS else {}
        self.shares = by_line or {_WHOLE: abs(item.cents)}
        self.covered = dict.fromkeys(self.shares, 0)
        self.showed = dict.fromkeys(self.shares, 0)

    @property
    def shown(self) -> bool:
        """Whether papers have had all of it: those of its exercise, or payouts of a later one before that is closed."""
        return self.shares in (self.showed, self.covered)

    def brought_forward(self, exercise: int) -> bool:
        """Tell whether a paper of an exercise finds it brought forward from one before."""
        return exercise > self.exercise

    def cover(self, cents: int, exercise: int) -> dict[int, int]:
        """Cover some more cents, and return how much of each line that is: the largest remainder of what is left.

        The parts of a movement add up to its shares, and none is below zero: shares of a growing total could be, since
        the largest remainder may give a line less of more.
        """
        lines = tuple(self.shares)
        split = split_within(cents, [self.shares[line] - self.covered[line] for line in lines])
        parts = {line: part for line, part in zip(lines, split, strict=True) if part}
        self._move(parts, exercise, 1)
        return parts

    def uncover(self, parts: dict[int, int], exercise: int) -> None:
        """Take back what a payout had brought: it came back, in an exercise."""
        self._move(parts, exercise, -1)
        if not any(self.showed.values()) and not any(self.covered.values()):
            self.trigger = 0

    def bring_forward(self) -> dict[int, int]:
        """Return what no paper of its exercise showed of each line, which one now does."""
        rest = {line: cents - self.showed[line] for line, cents in self.shares.items() if cents != self.showed[line]}
        self.showed = dict(self.shares)
        return rest

    def _move(self, parts: dict[int, int], exercise: int, sign: int) -> None:
        for line, cents in parts.items():
            self.covered[line] += sign * cents
            if not self.brought_forward(exercise):
                self.showed[line] += sign * cents


def movement_of(position: int, event: Event, legs: Postings, exercise: int) -> PaperMovement | None:
    """Return the movement that an event makes of money that waits for a payout, here or elsewhere; None if none."""
    field = _ELSEWHERE.get(type(event))
    if field is not None:
        held = sum(leg.debit - leg.credit for leg in legs if leg.account is Account.COLLECTED_ELSEWHERE)
        if not held:
            return None
        there = PayoutItem(
            kind=event.TOPIC.rpartition(".")[0],
            reference=str(getattr(event, field)),
            cents=held,
            contribution_id=event.subject_id,
        )
        account = contra_of(legs, Account.COLLECTED_ELSEWHERE)
        day = paris_date(event.happened_at)
        return PaperMovement(position, day, exercise, there, account, shares_of(event), elsewhere=True)
    change = online_change(legs)
    if not change or isinstance(event, PAYOUT_FACTS):
        return None
    item, day = payout_item(event, change), paris_date(event.happened_at)
    return PaperMovement(position, day, exercise, item, contra_of(legs, Account.ONLINE), shares_of(event))


def shares_of(event: Event) -> tuple[Share, ...]:
    """Return the split by child of an event, if it has one."""
    shares: tuple[Share, ...] = getattr(event, "shares", ())
    return shares
