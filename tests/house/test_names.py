"""Things are called what the field calls them: no stage names, and no name for two things."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.house.sources import PACKAGES, ROOT, files_in, tree, where

METAPHORS: Final = frozenset(
    (
        *("alignment", "clerk", "correspondence", "crawl", "desk", "door", "doors", "elsewhere", "face", "faces"),
        *("hands", "heavy", "letters", "looker", "mailroom", "matter", "office", "play", "scene", "shop", "stirred"),
        *("story", "ticket", "town", "visiting", "way", "workshop"),
    )
)
"""Words of no field of ours, anywhere in the name of a class or a file."""
BARE: Final = frozenset(
    ("ask", "booked", "case", "fact", "given", "movement", "notification", "payments_in", "post", "recorded", "work")
)
"""Words that say too little when they are the whole name: which movement, what was recorded?"""
TAKEN: Final = frozenset(("domain/accounts.py", "domain/statement.py"))
"""Files whose names mean another thing in the accounts of a school: `chart_of_accounts`, `roll_forward`."""
NOUNS: Final = frozenset(
    (
        *("banking", "closing", "logging", "matching", "onboarding", "pricing", "reading", "rendering", "sealing"),
        *("sharing", "testing", "upcasting", "wording"),
    )
)
"""Words in -ing that name a thing and not an activity."""


def words(name: str) -> list[str]:
    """The words of a CamelCase or snake_case name, in lower case."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", name)]


def faults(name: str) -> list[str]:
    """What is wrong with the name of a class, a file or a folder."""
    parts = words(name)
    wrong = [part for part in parts if part in METAPHORS]
    if "_".join(parts) in BARE:
        wrong.append(f"{name} alone")
    if len(parts) == 1 and name.islower() and name.endswith("ing") and name not in NOUNS:
        wrong.append(f"{name} is no noun")
    return wrong


def product() -> list[Path]:
    """The files of the product."""
    return list(files_in(*PACKAGES))


def classes(paths: Iterable[Path]) -> Iterator[tuple[Path, ast.ClassDef]]:
    """Every class of some files, nested ones included."""
    for path in paths:
        yield from ((path, node) for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef))


def test_no_class_has_a_name_that_is_a_metaphor_or_says_too_little() -> None:
    assert [f"{where(path, node)} {node.name}" for path, node in classes(product()) if faults(node.name)] == []


def test_no_file_or_folder_has_one_either() -> None:
    places = [path.relative_to(ROOT).with_suffix("") for path in product()]
    assert [str(place) for place in places if any(faults(part) for part in place.parts)] == []
    assert {f"{place}.py" for place in places} & TAKEN == set()


@pytest.mark.parametrize(
    "name",
    ["Door", "run_heavy", "LetterMailroom", "RefundDesk", "Movement", "Notification", "Case", "visiting", "serving"],
)
def test_a_planted_name_is_found(name: str) -> None:
    assert faults(name)


@pytest.mark.parametrize(
    "name",
    [
        "BalanceMovement",
        "RecordedEvent",
        "chart_of_accounts",
        "NotificationEmail",
        "pending_reply",
        "Network",
        "pricing",
    ],
)
def test_a_name_that_only_holds_such_a_word_is_left_alone(name: str) -> None:
    assert faults(name) == []


def test_every_word_in_ing_is_still_needed() -> None:
    assert {path.stem for path in product()} >= NOUNS


def test_no_two_classes_of_the_product_share_a_name() -> None:
    known: dict[str, str] = {}
    twice = []
    # The sandbox stands for another company's software: what it calls as we do, it means as that company does.
    ours = [path for path in product() if "stripe_sandbox" not in path.parts]
    for path, node in classes(ours):
        if node.name in known:
            twice.append(f"{node.name}: {known[node.name]} and {where(path, node)}")
        known[node.name] = where(path, node)
    assert twice == []
