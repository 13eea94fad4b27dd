"""Money is cents: read, written and split without ever losing one."""

from decimal import Decimal

import pytest
from babel.numbers import format_currency

from domain.allocation import split_by_weight, split_equally, split_within
from domain.errors import AmountInvalid
from domain.money import MAX_CENTS, check_amount, euros, parse_euros, plain_euros

AMOUNTS = (
    *range(-130, 130),
    *(sign * 10**power + step for sign in (1, -1) for power in range(2, 9) for step in (-1, 0, 7)),
    MAX_CENTS,
    -MAX_CENTS,
)


@pytest.mark.parametrize(
    ("cents", "written"),
    [
        (0, "0,00\u00a0€"),
        (5, "0,05\u00a0€"),
        (2_592, "25,92\u00a0€"),
        (178_061, "1\u202f780,61\u00a0€"),
        (-180_000, "−1\u202f800,00\u00a0€"),
        (MAX_CENTS, "10\u202f000\u202f000,00\u00a0€"),
    ],
)
def test_an_amount_is_written_as_the_french_do(cents: int, written: str) -> None:
    assert euros(cents) == written


def test_an_amount_is_written_as_babel_writes_it_but_with_a_real_minus() -> None:
    by_babel = {cents: format_currency(Decimal(cents) / 100, "EUR", locale="fr_FR") for cents in AMOUNTS}
    assert {cents: euros(cents) for cents in AMOUNTS} == {c: text.replace("-", "−") for c, text in by_babel.items()}


def test_what_is_written_is_read_back() -> None:
    assert [parse_euros(euros(cents)) for cents in AMOUNTS] == list(AMOUNTS)
    assert [parse_euros(plain_euros(cents)) for cents in AMOUNTS] == list(AMOUNTS)


def test_an_amount_for_a_spreadsheet_has_no_space_and_no_symbol() -> None:
    assert (plain_euros(-180_000), plain_euros(7), plain_euros(178_061)) == ("-1800,00", "0,07", "1780,61")


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("12", 1_200),
        ("12,5", 1_250),
        ("12.00", 1_200),
        ("12,00 €", 1_200),
        ("€ 12", 1_200),
        ("12 EUR", 1_200),
        (" 1 800.00 ", 180_000),
        ("1 800,00", 180_000),
        ("1\u202f800,00\u00a0€", 180_000),
        ("-19,39", -1_939),
        ("−19,39 €", -1_939),
    ],
)
def test_an_amount_is_read_in_french_or_english_form(typed: str, cents: int) -> None:
    assert parse_euros(typed) == cents


@pytest.mark.parametrize(
    "typed", ["", "€", "douze", "12,005", "12,000", "1.800,00", "1,800.00", "1 78", "12,", ",50", "1e3", "--1", "+12"]
)
def test_what_is_not_an_amount_in_cents_is_refused(typed: str) -> None:
    with pytest.raises(AmountInvalid):
        parse_euros(typed)


@pytest.mark.parametrize("typed", ["12€50", "12 € 50", "12EUR50"])
def test_a_euro_sign_in_the_middle_is_never_read_as_hundreds_of_times_more(typed: str) -> None:
    with pytest.raises(AmountInvalid):
        parse_euros(typed)


def test_more_than_ten_million_euros_is_a_typing_mistake() -> None:
    assert parse_euros("10 000 000,00") == MAX_CENTS
    with pytest.raises(AmountInvalid):
        parse_euros("10 000 000,01")


@pytest.mark.parametrize("cents", [-1, 0, MAX_CENTS + 1])
def test_an_amount_out_of_bounds_is_refused(cents: int) -> None:
    with pytest.raises(AmountInvalid):
        check_amount(cents)


def test_an_amount_out_of_bounds_is_refused_with_its_bounds_and_not_for_its_decimals() -> None:
    with pytest.raises(AmountInvalid) as refusal:
        check_amount(-1, minimum=0)
    assert "il va de 0,00\u00a0€ à 10\u202f000\u202f000,00\u00a0€" in refusal.value.french
    with pytest.raises(AmountInvalid) as refusal:
        parse_euros("1,234")
    assert "deux décimales au plus" in refusal.value.french


def test_an_amount_in_bounds_is_returned() -> None:
    assert (check_amount(1), check_amount(MAX_CENTS), check_amount(0, minimum=0)) == (1, MAX_CENTS, 0)


def test_25_euros_in_three_times_has_the_larger_part_first() -> None:
    assert split_equally(2_500, 3) == (834, 833, 833)


def test_100_euros_in_three_parts_of_equal_weight_lose_no_cent() -> None:
    assert split_by_weight(10_000, (1, 1, 1)) == (3_334, 3_333, 3_333)


def test_10_euros_over_lines_of_20_and_2_follow_their_weight() -> None:
    assert split_by_weight(1_000, (2_000, 200)) == (909, 91)


def test_the_lost_cent_goes_to_the_largest_remainder_wherever_it_is() -> None:
    assert split_by_weight(10, (1, 5)) == (2, 8)
    assert split_by_weight(11, (1, 1, 4)) == (2, 2, 7)


def test_free_lines_share_in_equal_parts() -> None:
    assert split_by_weight(5, (0, 0)) == (3, 2)


def test_nothing_is_split_over_no_line() -> None:
    assert split_by_weight(0, ()) == ()


def test_a_split_within_limits_fills_them_when_it_is_their_sum() -> None:
    assert split_within(2_200, (2_000, 0, 200)) == (2_000, 0, 200)
    assert split_within(2_199, (2_000, 0, 200)) == (1_999, 0, 200)
