"""Each payout says which movements it brings, once and for ever (S-169)."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain.errors import LedgerCorrupt
from domain.events import EVENT_TYPES
from domain.events.base import PayoutItem
from domain.events.contribution import PaymentCaptured
from domain.events.payout import PayoutRequested, PayoutSent
from domain.funds import funds_of
from domain.funds.movements import NAMED_BY, PAYOUT_FACTS, OpenMovements, online_change, payout_item
from domain.journal import postings
from tests.kit import example
from tests.kit.example_events import EXAMPLES


def item(reference: str, cents: int) -> PayoutItem:
    """A movement of so many cents."""
    kind = "campaign.payment_captured" if cents > 0 else "campaign.refund_settled"
    return PayoutItem(kind=kind, reference=reference, cents=cents, contribution_id=UUID(int=1))


def queue(*items: PayoutItem) -> OpenMovements:
    """Movements in the order of their arrival."""
    movements = OpenMovements()
    for one in items:
        movements.add(one)
    return movements


def read(content: tuple[PayoutItem, ...]) -> list[tuple[str, int]]:
    """The references and cents of a content."""
    return [(one.reference, one.cents) for one in content]


def test_a_payout_of_everything_covers_every_movement() -> None:
    movements = queue(item("a", 1_200), item("b", 1_200), item("r", -700))
    assert read(movements.content_for(1_700)) == [("r", -700), ("a", 1_200), ("b", 1_200)]


def test_a_payout_of_a_part_covers_what_left_then_the_oldest_and_cuts_the_last() -> None:
    movements = queue(item("a", 1_200), item("r", -200), item("b", 1_200), item("c", 500))
    content = movements.content_for(1_500)
    assert read(content) == [("r", -200), ("a", 1_200), ("b", 500)]
    movements.take(content)
    assert read(movements.content_for(1_200)) == [("b", 700), ("c", 500)]


def test_a_payout_that_fails_gives_its_movements_back_in_front_and_whole() -> None:
    movements = queue(item("a", 1_200), item("b", 1_200))
    content = movements.content_for(1_500)
    movements.take(content)
    movements.add(item("c", 100))
    movements.give_back(content)
    assert read(movements.content_for(2_500)) == [("a", 1_200), ("b", 1_200), ("c", 100)]


def test_more_than_there_is_is_never_covered() -> None:
    with pytest.raises(LedgerCorrupt):
        queue(item("a", 1_200)).content_for(1_201)


def test_a_payout_of_unknown_movements_is_a_corrupt_ledger() -> None:
    with pytest.raises(LedgerCorrupt):
        queue(item("a", 1_200)).take((item("b", 1_200),))


def test_every_fact_that_moves_the_online_account_has_a_name_for_its_movement() -> None:
    moving = {kind for kind in EVENT_TYPES if online_change(postings(EXAMPLES[kind]))}
    assert moving == set(NAMED_BY) | set(PAYOUT_FACTS)
    for kind in NAMED_BY:
        assert payout_item(EXAMPLES[kind], 1).reference


def test_what_is_tried_on_a_copy_of_the_funds_leaves_them_as_they_were() -> None:
    funds = funds_of([EXAMPLES[PaymentCaptured]])
    tried = funds.copy()
    for kind in (PayoutRequested, PayoutSent):
        tried.apply(EXAMPLES[kind])
    assert (tried.online, tried.reserved, read(tried.content_for(0))) == (0, {}, [])
    assert (funds.online, funds.reserved) == (2_000, {})
    assert read(funds.content_for(2_000)) == [(example.PAYMENT, 2_000)]
