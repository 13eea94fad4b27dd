"""A number that a file gives enters the log only where no name can pass for one."""

from __future__ import annotations

import pytest

from domain.vocabulary.platforms import is_platform_number


@pytest.mark.parametrize("number", ["501", "0", "1234567890123456", "3F2A9-0B7C1", "00000-00103"])
def test_digits_and_order_numbers_of_ours_are_numbers(number: str) -> None:
    assert is_platform_number(number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "TESTARD",
        "TESTARD2",
        "ADELE-2024",
        "501-2",
        "12345678901234567",
        "ABCDE-FABCD",
        "5 01",
        "\u0665\u0660\u0661",
    ],
)
def test_whatever_else_is_written_is_none(text: str) -> None:
    assert not is_platform_number(text)
