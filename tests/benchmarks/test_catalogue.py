"""Every subject is listed with its rivals and its bars, and the page about speed says the same."""

from __future__ import annotations

import re
from typing import Final

import pytest

from benchmarks.__main__ import described
from benchmarks.catalogue import SUBJECTS
from benchmarks.figures import Claim, at_most, reaches
from tests.house.sources import ROOT, files_in

LEDGER: Final = ("bus", "project", "rebuild", "verify")
WEB: Final = (
    "http-post",
    "http-read",
    "history",
    "basket",
    "live-pages",
    "visit",
    "participants",
    "payments",
    "payments-far",
    "two-workers",
    "postgres-kill",
    "endurance",
)
INSTALLATION: Final = ("accounts", "associations", "startup")
CLAIMS: Final = [(subject.name, claim) for subject in SUBJECTS for claim in subject.claims]


def test_the_catalogue_holds_every_subject_once() -> None:
    assert [subject.name for subject in SUBJECTS] == [*LEDGER, *WEB, *INSTALLATION]


def test_every_module_that_makes_a_subject_is_listed() -> None:
    made = [path for path in files_in("benchmarks") if "Final = Subject(" in path.read_text(encoding="utf-8")]
    assert len(made) == len(SUBJECTS)
    assert {path.parent.name for path in made} == {"ledger", "web", "installation"}


def test_every_subject_says_what_it_measures_and_has_a_bar() -> None:
    assert [one.name for one in SUBJECTS if not one.measures or not any(claim.bar for claim in one.claims)] == []


def test_every_claim_has_a_unit_and_a_rival() -> None:
    assert [(name, claim.name) for name, claim in CLAIMS if not claim.unit or not claim.rival] == []


def test_every_bar_and_every_aim_can_be_read_and_an_aim_is_no_lower_than_its_bar() -> None:
    for _, claim in CLAIMS:
        for wanted in filter(None, (claim.bar, claim.aim)):
            reaches(1.0, wanted)
        if claim.bar and claim.aim:
            assert reaches(float(claim.aim.split()[1]), claim.bar), claim


@pytest.mark.parametrize("bar", ["one command", "0.5", "> 0.5", "≥", "≥ much"])
def test_a_bar_that_is_none_is_refused(bar: str) -> None:
    with pytest.raises(ValueError):
        reaches(1.0, bar)


@pytest.mark.parametrize(
    ("ratio", "bar", "holds"),
    [(0.6, "≥ 0.6", True), (0.59, "≥ 0.6", False), (1.5, "≤ 1.5", True), (1.51, "≤ 1.5", False), (9.0, "", None)],
)
def test_a_figure_knows_whether_its_bar_holds(ratio: float, bar: str, *, holds: bool | None) -> None:
    assert Claim("one", "ms", "another", bar).figure(1.0, ratio).holds is holds


def test_what_is_known_when_it_was_measured_is_added_to_its_name() -> None:
    assert Claim("one", "ms", "another").figure(1.0, 1.0, ", 10 pages").name == "one, 10 pages"


def test_a_limit_is_a_rival_too() -> None:
    claim = at_most("memory", "KiB", 1_024, aim=256)
    assert (claim.rival, claim.bar, claim.aim) == ("1,024 KiB wanted", "≤ 1.0", "≤ 0.25")


def test_the_page_about_speed_lists_every_subject_as_the_command_does() -> None:
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    listed = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    assert "\n\n".join(map(described, SUBJECTS)) + "\n" in listed
