"""IBANs of every country are read as another library reads them, which knows them by a registry of its own."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from stdnum.iban import calc_check_digits

from adapters.fields.iban import _SEPA, IbanCountryUnknown, IbanInvalid, _parts_of, read_iban

SIGNS = {"n": string.digits, "a": string.ascii_uppercase, "c": string.digits + string.ascii_uppercase}


@st.composite
def ibans(draw: st.DrawFn) -> str:
    """An IBAN of a country of SEPA, its key right."""
    country = draw(st.sampled_from(sorted(_SEPA)))
    account = "".join(draw(st.text(SIGNS[sign], min_size=n, max_size=n)) for n, sign in _parts_of(country))
    return f"{country}{calc_check_digits(f'{country}xx{account}')}{account}"


@settings(max_examples=300, deadline=None)
@given(ibans())
def test_an_iban_of_any_country_of_sepa_is_read(iban: str) -> None:
    assert read_iban(iban) == IBAN(iban).compact
    assert IBAN(iban).in_sepa_zone


@settings(max_examples=300, deadline=None)
@given(ibans(), st.integers(0, 33), st.sampled_from(string.digits + string.ascii_uppercase))
def test_one_wrong_sign_is_noticed_where_the_other_library_notices_it(iban: str, place: int, sign: str) -> None:
    typed = iban[: place % len(iban)] + sign + iban[place % len(iban) + 1 :]
    assert reads(typed) == (valid(typed) and typed[:2] in _SEPA)


def reads(typed: str) -> bool:
    """Whether we take an IBAN."""
    try:
        return read_iban(typed) == typed
    except IbanInvalid:
        return False


def valid(typed: str) -> bool:
    """Whether the other library takes it."""
    try:
        return bool(IBAN(typed).validate())
    except SchwiftyException:
        return False


def test_sepa_is_what_the_other_library_says_but_for_territories_whose_ibans_begin_with_another_country() -> None:
    letters = [a + b for a in string.ascii_uppercase for b in string.ascii_uppercase]
    theirs = {one for one in letters if valid_country(one) and IBAN(f"{one}00", allow_invalid=True).in_sepa_zone}
    assert theirs >= _SEPA
    for territory in theirs - _SEPA:
        with pytest.raises(IbanCountryUnknown):
            read_iban(f"{territory}7630006000011234567890189")


def valid_country(letters: str) -> bool:
    """Whether the other library knows a country by two letters."""
    try:
        return bool(IBAN(f"{letters}00", allow_invalid=True).spec)
    except SchwiftyException:
        return False


@pytest.mark.parametrize("typed", ["MA64011519000001205000534921", "SN08SN0100152000048500003035", "US12", "TN59"])
def test_a_country_that_is_none_of_sepa_is_named_as_such_whether_it_gives_ibans_or_not(typed: str) -> None:
    with pytest.raises(IbanInvalid) as refused:
        read_iban(typed)
    assert refused.value.code == "iban-outside-sepa"
