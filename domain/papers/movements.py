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
_INSTEAD: Final = {Account.BANK: Account.DUE_TO_FAMILIES}
"""What the coop paid a family itself has a piece of its own; until then, what came back is due to the family."""


def contra_of(legs: Postings) -> Account:
    """Return the account that the journal moved against the online account.

    Raises:
        LedgerCorrupt: there is none, or more than one.

    """
    against = {leg.account for leg in legs if book_of(leg.account) is Book.COOP and leg.account is not Account.ONLINE}
    if len(against) != 1:
        raise LedgerCorrupt(accounts=len(against))
    account = against.pop()
    return _INSTEAD.get(account, account)


class Movement:
    """One movement of the online account; ``covered`` is what payouts that arrived brought of each of its lines.

    ``no_cash`` is the account that stands against it instead of the bank: of a lost dispute.
    """

    __slots__ = ("account", "contribution_id", "covered", "inflow", "kind", "no_cash", "on", "position", "shares")

    def __init__(
        self,
        position: int,
        on: date,
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
        self.kind = item.kind
        self.contribution_id: UUID | None = item.contribution_id
        self.account = account
        by_line = {share.line: share.cents for share in shares} if account is Account.CONTRIBUTIONS else {}
        self.shares = by_line or {_WHOLE: abs(item.cents)}
        self.covered = dict.fromkeys(self.shares, 0)

    @property
    def complete(self) -> bool:
        """Whether all of it has arrived."""
        return self.covered == self.shares

    def cover(self, cents: int) -> dict[int, int]:
        """Cover some more cents, and return how much of each line that is: the largest remainder of what is left.

        The parts of a movement add up to its shares, and none is below zero: shares of a growing total could be, since
        the largest remainder may give a line less of more.
        """
        lines = tuple(self.shares)
        parts = split_within(cents, [self.shares[line] - self.covered[line] for line in lines])
        for line, part in zip(lines, parts, strict=True):
            self.covered[line] += part
        return {line: part for line, part in zip(lines, parts, strict=True) if part}

    def uncover(self, parts: dict[int, int]) -> None:
        """Take back what a payout had brought: it came back."""
        for line, cents in parts.items():
            self.covered[line] -= cents


def shares_of(event: Event) -> tuple[Share, ...]:
    """Return the split by child of an event, if it has one."""
    shares: tuple[Share, ...] = getattr(event, "shares", ())
    return shares
