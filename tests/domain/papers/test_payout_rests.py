"""A child's line that a payout brings in part: how much of how much, and which payouts bring the rest, to the cent."""

from __future__ import annotations

from uuid import UUID

from domain.coop.payouts import CancelPayout, RequestPayout
from domain.papers.payout_lines import PayoutLine, payout_lines
from domain.papers.payout_rests import RestPart, Rests, rests_of
from tests.domain.papers.binder import Binder
from tests.projections.history import PRICE, SIBLING

_AD = "AD 06"


def lines_of(binder: Binder, payout_id: UUID, *, arrived: bool) -> tuple[PayoutLine, ...]:
    """The lines of a payout."""
    return payout_lines(binder.facts, _AD, payout_id, arrived=arrived)


def rests(binder: Binder, payout_id: UUID, *, arrived: bool) -> Rests:
    """Where the rest is of what it brings in part; each line with its rest is the whole, whatever comes after."""
    lines = lines_of(binder, payout_id, arrived=arrived)
    found = rests_of(binder.facts, _AD, payout_id, lines)
    for one in lines:
        others = sum(part.cents for part in found.get((one.position, one.line), ()))
        assert abs(one.cents) + others == one.whole, one
    return found


def places(found: Rests) -> list[tuple[RestPart, ...]]:
    """The rests, in the order of the lines."""
    return list(found.values())


def test_the_rest_of_a_line_in_part_is_in_no_payout_until_the_next_one_is_asked_for() -> None:
    binder = Binder()
    binder.paid_for(binder.campaign_id, "CP")
    binder.paid_for(binder.campaign_id, "CE1")
    first = binder.payout(binder.coop_id, PRICE + 1_71)
    assert places(rests(binder, first, arrived=False)) == [(RestPart(None, PRICE - 1_71),)]
    binder.arrives(first)
    assert places(rests(binder, first, arrived=True)) == [(RestPart(None, PRICE - 1_71),)]
    second = binder.payout(binder.coop_id, 2_00)
    assert places(rests(binder, first, arrived=True)) == [(RestPart(second, 2_00), RestPart(None, PRICE - 1_71 - 2_00))]
    assert places(rests(binder, second, arrived=False)) == [
        (RestPart(first, 1_71), RestPart(None, PRICE - 1_71 - 2_00))
    ]


def test_a_line_that_a_payout_brings_whole_has_no_rest() -> None:
    binder = Binder()
    binder.paid_for(binder.campaign_id, "CP", "CE1")
    payout_id = binder.payout(binder.coop_id, binder.available(binder.coop_id))
    assert [one.in_part for one in lines_of(binder, payout_id, arrived=False)] == [False, False]
    assert rests(binder, payout_id, arrived=False) == {}


def test_two_children_of_one_payment_each_have_their_own_rest() -> None:
    binder = Binder()
    binder.paid_for(binder.campaign_id, "CP", "CE1")
    first = binder.payout(binder.coop_id, 5_01)
    second = binder.payout(binder.coop_id, binder.available(binder.coop_id))
    for number, other in ((first, second), (second, first)):
        found = places(rests(binder, number, arrived=False))
        assert len(found) == 2
        assert [part.payout_id for parts in found for part in parts] == [other, other]
    assert sum(part.cents for parts in places(rests(binder, second, arrived=False)) for part in parts) == 5_01
    assert PRICE != SIBLING


def test_a_payout_that_was_cancelled_or_came_back_brings_no_rest() -> None:
    binder = Binder()
    binder.paid_for(binder.campaign_id, "CP")
    first = binder.payout(binder.coop_id, 5_00)
    binder.arrives(first)
    cancelled = binder.id()
    binder.do(RequestPayout, binder.coop_id, payout_id=cancelled, cents=3_00)
    assert places(rests(binder, first, arrived=True))[0][0] == RestPart(cancelled, 3_00)
    binder.do(CancelPayout, binder.coop_id, payout_id=cancelled)
    assert places(rests(binder, first, arrived=True)) == [(RestPart(None, PRICE - 5_00),)]
    second = binder.payout(binder.coop_id, PRICE - 5_00)
    binder.arrives(second)
    assert places(rests(binder, first, arrived=True)) == [(RestPart(second, PRICE - 5_00),)]
    binder.fails(second)
    assert places(rests(binder, first, arrived=True)) == [(RestPart(None, PRICE - 5_00),)]
