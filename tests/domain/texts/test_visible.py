"""A text is kept as it is seen: composed, on one line where it is one, nothing in it that does not show."""

from __future__ import annotations

import time
import unicodedata
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.texts import visible
from domain.texts.visible import hides_something, is_blank, visible_line, visible_lines

LONGEST: Final = 300
INVISIBLE: Final = {
    "zero width space": "\u200b",
    "joiner alone": "\u200d",
    "right to left": "\u202e",
    "soft hyphen": "\u00ad",
    "Hangul filler": "\u3164",
    "half Hangul filler": "\uffa0",
    "grapheme joiner": "\u034f",
    "empty Braille": "\u2800",
    "variation selector": "\ufe00",
    "ideographic selector": "\U000e0100",
    "tag": "\U000e0041",
    "bell": "\x07",
    "half of a character": "\ud800",
    "private": "\ue000",
    "unassigned": "\u0378",
    "byte order mark": "\ufeff",
}


@pytest.mark.parametrize("char", INVISIBLE.values(), ids=INVISIBLE.keys())
def test_what_does_not_show_is_not_kept_and_is_nothing_alone(char: str) -> None:
    assert visible_line(f"Ma{char}rie", LONGEST) == "Marie"
    assert visible_lines(f"Ma{char}rie\n", LONGEST) == "Marie"
    assert hides_something(f"Ma{char}rie")
    assert is_blank(char)
    assert is_blank(f" {char}\u0301 ")


@pytest.mark.parametrize(
    "text",
    ["Zoé 👩\u200d👩\u200d👧 ❤\ufe0f", "क्\u200dष", "O’Neill", "Đỗ Thị", "100\u00a0%", "יְרוּשָׁלַיִם", "!", "日本"],
)
def test_what_shows_is_kept(text: str) -> None:
    assert visible_line(text, LONGEST) == text.replace("\u00a0", " ")
    assert not hides_something(unicodedata.normalize("NFD", text))
    assert not is_blank(text)


def test_letters_are_composed_and_marks_piled_upon_one_are_few() -> None:
    assert visible_line("Zoe\u0301", LONGEST) == "Zoé"
    assert len(visible_line("e" + "\u0301\u0323" * 100, LONGEST)) < 10


def test_lines_are_kept_and_blank_ones_around_them_are_not() -> None:
    assert visible_lines("\r\n\nUn.  Deux. \r\n\r\nTrois\u202e.\n\n", LONGEST) == "Un.  Deux.\n\nTrois."


@given(st.text(max_size=400) | st.text(alphabet="aé\u0301\u0344\u200d\u200c\ufe0f☂👩م\u202e \n\u212b", max_size=60))
def test_a_line_is_settled_at_once_and_shows_all_that_it_holds(text: str) -> None:
    line = visible_line(text, LONGEST)
    assert visible_line(line, 3 * LONGEST) == line
    assert unicodedata.is_normalized("NFC", line)
    assert not hides_something(line)
    lines = visible_lines(text, LONGEST)
    assert visible_lines(lines, 3 * LONGEST) == lines


@pytest.mark.parametrize("piece", ["a", " ", "\u0301\u0323", "\u200d", "é", "👩\u200d", "\n", "\ufdfa", "\u0f77"])
def test_a_text_of_any_length_costs_no_more_than_what_is_looked_at(piece: str) -> None:
    text = piece * 200_000
    begun = time.process_time()
    visible_line(text, LONGEST)
    visible_lines(text, LONGEST)
    assert time.process_time() - begun < 0.05


@pytest.mark.parametrize("piece", ["a", " ", "\u0301\u0323", "\u200d", "👩\u200d"])
def test_looking_for_what_hides_takes_as_long_as_the_text(piece: str) -> None:
    text = piece * 100_000
    begun = time.process_time()
    hides_something(text)
    is_blank(text)
    assert time.process_time() - begun < 2


def test_letters_of_western_europe_are_taken_as_they_are_since_nothing_would_change_them() -> None:
    plain = [char for char in map(chr, range(0x180)) if visible._is_plain(char)]
    assert len(plain) > 300
    assert [char for char in plain if visible._shown(char) != char or unicodedata.normalize("NFC", char) != char] == []
    assert not any(map(visible._is_plain, ("\u00ad", "\u00a0", "\t", "\u007f", "e\u0301", "\u0301")))
