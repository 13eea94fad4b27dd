"""A basket and its corrections name classes and terms by what they are called, and nobody by name."""

from __future__ import annotations

from typing import Any, Final

from domain.campaign.basket import CorrectContribution, PlaceContribution
from domain.errors import ClassInvalid, ClassNotListed, InvalidInput
from domain.events.contribution import ContributionCorrected
from tests.kit import example
from tests.kit.in_memory_ledger import BASKET, child, paid, published

CORRECTION: Final[dict[str, Any]] = {
    "contribution_id": example.CONTRIBUTION,
    "line": 1,
    "class_label": "CE1",
    "tariff_id": "t1",
    "reason": "mistake",
}


def test_a_corrected_class_is_one_of_the_coop_s_list() -> None:
    ledger = paid()
    listed = {"known_classes": {2024: ("CPA", "CM1-A")}}
    ledger.refused(ClassNotListed, CorrectContribution, **CORRECTION, **listed)
    (event,) = ledger.do(CorrectContribution, **{**CORRECTION, "class_label": "CM1 A"}, **listed)
    assert isinstance(event, ContributionCorrected)
    assert event.new_class == "CM1-A"


def test_a_teacher_s_name_is_no_class_of_a_basket_nor_of_a_correction() -> None:
    teacher = {**BASKET, "children": (child(1, "Mme Sophie DUPONT"),)}
    published().refused(ClassInvalid, PlaceContribution, **teacher)
    paid().refused(ClassInvalid, CorrectContribution, **{**CORRECTION, "class_label": "Mme Sophie DUPONT"})


def test_a_basket_names_the_terms_by_their_version_and_not_in_words() -> None:
    ledger = published()
    for desk in (False, True):
        words = {**BASKET, "terms_version": "lu par Mme Durand"}
        ledger.refused(InvalidInput, PlaceContribution, **words, desk=desk)


def test_a_class_that_an_older_event_holds_stays_when_another_part_is_corrected() -> None:
    ledger = paid()
    ledger.campaign.contribution(example.CONTRIBUTION).lines[1].class_code = "LESLUTINS"
    assert ledger.does_nothing(CorrectContribution, **{**CORRECTION, "class_label": "Les lutins"})
    ledger.refused(ClassInvalid, CorrectContribution, **{**CORRECTION, "class_label": "Les farfadets"})
