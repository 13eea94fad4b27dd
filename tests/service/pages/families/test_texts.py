"""What people type, read into what is kept: telephones, days, addresses, names; and written again as people do."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.fields import (
    MAX_TEXT,
    FieldError,
    clean_text,
    french_phone,
    read_birth_date,
    read_email,
    read_name,
    read_phone,
    read_text,
)

TODAY = date(2026, 9, 7)


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("06 12 34 56 78", "+33612345678", "06\u00a012\u00a034\u00a056\u00a078"),
        ("06.12.34.56.78", "+33612345678", "06\u00a012\u00a034\u00a056\u00a078"),
        ("+33 (0)4 93 12 34 56", "+33493123456", "04\u00a093\u00a012\u00a034\u00a056"),
        ("0033 4-93-12-34-56", "+33493123456", "04\u00a093\u00a012\u00a034\u00a056"),
        ("+39 06 1234 5678", "+390612345678", "+390612345678"),
        ("00 377 93 15 00 00", "+37793150000", "+37793150000"),
    ],
)
def test_a_telephone_is_kept_as_it_is_dialled_and_shown_as_it_is_written(typed: str, kept: str, shown: str) -> None:
    assert read_phone(typed) == kept
    assert french_phone(kept) == shown
    assert read_phone(shown) == kept


@pytest.mark.parametrize("typed", ["", "12", "06 12 34 56", "0612345678901", "+33 12", "abc", "00 33 06 12 34 56 78 9"])
def test_what_nobody_can_dial_is_refused(typed: str) -> None:
    with pytest.raises(FieldError):
        read_phone(typed)


@pytest.mark.parametrize(
    ("typed", "kept"), [("03/07/2016", "2016-07-03"), ("3/7/2016", "2016-07-03"), ("2016-07-03", "2016-07-03")]
)
def test_a_day_of_birth_is_read_as_french_people_write_it(typed: str, kept: str) -> None:
    assert read_birth_date(typed, TODAY) == kept


@pytest.mark.parametrize("typed", ["", "31/02/2016", "07/2016", "08/09/2026", "31/12/1899", "03-07-2016", "3 juillet"])
def test_a_day_that_was_not_is_refused(typed: str) -> None:
    with pytest.raises(FieldError):
        read_birth_date(typed, TODAY)


@pytest.mark.parametrize(
    "typed", ["nom@", "@x.fr", "a b@x.fr", "a@x", "a@x.fr, b@x.fr", "a@x.fr\nBcc: b@x.fr", "<a@x.fr>"]
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(FieldError):
        read_email(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Anne   Marie ", "Anne Marie"),
        ("O’Neill", "O’Neill"),
        ("Zoe\u0301", "Zoé"),
        ("مريم", "مريم"),
        ("\u202eM\u202c", "M"),
    ],
)
def test_a_name_is_kept_as_it_is_said(typed: str, kept: str) -> None:
    assert read_name(typed) == kept


@given(st.text(max_size=400))
def test_whatever_is_typed_is_read_into_one_visible_line_or_refused(typed: str) -> None:
    line = clean_text(typed)
    assert clean_text(line) == line
    assert "\n" not in line
    assert not line.startswith(" ")
    if len(line) > MAX_TEXT:
        with pytest.raises(FieldError):
            read_text(typed)
    else:
        assert read_text(typed) == line
