"""What people type, read into what is kept: telephones, days, addresses, names; and written again as people do."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.fields import (
    MAX_TEXT,
    FieldError,
    clean_text,
    french_phone,
    read_birth_date,
    read_email,
    read_name,
    read_phone,
    read_reference,
    read_siren,
    read_site,
    read_slug,
    read_text,
    read_title,
)
from adapters.fields.iban import read_iban
from domain.errors import IbanInvalid, InvalidInput

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


@pytest.mark.parametrize(
    ("region", "typed", "kept"),
    [
        ("FR", "0692 12 34 56", "+262692123456"),
        ("RE", "0692 12 34 56", "+262692123456"),
        ("RE", "06 12 34 56 78", "+33612345678"),
        ("FR", "0590 81 12 34", "+590590811234"),
        ("NC", "75 12 34", "+687751234"),
        ("PF", "87 12 34 56", "+68987123456"),
    ],
)
def test_a_telephone_is_the_one_that_somebody_in_the_association_s_region_reaches(
    region: str, typed: str, kept: str
) -> None:
    assert read_phone(typed, region) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *("", "12", "06 12 34 56", "0612345678901", "+33 12", "abc", "00 33 06 12 34 56 78 9", "75 12 34"),
        *("00 00 00 00 00", "06 12 34 56 78 ext. 9", "0800 FLEURS", "tel:0612345678;phone-context=+33"),
    ],
)
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
    if len(typed) > MAX_TEXT or len(line) > MAX_TEXT:
        with pytest.raises(FieldError):
            read_text(typed)
    else:
        assert read_text(typed) == line


@pytest.mark.parametrize("typed", ["", " ", "\u200b", "\u3164", "\u2800", "\u0301", "\u202e\u202c", "a" * 201])
def test_a_title_of_which_nothing_is_seen_or_too_much_is_refused(typed: str) -> None:
    with pytest.raises(FieldError):
        read_title(typed)


@pytest.mark.parametrize("typed", ["123456782", "123 456 782", " 123456782 "])
def test_a_siren_is_read_however_it_is_spaced(typed: str) -> None:
    assert read_siren(typed) == "123456782"


@pytest.mark.parametrize("typed", ["", "123456789", "12345678", "1234567820", "12345678x", "\u0661" * 9, "1" * 100_000])
def test_a_siren_with_a_wrong_key_or_length_is_refused(typed: str) -> None:
    with pytest.raises(FieldError):
        read_siren(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ecole.example", "https://ecole.example"),
        ("https://Ecole.Example:443/page?x=1#y", "https://ecole.example"),
        ("https://blog.ecole.example:8443", "https://blog.ecole.example:8443"),
        ("école.example", "https://xn--cole-9oa.example"),
    ],
)
def test_a_site_is_known_by_its_origin(typed: str, kept: str) -> None:
    assert read_site(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "https://", "https://a..b", "https://x@ecole.example", "https://[::1", "https://a:99999", "a" * 501]
)
def test_what_has_no_host_is_no_site(typed: str) -> None:
    with pytest.raises(FieldError):
        read_site(typed)


@pytest.mark.parametrize(
    "typed", ["FR76 3000 6000 0112 3456 7890 189", "fr7630006000011234567890189", "DE89370400440532013000"]
)
def test_an_iban_of_sepa_is_read_without_its_spaces(typed: str) -> None:
    assert read_iban(typed) == typed.replace(" ", "").upper()


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "FR7630006000011234567890188",  # a wrong key
        "FR763000600001123456789018",  # too short
        "DE893704004405320130000",  # too long
        "TN5910006035183598478831",  # Tunisia, outside SEPA
        "XX7630006000011234567890189",
        "FR76" * 25_000,
    ],
)
def test_an_iban_that_no_bank_of_sepa_gave_is_refused(typed: str) -> None:
    with pytest.raises(IbanInvalid):
        read_iban(typed)


@pytest.mark.parametrize("typed", ["", "a b", "é", "a\u202e", "a\n", "x" * 101])
def test_a_reference_and_a_slug_hold_nothing_but_plain_letters(typed: str) -> None:
    for read in (read_reference, read_slug):
        with pytest.raises(InvalidInput):
            read(typed)
