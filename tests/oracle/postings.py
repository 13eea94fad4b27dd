"""What each event books, from the column « Posts » of the document on events.

Books: P the platform's, C the coop's, M memo.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from tests.oracle.rows import Row

ACCOUNTS: Final = {
    "P": frozenset(
        (
            *("psp_platform", "psp_coop", "psp_in_transit", "psp_fees", "dispute_fees", "disputes_pending", "goodwill"),
            *("due_to_coop", "due_to_coop_blocked", "payout_in_progress", "receivable_from_coop", "tips", "suspense"),
        )
    ),
    "C": frozenset(
        (
            *("online", "online_blocked", "bank", "cash", "payouts_5801", "deposits_5802", "contributions"),
            *("due_to_families", "due_to_platform", "collected_elsewhere", "bank_fees", "other_income"),
            "deferred",
        )
    ),
    "M": frozenset(("instalments_expected", "instalments_counterpart")),
}
BOOK_OF: Final = {account: book for book, accounts in ACCOUNTS.items() for account in accounts}


class Leg(NamedTuple):
    """One line of an entry before it is dated: a positive amount on one side of an account."""

    account: str
    debit: int
    credit: int
    class_code: str = ""
    contribution: str = ""
    child: int = 0
    campaign: str = ""


def move(debit: str, credit: str, cents: int) -> tuple[Leg, ...]:
    """An amount from one account to another; the other way round when it is negative, nothing when it is 0."""
    if cents < 0:
        return move(credit, debit, -cents)
    return (Leg(debit, cents, 0), Leg(credit, 0, cents)) if cents else ()


def reverse(legs: Iterable[Leg]) -> tuple[Leg, ...]:
    """The same lines on their other side."""
    return tuple(leg._replace(debit=leg.credit, credit=leg.debit) for leg in legs)


def by_class(row: Row, against: str, *, back: bool = False, field: str = "shares") -> tuple[Leg, ...]:
    """Contributions by class and child, against one account: money that came in, or with ``back`` that went back."""
    shares = [share for share in row.shares(field) if share["cents"]]
    who = row.text("contribution_id")
    income = [Leg("contributions", 0, share["cents"], share["class_code"], who, share["line"]) for share in shares]
    legs = (Leg(against, sum(share["cents"] for share in shares), 0), *income) if shares else ()
    return reverse(legs) if back else legs


def _total(row: Row) -> int:
    return row.cents() + row.cents("tip_cents")


def _own_money(row: Row) -> str:
    """What the coop pays a family from itself: its cash box, else its bank."""
    return "cash" if row.text("means") == "cash" else "bank"


def _captured(row: Row) -> Iterator[Leg]:
    yield from move("psp_platform", "due_to_coop", row.cents())
    yield from move("psp_platform", "tips", row.cents("tip_cents"))
    yield from by_class(row, "online")
    if row.cents("instalment") > 1:
        yield from move("instalments_counterpart", "instalments_expected", row.cents())


def _refunded(row: Row, against: str) -> Iterator[Leg]:
    yield from move("due_to_coop", against, row.cents())
    yield from move("tips", against, row.cents("tip_cents"))
    yield from by_class(row, "online", back=True)


def _deferred(row: Row) -> Iterator[Leg]:
    """Income of a class to account 487, each on the line of its campaign."""
    for part in row.shares("parts"):
        for leg in move("contributions", "deferred", part["cents"]):
            yield leg._replace(class_code=part["class_code"], campaign=part["campaign_id"])


def _refund_failed(row: Row) -> Iterator[Leg]:
    if row.state["was_settled"]:
        yield from move("psp_platform", "due_to_coop", _total(row))
        yield from move("online", "due_to_families", _total(row))


def _dispute_opened(row: Row) -> Iterator[Leg]:
    """What is taken too much is in suspense; where that is negative, it comes from there, and no money moves."""
    beyond = row.cents("suspense_cents")
    yield from move("disputes_pending", "suspense" if beyond < 0 else "psp_platform", _total(row))
    yield from move("suspense", "psp_platform", max(beyond, 0))
    yield from move("dispute_fees", "psp_platform", row.cents("fee_cents"))
    yield from move("due_to_coop", "due_to_coop_blocked", row.cents())
    yield from move("online_blocked", "online", row.cents())


def _dispute_won(row: Row) -> Iterator[Leg]:
    yield from move("psp_platform", "disputes_pending", _total(row))
    yield from move("psp_platform", "suspense", row.cents("suspense_cents"))
    yield from move("dispute_fees", "psp_platform", row.cents("fee_cents"))
    yield from move("due_to_coop_blocked", "due_to_coop", row.cents())
    yield from move("online", "online_blocked", row.cents())


def _reinstated(row: Row) -> Iterator[Leg]:
    yield from move("psp_platform", "due_to_coop", row.cents())
    yield from move("psp_platform", "tips", row.cents("tip_cents"))
    yield from move("dispute_fees", "psp_platform", row.cents("fee_cents"))
    yield from by_class(row, "online")


def _dispute_lost(row: Row) -> Iterator[Leg]:
    yield from move("due_to_coop_blocked", "disputes_pending", row.cents())
    yield from move("tips", "disputes_pending", row.cents("tip_cents"))
    yield from by_class(row, "online_blocked", back=True)


def _payout_sent(row: Row) -> Iterator[Leg]:
    yield from move("due_to_coop", "payout_in_progress", row.cents())
    yield from move("psp_in_transit", "psp_coop", row.cents())
    yield from move("payouts_5801", "online", row.cents())


def _payout_returned(row: Row) -> Iterator[Leg]:
    yield from move("psp_coop", "due_to_coop", row.cents())
    yield from move("online", "payouts_5801", row.cents())


def _adjusted(row: Row) -> Iterator[Leg]:
    yield from move("goodwill", "due_to_coop", row.cents())
    yield from move("online", "other_income", row.cents())


def _covered(row: Row) -> Iterator[Leg]:
    yield from move("receivable_from_coop", "due_to_coop", row.cents())
    yield from move("online", "due_to_platform", row.cents())


def _corrected(row: Row) -> Iterator[Leg]:
    held, who, child = row.cents("held"), row.text("contribution_id"), row.cents("line")
    if held and row.state["old_class"] != row.state["new_class"]:
        yield Leg("contributions", held, 0, row.state["old_class"], who, child)
        yield Leg("contributions", 0, held, row.state["new_class"], who, child)


def _family_paid_back(row: Row) -> tuple[Leg, ...]:
    """The exact reverse of what a coop was said to have paid a family: with a split income, without one a debt."""
    if row.shares():
        return by_class(row, _own_money(row))
    return move(_own_money(row), "due_to_families", row.cents())


def _elsewhere_withdrawn(row: Row) -> Iterator[Leg]:
    yield from by_class(row, "collected_elsewhere", back=True)
    yield from by_class(row, "collected_elsewhere", field="refunded")


def _elsewhere_paid(row: Row) -> Iterator[Leg]:
    yield from move("bank", "collected_elsewhere", row.cents() - row.cents("fee_cents"))
    yield from move("bank_fees", "collected_elsewhere", row.cents("fee_cents"))


_MOVES: Final = {
    "association.platform_movement_recorded.1": ("psp_platform", "account"),
    "association.suspense_cleared.1": ("suspense", "account"),
    "campaign.provider_fee_charged.1": ("psp_fees", "psp_platform"),
    "campaign.funds_transferred.1": ("psp_coop", "psp_platform"),
    "campaign.transfer_reversed.1": ("psp_platform", "psp_coop"),
    "campaign.payment_suspended.1": ("psp_platform", "suspense"),
    "campaign.suspended_payment_returned.1": ("suspense", "psp_platform"),
    "campaign.instalments_scheduled.1": ("instalments_expected", "instalments_counterpart"),
    "campaign.instalments_cancelled.1": ("instalments_counterpart", "instalments_expected"),
    "campaign.external_refund_found.1": ("suspense", "psp_platform"),
    "campaign.refund_back_on_hold.1": ("psp_platform", "suspense"),
    "campaign.suspense_cleared.1": ("suspense", "account"),
    "coop.bank_line_matched.1": ("bank", "payouts_5801"),
    "coop.bank_line_unmatched.1": ("payouts_5801", "bank"),
    "coop.bank_return_matched.1": ("payouts_5801", "bank"),
    "coop.bank_return_unmatched.1": ("bank", "payouts_5801"),
    "coop.adjustment_transferred.1": ("psp_coop", "psp_platform"),
    "coop.adjustment_transfer_reversed.1": ("psp_platform", "psp_coop"),
    "coop.movement_suspended.1": ("psp_coop", "suspense"),
    "coop.suspense_cleared.1": ("suspense", "account"),
    "coop.payout_paid.1": ("payout_in_progress", "psp_in_transit"),
    "coop.cash_deposited.1": ("deposits_5802", "cash"),
    "coop.cash_deposit_withdrawn.1": ("cash", "deposits_5802"),
    "coop.cash_deposit_matched.1": ("bank", "deposits_5802"),
    "coop.cash_deposit_unmatched.1": ("deposits_5802", "bank"),
}
"""Events whose cents go from one account (debit) to another (credit); « account » is the one that the event names."""

_RULES: Final[dict[str, Callable[[Row], Iterable[Leg]]]] = {
    "campaign.payment_captured.1": _captured,
    "campaign.cash_received.1": lambda row: by_class(row, "cash"),
    "campaign.contribution_corrected.1": _corrected,
    "campaign.instalment_failed.1": lambda row: (
        move("instalments_counterpart", "instalments_expected", row.cents()) if row.state["final"] else ()
    ),
    "campaign.refund_settled.1": lambda row: _refunded(row, "psp_platform"),
    "campaign.refund_failed.1": _refund_failed,
    "campaign.external_refund_allocated.1": lambda row: _refunded(row, "suspense"),
    "campaign.returned_refund_settled.1": lambda row: (
        *move("due_to_coop", "suspense", row.cents()),
        *move("due_to_families", "online", row.cents()),
    ),
    "campaign.dispute_opened.2": _dispute_opened,
    "campaign.dispute_won.2": _dispute_won,
    "campaign.dispute_lost.1": _dispute_lost,
    "campaign.lost_dispute_reinstated.1": _reinstated,
    "campaign.dispute_cleared.1": lambda row: move(row.text("account"), "suspense", row.cents()),
    "campaign.failed_refund_repaid.1": lambda row: move("due_to_families", _own_money(row), _total(row)),
    "campaign.refund_paid_out_of_band.1": lambda row: by_class(row, _own_money(row), back=True),
    "campaign.payment_to_family_withdrawn.1": _family_paid_back,
    "campaign.cash_returned.1": lambda row: by_class(row, "cash", back=True),
    "campaign.cash_slip_corrected.1": lambda row: by_class(row, "cash", back=row.cents() < row.cents("typed")),
    "campaign.external_payment_recorded.1": lambda row: by_class(row, "collected_elsewhere"),
    "campaign.external_payment_refunded.1": lambda row: by_class(row, "collected_elsewhere", back=True),
    "campaign.external_payment_withdrawn.1": _elsewhere_withdrawn,
    "coop.external_payout_recorded.1": _elsewhere_paid,
    "coop.external_payout_withdrawn.1": lambda row: reverse(_elsewhere_paid(row)),
    "coop.payout_sent.1": _payout_sent,
    "coop.payout_failed.1": lambda row: reverse(_payout_sent(row)) if row.state["was_sent"] else (),
    "coop.payout_returned.1": _payout_returned,
    "coop.adjustment_approved.1": _adjusted,
    "coop.adjustment_reversed.1": lambda row: reverse(_adjusted(row)),
    "coop.income_deferred.1": _deferred,
    "coop.deferred_income_released.1": lambda row: reverse(_deferred(row)),
    "coop.negative_balance_covered.1": _covered,
    "coop.debt_recovered.1": lambda row: reverse(_covered(row)),
}
BOOKED: Final = frozenset((*_MOVES, *_RULES))
"""The topics that book something, at least now and then."""


def legs_of(row: Row) -> tuple[Leg, ...]:
    """The lines that an event books, in the order of its document; none for an event that books nothing."""
    if row.topic in _MOVES:
        debit, credit = _MOVES[row.topic]
        return move(debit, row.text("account") if credit == "account" else credit, row.cents())
    rule = _RULES.get(row.topic)
    return tuple(rule(row)) if rule else ()
