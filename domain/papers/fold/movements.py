"""The movements that payouts bring, each with what stands against the bank in the coop's cash book.

What stands against it is what the journal booked against the online account: one definition, so that a new kind of
movement needs nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import UUID

from domain.allocation import split_within
from domain.chart_of_accounts import Account, Book, book_of
from domain.errors import LedgerCorrupt
from domain.events.base import Event, PayoutItem, Share
from domain.journal import Postings

_WHOLE: Final = 0
"""The only line of a movement that is not divided by child."""


def contra_of(legs: Postings) -> Account:
    """Return the account that the journal moved against the online account.

    Raises:
        LedgerCorrupt: there is none, or more than one.

    """
    against = {leg.account for leg in legs if book_of(leg.account) is Book.COOP and leg.account is not Account.ONLINE}
    if len(against) != 1:
        raise LedgerCorrupt(accounts=len(against))
    return against.pop()


class PaperMovement:
    """One movement of the online account: what payouts that arrived ``covered`` of each line, what papers ``showed``.

    It is of one ``exercise``; what a payout of a later one brings of it was brought forward at the year's end, so that
    only papers of its own exercise show it by class. ``no_cash`` is the account that stands against it instead of the
    bank: of a lost dispute.
    """

    __slots__ = (
        *("account", "contribution_id", "covered", "exercise", "inflow", "kind", "no_cash", "on", "position"),
        *("shares", "showed"),
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
    ) -> None:
        """Begin with nothing covered."""
        self.inflow = item.cents > 0
        self.no_cash = no_cash
        self.position = position
        self.on = on
        self.exercise = exercise
        self.kind = item.kind
        self.contribution_id: UUID | None = item.contribution_id
        self.account = account
        by_line = {share.line: share.cents for share in shares} if account is Account.CONTRIBUTIONS else {}
        self.shares = by_line or {_WHOLE: abs(item.cents)}
        self.covered = dict.fromkeys(self.shares, 0)
        self.showed = dict.fromkeys(self.shares, 0)

    @property
    def shown(self) -> bool:
        """Whether papers of its exercise have shown all of it."""
        return self.showed == self.shares

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


def shares_of(event: Event) -> tuple[Share, ...]:
    """Return the split by child of an event, if it has one."""
    shares: tuple[Share, ...] = getattr(event, "shares", ())
    return shares
