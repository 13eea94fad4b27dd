"""Addresses as people paste them: from a list, a mailbox, a spreadsheet, or from nowhere good."""

from __future__ import annotations

import pytest

from service.contacts.pasted import LONGEST_PASTED, read_pasted


def found(text: str) -> list[tuple[str, str, str]]:
    """The addresses of a text with first and last name."""
    given = (one.values for one in read_pasted(text).contacts)
    return [(one["email"], one.get("first_name", ""), one.get("last_name", "")) for one in given]


@pytest.mark.parametrize(
    "text",
    [
        "Marie Dupont <marie@example.org>",
        '"Dupont, Marie" <marie@example.org>',
        "'Marie Dupont' <mailto:marie@example.org>;",
        "Dupont;Marie;marie@example.org",
        "Dupont\tMarie\tmarie@example.org",
        "marie@example.org, Marie Dupont",
        "Marie Dupont (marie@example.org)",
        "Marie Dupont [mailto:marie@example.org]",
        "Marie Dupont (MAILTO: marie@example.org);",
    ],
)
def test_a_name_is_read_however_a_mailbox_or_a_spreadsheet_writes_it(text: str) -> None:
    assert found(text) == [("marie@example.org", "Marie", "Dupont")]


def test_a_link_of_a_mailbox_is_its_address_with_or_without_a_name() -> None:
    assert found("mailto:jean@example.org\nHélène Roy (hroy@example.org), (p@example.org)") == [
        ("jean@example.org", "", ""),
        ("hroy@example.org", "Hélène", "Roy"),
        ("p@example.org", "", ""),
    ]


def test_capitals_are_the_last_name_whichever_side_they_are_on() -> None:
    expected = ("a@example.org", "Anne Lise", "LE GALL")
    assert found("LE GALL Anne Lise <a@example.org>\nAnne Lise LE GALL <a@example.org>") == [expected, expected]


def test_all_recipients_of_a_letter_may_stand_on_one_line() -> None:
    text = "Marie Dupont <m@example.org>, p@example.org; Jean Roi <j@example.org>"
    assert found(text) == [
        ("m@example.org", "Marie", "Dupont"),
        ("p@example.org", "", ""),
        ("j@example.org", "Jean", "Roi"),
    ]


def test_what_is_no_address_is_told_with_its_line_and_empty_lines_are_not() -> None:
    pasted = read_pasted("a@example.org\n\n   \nrien du tout\n" + "x" * 5_000)
    assert [line.line for line in pasted.unread] == [4, 5]
    assert pasted.unread[0].shown == "rien du tout"
    assert len(pasted.unread[1].shown) < 70


def test_characters_that_do_not_show_are_left_out() -> None:
    assert found("\u202e\u200bjoe@example.org\x00\u2066") == [("joe@example.org", "", "")]


@pytest.mark.parametrize(
    ("text", "contacts", "unread"),
    [
        ("<" * LONGEST_PASTED, 0, 1),
        ("a<b@c>" * 600, 600, 0),
        (",;" * 200_000, 0, 1),
        ("@" * LONGEST_PASTED, 0, 1),
        ("a@b " * 900, 900, 0),
        ("a@b\n" * 10_000, 10_000, 0),
        ("a@b\n" * 200_000, LONGEST_PASTED // 4, 0),
    ],
)
def test_hostile_texts_are_read_up_to_what_a_page_takes(text: str, contacts: int, unread: int) -> None:
    pasted = read_pasted(text)
    assert (len(pasted.contacts), len(pasted.unread)) == (contacts, unread)
