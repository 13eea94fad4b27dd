"""What the lines of an event are made of: an amount from one account to another, or split by class."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from domain.chart_of_accounts import Account
from domain.events.base import Share


class Posting(NamedTuple):
    """One journal line of an event: an account, a debit or a credit in cents, and the class it concerns, if any.

    ``campaign_id`` is set where an event of the coop concerns a campaign; an event of a campaign concerns that one.
    """

    account: Account
    debit: int
    credit: int
    class_code: str | None = None
    campaign_id: UUID | None = None


Postings = tuple[Posting, ...]


def move(debit: Account, credit: Account, cents: int) -> Postings:
    """Return two postings that debit one account and credit another, in cents; none for zero."""
    return (Posting(debit, cents, 0), Posting(credit, 0, cents)) if cents else ()


def signed(debit: Account, credit: Account, cents: int) -> Postings:
    """One amount from an account to another, the other way round when it is negative."""
    return move(debit, credit, cents) if cents >= 0 else move(credit, debit, -cents)


def by_class(account: Account, shares: Iterable[Share], *, credit: bool) -> Postings:
    """One line per class, in order of first appearance, from the split by child."""
    totals: dict[str, int] = {}
    for share in shares:
        totals[share.class_code] = totals.get(share.class_code, 0) + share.cents
    return tuple(
        Posting(account, 0, cents, code) if credit else Posting(account, cents, 0, code)
        for code, cents in totals.items()
        if cents
    )
