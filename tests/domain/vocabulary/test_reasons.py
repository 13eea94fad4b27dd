"""A reason is a code from a list, with a French name; words of one's own are no reason."""

from __future__ import annotations

from enum import StrEnum

import pytest

from domain.errors import CouncilDecisionInvalid, InvalidInput, ReasonInvalid
from domain.vocabulary import reasons
from domain.vocabulary.reasons import (
    UNREADABLE,
    AbandonReason,
    FindingSubject,
    RefundReason,
    french_reason,
    known_reason,
    listed_reason,
    provider_code,
    provider_codes,
)
from domain.vocabulary.references import check_council_decision, check_terms_version, council_decision
from tests.domain.hostile_names import CIVILITIES, FIRST_NAMES, LAST_NAMES
from tests.kit import example

NAMES = [
    f"{civility} {first} {last}" for civility, first, last in zip(CIVILITIES, FIRST_NAMES, LAST_NAMES, strict=False)
]
PURPOSES = [
    found for found in vars(reasons).values() if isinstance(found, type) and issubclass(found, StrEnum) and len(found)
]
TODAY = example.NOW.date()


def test_the_lists_of_reasons_are_found() -> None:
    assert {RefundReason, AbandonReason, FindingSubject} <= set(PURPOSES)


@pytest.mark.parametrize("purpose", PURPOSES, ids=lambda purpose: purpose.__name__)
def test_every_reason_of_a_list_has_a_french_name_of_its_own(purpose: type[StrEnum]) -> None:
    names = [french_reason(reason) for reason in purpose]
    assert len(set(names)) == len(names)
    assert [reason for reason in purpose if known_reason(reason) != reason] == []
    assert not {name for name in names if name == "Autre motif"} - {french_reason("other")}


@pytest.mark.parametrize("purpose", PURPOSES, ids=lambda purpose: purpose.__name__)
@pytest.mark.parametrize("words", ["", " ", "Duplicate", "DUPLICATE", "duplicate ", "Départ de la famille", *NAMES])
def test_words_of_one_s_own_are_no_reason(purpose: type[StrEnum], words: str) -> None:
    with pytest.raises(ReasonInvalid) as refusal:
        listed_reason(purpose, words)
    assert refusal.value.french.startswith("Choisissez un motif de la liste.")
    assert not words.strip() or words not in str(refusal.value)


def test_a_reason_of_another_list_is_refused() -> None:
    with pytest.raises(ReasonInvalid):
        listed_reason(RefundReason, "moved")


def test_the_free_text_of_an_older_event_counts_as_another_reason() -> None:
    assert known_reason("Départ de la famille Martin") == "other"
    assert french_reason("Départ de la famille Martin") == "Autre motif"


@pytest.mark.parametrize(
    "code", ["expired_card", "conflict", "stale-version", "person_1Qh.verification.document", "a[0]"]
)
def test_a_code_of_the_provider_is_kept(code: str) -> None:
    assert provider_code(code) == code


@pytest.mark.parametrize(
    "words", ["", "Carte expirée", "Your card has expired.", "a" * 81, "card\x00", *NAMES, *LAST_NAMES]
)
def test_what_is_no_code_of_the_provider_is_not_kept(words: str) -> None:
    assert provider_code(words) == UNREADABLE


def test_several_codes_of_the_provider_are_read_one_by_one() -> None:
    assert (
        provider_codes("company.tax_id, Mme Durand,external_account") == "company.tax_id, unreadable, external_account"
    )
    assert provider_codes(",".join(["due"] * 1_000)).count("due") == 30


@pytest.mark.parametrize("decision", ["2024-06-03", "2024-06-03 12", "2024-06-03 PV 12", "2024-06-03 2024-3"])
def test_a_decision_of_the_conseil_is_its_day_and_the_number_of_its_minutes(decision: str) -> None:
    assert check_council_decision(decision, TODAY) == decision


def test_a_decision_of_the_conseil_is_written_in_one_way() -> None:
    assert council_decision(TODAY) == TODAY.isoformat()
    assert council_decision(TODAY, "PV 12") == f"{TODAY.isoformat()} PV 12"


@pytest.mark.parametrize(
    "words",
    [
        *("", "Conseil du 3 juin 2024", "2024-02-30", "2099-01-01", "2024-06-03 ", "2024-06-03 Mme Durand"),
        *("2024-06-03 DUPONT", "2024-06-03 DUPONT 12", "03/06/2024"),
    ],
)
def test_what_is_no_decision_of_the_conseil_is_refused(words: str) -> None:
    with pytest.raises(CouncilDecisionInvalid):
        check_council_decision(words, TODAY)


def test_a_version_of_the_terms_is_a_number() -> None:
    for version in ("1", "2024-06", "2026-11-29"):
        check_terms_version(version)
    for words in ("Mme Durand", "2024-06 DUPONT", "-", "v1"):
        with pytest.raises(InvalidInput):
            check_terms_version(words)
