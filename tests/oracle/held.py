"""Money that waits, and what came back: no more is explained than waits, and what comes back is what had left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from tests.oracle.books import Books
from tests.oracle.rows import Difference, Row

FOLLOWED: Final = frozenset(
    (
        *("campaign.suspended_payment_returned", "campaign.refund_back_on_hold", "campaign.external_refund_allocated"),
        *("campaign.refund_failed", "campaign.returned_refund_settled", "campaign.suspense_cleared"),
    )
)
"""Events that must be about something that waits, or that had left."""


@dataclass
class _Held:
    """What is known of a log so far: signed cents that wait, by payment or by refund made at the provider."""

    waiting: dict[str, int] = field(default_factory=dict)
    found: dict[str, int] = field(default_factory=dict)
    cleared: dict[str, int] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)
    owed: dict[str, int] = field(default_factory=dict)


def held_faults(books: Books) -> Iterator[Difference]:
    """What does not fit, in the order of the log."""
    held = _Held()
    for row in books.rows:
        expected = _expected(held, row)
        if expected is None:
            yield Difference(row.position, "link.missing", "nothing that it is about came before")
        elif row.name in FOLLOWED and not _fits(row, expected):
            yield Difference(row.position, "link.cents", f"{_total(row)} is not of the {expected} that it is about")
        if row.name == "campaign.external_refund_allocated":
            known = row.text("refund_id") in held.owed
            if bool(row.state.get("owed")) is not known:
                yield Difference(row.position, "link.owed", "whether it came back is not as the log says")
        _fold(held, row)


def _total(row: Row) -> int:
    return row.cents() + row.cents("tip_cents")


def _fits(row: Row, expected: int) -> bool:
    """A part may be given back or explained; everything else is about the whole."""
    if row.name == "campaign.suspense_cleared":
        return row.cents() * expected > 0 and abs(row.cents()) <= abs(expected)
    if row.name == "campaign.suspended_payment_returned":
        return row.cents() > 0
    return _total(row) == expected


def _expected(held: _Held, row: Row) -> int | None:
    """The cents that an event is about; None where there is no such thing."""
    refund, payment = row.text("refund_id"), row.text("payment_id")
    waits = held.waiting.get(refund or payment)
    about: dict[str, Callable[[], int | None]] = {
        "campaign.suspended_payment_returned": lambda: waits,
        "campaign.refund_back_on_hold": lambda: (
            held.cleared.get(refund) if refund else held.gone.get(row.text("provider_refund"))
        ),
        "campaign.external_refund_allocated": lambda: None if waits is None else -waits,
        "campaign.refund_failed": lambda: (
            held.found[refund] - held.cleared.get(refund, 0) if refund in held.found else held.asked.get(refund)
        ),
        "campaign.returned_refund_settled": lambda: (
            held.owed.get(refund) if -held.waiting.get(row.text("made_id"), 0) >= row.cents() else None
        ),
        "campaign.suspense_cleared": lambda: waits,
    }
    return about[row.name]() if row.name in about else 0


def _fold(held: _Held, row: Row) -> None:
    refund, payment, cents = row.text("refund_id"), row.text("payment_id"), row.cents()
    changes = {
        "campaign.payment_suspended": (payment, cents),
        "campaign.suspended_payment_returned": (payment, -cents),
        "campaign.refund_back_on_hold": (refund or payment, cents),
        "campaign.external_refund_found": (refund, -cents),
        "campaign.external_refund_allocated": (refund, _total(row)),
        "campaign.suspense_cleared": (refund or payment, -cents),
        "campaign.returned_refund_settled": (row.text("made_id"), cents),
    }
    if row.name in changes:
        key, change = changes[row.name]
        held.waiting[key] = held.waiting.get(key, 0) + change
    if row.name == "campaign.suspended_payment_returned":
        held.gone[row.text("provider_refund")] = cents
    elif row.name == "campaign.external_refund_found":
        held.found[refund] = cents
    elif row.name == "campaign.suspense_cleared":
        held.cleared[refund] = held.cleared.get(refund, 0) - cents
    elif row.name == "campaign.refund_requested":
        held.asked[refund] = _total(row)
    _fold_claims(held, row, refund)


def _fold_claims(held: _Held, row: Row, refund: str) -> None:
    """What families are owed of refunds that came back."""
    came_back = row.name == "campaign.refund_failed" and row.state["was_settled"]
    if came_back or (row.name == "campaign.payment_to_family_withdrawn" and not row.shares()):
        held.owed[refund] = _total(row)
    elif row.name in ("campaign.failed_refund_repaid", "campaign.returned_refund_settled"):
        held.owed.pop(refund, None)
