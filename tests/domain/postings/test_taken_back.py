"""Whatever is booked can be taken back, or it is said why not; the documentation shows the same rows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from domain.chart_of_accounts import Account
from domain.events.association import PlatformMovementRecorded
from domain.events.base import Event
from domain.events.by_hand.cash import CashSlipCorrected
from domain.events.by_hand.refund import FailedRefundRepaid, PaymentToFamilyWithdrawn, RefundPaidOutOfBand
from domain.events.dispute import DisputeCleared, DisputeOpened
from domain.events.held.money import ContributionSuspenseCleared
from domain.journal import MONEY_EVENTS, postings
from domain.postings.taken_back import TAKEN_BACK_BY, reversals_table
from tests.kit.example_events import EXAMPLES

DOCUMENT: Final = Path(__file__).parents[3] / "docs" / "what-takes-back-what.md"
PAIRS: Final = [
    (event, counter)
    for event, counters in TAKEN_BACK_BY.items()
    if not isinstance(counters, str)
    for counter in counters
]
_MEANS: Final[tuple[dict[str, Any], ...]] = ({"means": "cheque"}, {"means": "cash"})
_VARIANTS: Final[dict[type[Event], tuple[dict[str, Any], ...]]] = {
    FailedRefundRepaid: _MEANS,
    RefundPaidOutOfBand: _MEANS,
    PaymentToFamilyWithdrawn: (*_MEANS, {"shares": ()}),
    PlatformMovementRecorded: ({"account": "suspense"},),
    ContributionSuspenseCleared: ({"cents": 2_592, "refund_id": None},),
    DisputeOpened: ({"suspense_cents": -2_200, "fee_cents": 0},),
    DisputeCleared: ({"cents": -500},),
    CashSlipCorrected: ({"typed": 150, "cents": 1_500},),
}
"""Other forms of an event's example, that are booked on other accounts."""


def sides(event: type[Event]) -> set[tuple[Account, bool]]:
    """The accounts that an event may move, and whether by a debit."""
    return {(leg.account, leg.debit > 0) for example in _forms(event) for leg in postings(example)}


def _forms(event: type[Event]) -> Iterator[Event]:
    yield EXAMPLES[event]
    for changes in _VARIANTS.get(event, ()):
        yield msgspec.structs.replace(EXAMPLES[event], **changes)


def test_every_event_that_books_has_its_row_and_no_other_has_one() -> None:
    assert set(TAKEN_BACK_BY) == MONEY_EVENTS


def test_a_row_names_events_that_book_or_says_why_there_is_none() -> None:
    for event, counters in TAKEN_BACK_BY.items():
        if isinstance(counters, str):
            assert len(counters) > 30, event
            assert counters.endswith("."), event
        else:
            assert counters, event
            assert set(counters) <= MONEY_EVENTS


@pytest.mark.parametrize(("event", "counter"), PAIRS, ids=lambda kind: kind.__name__)
def test_what_takes_an_event_back_books_the_other_way_round(event: type[Event], counter: type[Event]) -> None:
    assert {(account, not debited) for account, debited in sides(event)} & sides(counter)


def test_the_documentation_shows_the_rows_of_the_code() -> None:
    assert reversals_table() in DOCUMENT.read_text(encoding="utf-8")
