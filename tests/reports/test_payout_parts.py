"""A payout carries the money of the campaign that began first, and gives it back when it fails."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import LedgerCorrupt
from reports.payout_parts import OnlineMove, payout_parts

OLD, NEW = UUID(int=1), UUID(int=2)
FIRST, SECOND = UUID(int=11), UUID(int=12)


def moves(*steps: tuple[UUID | None, UUID | None, int]) -> list[OnlineMove]:
    """Steps numbered in the order of the log."""
    return [OnlineMove(position, *step) for position, step in enumerate(steps, start=1)]


def test_the_campaign_funded_first_leaves_first() -> None:
    history = moves((OLD, None, 3_000), (NEW, None, 2_000), (None, FIRST, -3_500))
    assert payout_parts(history, OLD) == ({FIRST: 3_000}, 0)
    assert payout_parts(history, NEW) == ({FIRST: 500}, 1_500)


def test_a_payout_that_comes_back_is_as_if_it_had_not_left() -> None:
    history = moves((OLD, None, 3_000), (NEW, None, 2_000), (None, FIRST, -3_500), (None, FIRST, 3_500))
    assert payout_parts(history, OLD) == ({}, 3_000)
    assert payout_parts(history, NEW) == ({}, 2_000)


def test_a_refund_lowers_what_its_own_campaign_holds() -> None:
    history = moves((OLD, None, 3_000), (OLD, None, -1_000), (None, FIRST, -1_500), (None, SECOND, -500))
    assert payout_parts(history, OLD) == ({FIRST: 1_500, SECOND: 500}, 0)


def test_other_income_takes_its_part_of_a_payout() -> None:
    history = moves((None, None, 500), (OLD, None, 1_000), (None, FIRST, -1_200))
    assert payout_parts(history, OLD) == ({FIRST: 700}, 300)


def test_a_payout_of_more_than_there_was_is_refused() -> None:
    with pytest.raises(LedgerCorrupt):
        payout_parts(moves((OLD, None, 100), (None, FIRST, -101)), OLD)


def test_a_payout_that_comes_back_without_having_left_is_refused() -> None:
    with pytest.raises(LedgerCorrupt):
        payout_parts(moves((OLD, None, 100), (None, FIRST, 100)), OLD)


@given(st.lists(st.tuples(st.sampled_from([OLD, NEW, None]), st.integers(-5_000, 5_000)), max_size=30))
def test_every_cent_is_in_a_payout_or_still_there(steps: list[tuple[UUID | None, int]]) -> None:
    history: list[OnlineMove] = []
    received = dict.fromkeys((OLD, NEW), 0)
    online = 0
    for position, (campaign, cents) in enumerate(steps, start=1):
        if campaign is not None and cents > 0:
            received[campaign] += cents
            history.append(OnlineMove(position, campaign, None, cents))
            online += cents
        elif campaign is None and 0 < -cents <= online:
            history.append(OnlineMove(position, None, UUID(int=100 + position), cents))
            online += cents
    parts = {campaign: payout_parts(history, campaign) for campaign in received}
    for campaign, cents in received.items():
        assert sum(parts[campaign].by_payout.values()) + parts[campaign].undistributed == cents
    for move in history:
        if move.payout_id is not None:
            assert sum(part.by_payout.get(move.payout_id, 0) for part in parts.values()) == -move.cents
