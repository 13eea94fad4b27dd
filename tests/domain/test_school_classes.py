"""A class has one code, however it is written, and no person's name passes for one."""

from __future__ import annotations

import time

import pytest

from domain.errors import ClassInvalid, ClassNotListed
from domain.school_classes import MAX_LABEL, UNASSIGNED, class_code, is_same_class, listed_code
from tests.domain.hostile_names import CIVILITIES, FIRST_NAMES, HIDDEN, LAST_NAMES


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Cpa", "CPA"),
        ("CPa", "CPA"),
        ("CP a", "CPA"),
        ("  cp\u00a0A ", "CPA"),
        ("CM1-A", "CM1A"),
        ("CM1 A", "CM1A"),
        ("CM1A", "CM1A"),
        ("CE2 – CM1", "CE2-CM1"),
        ("CE2-CM1", "CE2-CM1"),
        ("ce2 / cm1", "CE2-CM1"),
        ("CE2—CM1", "CE2-CM1"),
        ("CE2 CM1", "CE2-CM1"),
        ("CE2-CM1 B", "CE2-CM1B"),
        ("TPS/PS", "TPS-PS"),
        ("PS MS GS 2", "PS-MS-GS2"),
        ("Petite Section", "PS"),
        ("GS (1)", "GS1"),
        ("CM1 bleu", "CM1BLEU"),
        ("CM1 bleue", "CM1BLEU"),
        ("Classe 3", "CLASSE3"),
        ("Classe verte", "CLASSEVERT"),
        ("Classe unique", "CLASSEUNIQUE"),
        ("Cycle 2", "CYCLE2"),
        ("ULIS", "ULIS"),
        ("UPE2A", "UPE2A"),
        ("6ème", "6E"),
        ("6e B", "6EB"),
        ("CE1 10", "CE110"),
        ("Élémentaire", "ELEMENTAIRE"),
        ("\uff23\uff30", "CP"),
        ("Sans-classe", UNASSIGNED),
        ("sans classe", UNASSIGNED),
    ],
)
def test_a_class_is_one_however_it_is_written(said: str, code: str) -> None:
    assert class_code(said) == code
    assert class_code(code) == code


@pytest.mark.parametrize(
    "said", ["", "   ", "-", "…", "?", "Classe", "CP?", "CP_A", "CP I", "CP 0", "\u0421P", "CP\u200bA"]
)
def test_what_names_no_class_is_refused(said: str) -> None:
    with pytest.raises(ClassInvalid):
        class_code(said)


@pytest.mark.parametrize("said", ["Mme Sophie DUPONT", "classe de M. Martin", "CP Mme Durand", "CM1 Blanc", "CP Rose"])
def test_a_teacher_s_name_is_no_class(said: str) -> None:
    with pytest.raises(ClassInvalid) as refusal:
        class_code(said)
    assert refusal.value.french.endswith("sans nom de personne.")
    assert "Dupont" not in str(refusal.value)


@pytest.mark.parametrize("name", [*FIRST_NAMES, *LAST_NAMES, *CIVILITIES])
def test_no_name_passes_for_a_class_alone_or_beside_a_level(name: str) -> None:
    for said in (name, f"CP {name}", f"{name} CP", f"CE2-CM1 {name}", *(f"CP{mark}{name}" for mark in HIDDEN)):
        with pytest.raises(ClassInvalid):
            class_code(said)


@pytest.mark.parametrize("filling", [" ", "-", "A", "CP", "\u0301", "é", "1", "PS-"])
def test_a_very_long_label_costs_nothing(filling: str) -> None:
    label = f"CP{filling * 100_000}!"
    before = time.process_time()
    with pytest.raises(ClassInvalid):
        class_code(label)
    assert time.process_time() - before < 0.02


def test_a_label_of_forty_characters_is_read_and_a_longer_one_is_not() -> None:
    assert class_code("CP" + " " * (MAX_LABEL - 3) + "A") == "CPA"
    with pytest.raises(ClassInvalid):
        class_code("CP" + " " * (MAX_LABEL - 2) + "A")


@pytest.mark.parametrize(
    ("said", "listed", "code"),
    [
        ("CM1 A", ("CM1-A",), "CM1-A"),
        ("cm1-a", ("CM1A",), "CM1A"),
        ("CE2CM1", ("CE2-CM1",), "CE2-CM1"),
        ("6e", ("6EME",), "6EME"),
        ("Les Coccinelles", ("CP", "LESCOCCINELLES"), "LESCOCCINELLES"),
        ("M. d’Arc", ("M.D'ARC",), "M.D'ARC"),
        ("sans classe", ("CP",), UNASSIGNED),
    ],
)
def test_a_class_of_the_list_keeps_the_code_that_the_list_gave_it(
    said: str, listed: tuple[str, ...], code: str
) -> None:
    assert class_code(said, listed) == code


@pytest.mark.parametrize("said", ["CE1", "Mme Sophie DUPONT", "Les Coccinelles"])
def test_where_there_is_a_list_nothing_else_is_a_class(said: str) -> None:
    with pytest.raises(ClassNotListed) as refusal:
        class_code(said, ("CP", "CE2"))
    assert refusal.value.french == "Choisissez la classe dans la liste de l’école."


def test_a_class_is_found_on_a_list_whichever_rules_it_was_written_under() -> None:
    assert listed_code("CM1 A", ("CP", "CM1-A")) == "CM1-A"
    assert listed_code("CM1 B", ("CP", "CM1-A")) is None
    assert is_same_class("CM1-A", "CM1A")
    assert not is_same_class("CM1-A", "CM1B")
