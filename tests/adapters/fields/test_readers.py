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
from adapters.fields.iban import (
    IbanCharacters,
    IbanCountryUnknown,
    IbanInvalid,
    IbanKey,
    IbanLength,
    IbanOutsideSepa,
    read_iban,
)
from domain.errors import InvalidInput

TODAY = date(2026, 9, 7)
ACCOUNT = "FR7630006000011234567890189"


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
        ("NC", "0692 12 34 56", "+262692123456"),
        ("NC", "75 12 34", "+687751234"),
        ("PF", "87 12 34 56", "+68987123456"),
    ],
)
def test_a_telephone_is_the_one_that_somebody_in_the_association_s_region_reaches(
    region: str, typed: str, kept: str
) -> None:
    assert read_phone(typed, region) == kept


@pytest.mark.parametrize("region", ["FR", "RE", "GP", "PM", "NC"])
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0262 12 34 56", "+262262123456"),
        ("0263 12 34 56", "+262263123456"),
        ("0269 12 34 56", "+262269123456"),
        ("0639 12 34 56", "+262639123456"),
        ("0692 12 34 56", "+262692123456"),
        ("0693 12 34 56", "+262693123456"),
        ("0590 12 34 56", "+590590123456"),
        ("0690 12 34 56", "+590690123456"),
        ("0691 12 34 56", "+590691123456"),
        ("0594 12 34 56", "+594594123456"),
        ("0694 12 34 56", "+594694123456"),
        ("0596 12 34 56", "+596596123456"),
        ("0696 12 34 56", "+596696123456"),
        ("0697 12 34 56", "+596697123456"),
        ("0508 41 23 45", "+508412345"),
        ("0708 41 23 45", "+508708412345"),
    ],
)
def test_a_number_of_an_overseas_department_is_known_by_its_range_wherever_it_is_typed(
    region: str, typed: str, kept: str
) -> None:
    assert read_phone(typed, region) == kept
    assert read_phone(typed.replace(" ", "."), region) == kept
    assert read_phone("+33 " + typed.removeprefix("0"), region) == kept
    assert read_phone("0033 (0)" + typed.removeprefix("0"), region) == kept
    assert read_phone(kept, region) == kept


@pytest.mark.parametrize("region", ["FR", "RE", "MQ"])
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        *(("01 42 00 00 00", "+33142000000"), ("02 61 12 34 56", "+33261123456"), ("03 20 12 34 56", "+33320123456")),
        *(("04 93 00 00 00", "+33493000000"), ("05 91 12 34 56", "+33591123456")),
        *(("05 61 12 34 56", "+33561123456"), ("06 12 34 56 78", "+33612345678"), ("06 38 12 34 56", "+33638123456")),
        *(("06 95 12 34 56", "+33695123456"), ("07 81 12 34 56", "+33781123456"), ("09 72 12 34 56", "+33972123456")),
        *(
            ("+41 79 123 45 67", "+41791234567"),
            ("+32 470 12 34 56", "+32470123456"),
            ("+1 202 555 0123", "+12025550123"),
        ),
        ("+687 75 12 34", "+687751234"),
    ],
)
def test_numbers_of_the_mainland_and_of_other_countries_stay_what_they_are(region: str, typed: str, kept: str) -> None:
    assert read_phone(typed, region) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *("", "12", "06 12 34 56", "0612345678901", "+33 12", "abc", "00 33 06 12 34 56 78 9", "75 12 34"),
        *("0692 12 34", "0692 12 34 56 7", "0508 41 23", "+33 692"),
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
    "space",
    ["\u00a0", "\u202f", "\u2009", "\u3000", "\t", "\n", "\u200b", "\u2060", "\ufeff", "\u00ad", "\u200d", " \u00a0 "],
)
def test_whatever_stands_unseen_between_the_groups_of_an_iban_is_taken_away(space: str) -> None:
    assert read_iban(f"{space}FR76 3000 6000 0112 3456 7890 189{space}".replace(" ", space)) == ACCOUNT


@pytest.mark.parametrize(
    ("typed", "refusal", "said"),
    [
        ("", IbanLength, "un IBAN compte de 15 à 34"),
        ("F", IbanLength, "un IBAN compte de 15 à 34"),
        ("FR763000600001123456789018", IbanLength, "compte 27 caractères, et celui-ci 26"),
        ("DE893704004405320130000", IbanLength, "compte 22 caractères, et celui-ci 23"),
        ("FR76" * 25_000, IbanLength, "un IBAN compte de 15 à 34"),
        ("FR7630006000011234567890188", IbanKey, "faute de frappe"),
        ("SA0380000000608010167519", IbanOutsideSepa, "Union européenne"),
        ("SA03", IbanOutsideSepa, "Union européenne"),
        ("TN5910006035183598478831", IbanOutsideSepa, "Union européenne"),
        ("XX7630006000011234567890189", IbanCountryUnknown, "par exemple FR"),
        ("7630006000011234567890189", IbanCountryUnknown, "par exemple FR"),
        ("FR76-3000-6000-0112-3456-7890-189", IbanCharacters, "lettres sans accent"),
        ("FR763000600001123456789018é", IbanCharacters, "lettres sans accent"),
        ("FR\uff17630006000011234567890189", IbanCharacters, "lettres sans accent"),
        ("FR763000600O011234567890189", IbanCharacters, "lettre O"),
        ("FRX630006000011234567890189", IbanCharacters, "lettre O"),
    ],
)
def test_an_iban_is_refused_with_the_sentence_of_what_is_wrong_in_it(
    typed: str, refusal: type[IbanInvalid], said: str
) -> None:
    with pytest.raises(refusal) as refused:
        read_iban(typed)
    assert said in refused.value.french
    assert typed[:200] not in str(refused.value) or not typed


def test_each_cause_for_which_an_iban_is_refused_has_a_name_and_a_sentence_of_its_own() -> None:
    kinds = IbanInvalid.__subclasses__()
    assert len({kind.code for kind in kinds}) == len({kind.sentence for kind in kinds}) == len(kinds) == 5


@pytest.mark.parametrize("typed", ["", "a b", "é", "a\u202e", "a\n", "x" * 101])
def test_a_reference_and_a_slug_hold_nothing_but_plain_letters(typed: str) -> None:
    for read in (read_reference, read_slug):
        with pytest.raises(InvalidInput):
            read(typed)


@pytest.mark.parametrize("typed", ["api", "static", "style", "vault", "public", "pg_ad06", "ad06_read"])
def test_no_association_is_called_what_the_service_calls_something_itself(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_slug(typed)
    assert "déjà prise" in refused.value.french
    assert read_slug(f"ad_{typed}_06") == f"ad_{typed}_06"
