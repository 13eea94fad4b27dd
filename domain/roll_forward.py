"""The roll-forward of an online account: opening + receipts − disbursements − transfers = closing (S-160)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from domain.chart_of_accounts import Account
from domain.errors import StatementDoesNotAddUp
from domain.events.base import Event, StatementBoxes
from domain.events.payout import PayoutFailed, PayoutReturned, PayoutSent
from domain.journal import Posting
from domain.money import euros


def roll_forward_gap(boxes: StatementBoxes) -> int:
    """Return by how many cents the stated closing balance differs from what the flows give."""
    return boxes.closing - (boxes.opening + boxes.receipts - boxes.disbursements - boxes.transfers)


def check_roll_forward(boxes: StatementBoxes) -> StatementBoxes:
    """Return a statement that adds up.

    Raises:
        StatementDoesNotAddUp: with the gap in its sentence, as on the guide's own page: « écart 1 780,61 € » (AN-1).

    """
    gap = roll_forward_gap(boxes)
    if gap:
        raise StatementDoesNotAddUp(gap_euros=euros(abs(gap)), gap=gap)
    return boxes


class Origin(StrEnum):
    """Where a receipt or a disbursement comes from: the « dont » lines of the statement's boxes."""

    FAMILIES = "families"
    REFUNDS = "refunds"
    PLATFORM = "platform"

    __hash__ = str.__hash__  # in C, unlike an enumeration's own


_PAYMENT: Final = "campaign.payment_captured"
_CAMPAIGN: Final = "campaign."
_ONLINE, _BLOCKED = Account.ONLINE, Account.ONLINE_BLOCKED


@lru_cache(maxsize=256)
def origin_of(topic: str) -> Origin:
    """Return where money of an event comes from, by its topic.

    What moves in a campaign is a family's payment, or what happens to one later: a refund or a dispute. What moves the
    account outside of campaigns, payouts apart, is the platform's.
    """
    if topic.rpartition(".")[0] == _PAYMENT:
        return Origin.FAMILIES
    return Origin.REFUNDS if topic.startswith(_CAMPAIGN) else Origin.PLATFORM


class StatementMovement(NamedTuple):
    """What one event does to the online account, in cents, as the statement's boxes show it (S-155…S-159).

    The balance of the account includes what is blocked by a dispute; ``blocked`` is the change of that part.
    """

    receipts: int = 0
    disbursements: int = 0
    transfers: int = 0
    blocked: int = 0


def statement_movement(event: Event, legs: Iterable[Posting]) -> StatementMovement | None:
    """Return what an event with these postings does to the online account; None when it does nothing to it.

    Payouts are transfers (a failed or returned one lowers them); what comes in otherwise is a receipt and
    what goes out a disbursement; a block moves money inside the account.
    """
    change = blocked = 0
    for account, debit, credit, _, _ in legs:
        if account is _ONLINE:
            change += debit - credit
        elif account is _BLOCKED:
            blocked += debit - credit
    total = change + blocked
    if not total and not blocked:
        return None
    if isinstance(event, PayoutSent | PayoutFailed | PayoutReturned):
        return StatementMovement(transfers=-total)
    return StatementMovement(receipts=max(total, 0), disbursements=max(-total, 0), blocked=blocked)
