"""Texts and amounts as bank files hold them."""

import pytest

from adapters.stripe_sandbox.bank.texts import decimal_point, plain_latin


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Élève à l’école – CŒUR_2", "Eleve a l'ecole - COEUR-2"),
        ("a\u00a0b\n c\t<d>&e", "a b c d e"),
        ("漢字", ""),
        ("12345678901", "1234567890"),
        ("123456789 1", "123456789"),
    ],
)
def test_a_text_keeps_the_letters_that_every_bank_reads(text: str, written: str) -> None:
    assert plain_latin(text, 25 if text.startswith("É") else 10) == written


@pytest.mark.parametrize(("cents", "written"), [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (-1205, "-12.05")])
def test_an_amount_has_a_point_and_two_decimals(cents: int, written: str) -> None:
    assert decimal_point(cents) == written
