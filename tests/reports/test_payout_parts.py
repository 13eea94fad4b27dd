"""A payout carries the movements it named when it was asked for; a campaign's part is their sum."""

from uuid import UUID

from reports.parts.payout_parts import Covered, payout_parts

FIRST, SECOND, FAMILY = UUID(int=11), UUID(int=12), UUID(int=21)


def covered(payout_id: UUID, cents: int) -> Covered:
    """A movement in a payout."""
    return Covered(payout_id, FAMILY, "campaign.payment_captured", cents)


def test_a_campaign_s_part_of_each_payout_is_the_sum_of_its_movements() -> None:
    items = [covered(FIRST, 1_200), covered(FIRST, -200), covered(SECOND, 700)]
    assert payout_parts(2_500, items) == ({FIRST: 1_000, SECOND: 700}, 800)


def test_what_no_payout_covers_is_still_on_line() -> None:
    assert payout_parts(2_500, []) == ({}, 2_500)


def test_a_dispute_after_a_payout_leaves_less_than_nothing_on_line() -> None:
    assert payout_parts(0, [covered(FIRST, 1_200)]) == ({FIRST: 1_200}, -1_200)
