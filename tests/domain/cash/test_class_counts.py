"""The cash of a class: one contribution a slip, what was counted beside it, once, and no cent moved by a difference."""

from typing import Any, Final

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.cash.class_counts import MAX_SLIPS, CountClassCash, CountedSlip, tariff_for
from domain.cash.pieces import pieces_of, total_of
from domain.chart_of_accounts import Account
from domain.errors import (
    AlreadyExists,
    AmountInvalid,
    CampaignClosed,
    ClassNotListed,
    InvalidInput,
    PolicyForbids,
    ReferenceInvalid,
    TariffMismatch,
)
from domain.events.by_hand.cash import ClassCashCounted, Pieces
from domain.events.contribution import CashReceived, ContributionPlaced
from domain.funds.movements import cash_change
from domain.journal import postings
from domain.vocabulary.pieces import MOST_PIECES, PIECES, Witness
from tests.kit import example
from tests.kit.in_memory_ledger import CARD_ONLY, CASH, InMemoryLedger, drafted, in_cash, published, tariff

FREE: Final = tariff(0, tariff_id="t2", label="Libre", free=True)


def slip(number: int, cents: int = 1_200, tariff_id: str = "t1", reference: str = "") -> CountedSlip:
    """A slip of the class, by its number."""
    return CountedSlip(
        slip=reference or f"CPA-{number}",
        cents=cents,
        tariff_id=tariff_id,
        contribution_id=example.uid(20_000 + number),
        payer_id=example.uid(30_000 + number),
        participant_id=example.uid(40_000 + number),
        commitment=example.DIGEST,
    )


COUNT: Final[dict[str, Any]] = {
    "count_id": example.COUNT,
    "class_label": "CP a",
    "slips": (slip(1), slip(2)),
    "pieces": pieces_of({2_000: 1, 200: 2}),
    "witness": Witness.PARENT,
    "policy": CARD_ONLY,
}
"""Two slips of 12,00 €, and 24,00 € in the envelope."""


def in_the_box(ledger: InMemoryLedger) -> int:
    """What account 530 holds."""
    return sum(cash_change(postings(event)) for event in ledger.events)


def test_each_slip_is_a_contribution_in_cash_of_the_class_and_the_count_stands_after_them() -> None:
    ledger = published()
    *received, counted = ledger.do(CountClassCash, **COUNT)
    placed = [event for event in received if isinstance(event, ContributionPlaced)]
    cash = [event for event in received if isinstance(event, CashReceived)]
    assert [(one.lines[0].class_code, one.lines[0].cents, one.means) for one in placed] == [("CPA", 1_200, "cash")] * 2
    assert [(one.slip, one.cents) for one in cash] == [("CPA-1", 1_200), ("CPA-2", 1_200)]
    assert isinstance(counted, ClassCashCounted)
    assert (counted.slips, counted.expected, counted.counted) == (("CPA-1", "CPA-2"), 2_400, 2_400)
    assert in_the_box(ledger) == 2_400


def test_a_difference_is_said_by_the_count_and_moves_no_cent() -> None:
    ledger = published()
    (*_, counted) = ledger.do(CountClassCash, **{**COUNT, "pieces": pieces_of({2_000: 1})})
    assert isinstance(counted, ClassCashCounted)
    assert (counted.expected, counted.counted) == (2_400, 2_000)
    assert postings(counted) == ()
    assert in_the_box(ledger) == 2_400


def test_the_same_count_is_written_down_once_and_never_with_other_slips() -> None:
    ledger = published()
    ledger.do(CountClassCash, **COUNT)
    assert ledger.does_nothing(CountClassCash, **COUNT)
    ledger.refused(AlreadyExists, CountClassCash, **{**COUNT, "slips": (slip(3),)})


def test_a_slip_number_serves_once_in_a_campaign() -> None:
    ledger = in_cash()
    taken = {**COUNT, "slips": (slip(1, reference=CASH["slip"]),)}
    ledger.refused(AlreadyExists, CountClassCash, **taken)
    ledger.refused(AlreadyExists, CountClassCash, **{**COUNT, "slips": (slip(1), slip(2, reference="CPA-1"))})
    ledger.refused(ReferenceInvalid, CountClassCash, **{**COUNT, "slips": (slip(1, reference="Zoé"),)})


def test_the_association_s_rule_decides_and_not_the_campaign_s_means() -> None:
    ledger = published()
    assert ledger.campaign.means == ("card",)
    forbidden = msgspec.structs.replace(CARD_ONLY, cash_recording=False)
    ledger.refused(PolicyForbids, CountClassCash, **{**COUNT, "policy": forbidden})
    assert ledger.do(CountClassCash, **COUNT)


def test_a_draft_an_unknown_class_a_wrong_price_and_an_empty_count_are_refused() -> None:
    drafted().refused(CampaignClosed, CountClassCash, **COUNT)
    listed = {**COUNT, "known_classes": {2024: ("CE1",)}}
    published().refused(ClassNotListed, CountClassCash, **listed)
    published().refused(TariffMismatch, CountClassCash, **{**COUNT, "slips": (slip(1, 1_100),)})
    published(FREE).refused(AmountInvalid, CountClassCash, **{**COUNT, "slips": (slip(1, 0, "t2"),)})
    published().refused(InvalidInput, CountClassCash, **{**COUNT, "slips": ()})
    many = tuple(slip(number) for number in range(1, MAX_SLIPS + 2))
    published().refused(InvalidInput, CountClassCash, **{**COUNT, "slips": many})


def test_only_notes_and_coins_that_exist_are_counted_each_value_once() -> None:
    for wrong in ({3: 1}, {500: -1}, {500: MOST_PIECES + 1}):
        try:
            pieces_of(wrong)
        except InvalidInput:
            continue
        raise AssertionError(wrong)
    twice = (Pieces(value=500, number=1), Pieces(value=500, number=2))
    published().refused(InvalidInput, CountClassCash, **{**COUNT, "pieces": twice})


def test_an_amount_is_of_the_tariff_that_it_pays_and_else_of_a_free_one() -> None:
    known = {one.tariff_id: one for one in (FREE, tariff(1_200), tariff(500, tariff_id="t3"))}
    assert [tariff_for(known, cents) for cents in (1_200, 500, 700)] == ["t1", "t3", "t2"]
    assert tariff_for({"t1": tariff(1_200)}, 700) is None
    assert tariff_for({"t2": tariff(800, tariff_id="t2", free=True)}, 700) is None


@given(
    st.lists(st.integers(1, 100_000), min_size=1, max_size=MAX_SLIPS),
    st.dictionaries(st.sampled_from(PIECES), st.integers(0, MOST_PIECES), max_size=6),
)
def test_the_box_receives_what_the_slips_say_whatever_was_counted(amounts: list[int], numbers: dict[int, int]) -> None:
    ledger, pieces = published(FREE), pieces_of(numbers)
    if total_of(pieces) > 1_000_000_000:
        pieces = ()
    slips = tuple(slip(number, cents, "t2") for number, cents in enumerate(amounts, start=1))
    decided = ledger.do(CountClassCash, **{**COUNT, "slips": slips, "pieces": pieces})
    (counted,) = (event for event in decided if isinstance(event, ClassCashCounted))
    assert in_the_box(ledger) == counted.expected == sum(amounts)
    assert counted.counted == sum(one.value * one.number for one in counted.pieces)
    incomes = [leg for event in decided for leg in postings(event) if leg.account is Account.CONTRIBUTIONS]
    assert sum(leg.credit - leg.debit for leg in incomes) == sum(amounts)
    assert {leg.class_code for leg in incomes} == {"CPA"}
