"""Every error that there is has its place in the documentation: its status, its sentence, what to do about it."""

from __future__ import annotations

import re
from collections import Counter

from domain.errors import LedgerError
from service.http.faults.advice import ADVICE
from service.http.faults.catalogue import error_page, refusals
from service.http.faults.places import HEADERS, PLACES
from tests.house.sources import ROOT


def test_the_documented_errors_are_those_of_the_code() -> None:
    assert (ROOT / "docs" / "errors.md").read_text(encoding="utf-8") == error_page()


def test_every_error_has_one_row_a_french_sentence_and_something_to_do() -> None:
    found = refusals()
    assert [code for code, times in Counter(one.code for one in found).items() if times > 1] == []
    assert {one.code for one in found} == ADVICE.keys()
    assert [one.code for one in found if not re.fullmatch(r"[a-z]+(?:-[a-z]+)*", one.code)] == []
    assert [one.code for one in found if not one.sentence.endswith((".", "!"))] == []


def test_a_new_error_is_found_wherever_it_is_defined() -> None:
    codes = {one.code for one in refusals()}
    assert {"payment-outcome-unknown", "class-not-listed", "precondition-failed", "method-not-allowed"} <= codes
    assert LedgerError.code not in codes


def test_every_place_of_an_error_is_one_of_an_error_that_there_is() -> None:
    codes = {one.code for one in refusals()}
    assert PLACES.keys() | HEADERS.keys() <= codes
