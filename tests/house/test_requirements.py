"""What gets installed is fixed by version and by hash, and says nothing about where it comes from."""

import re
import tomllib

import pytest

from tests.house.sources import ROOT, files, where

BOTH = ("requirements.txt", "requirements-dev.txt")


def pins(name: str) -> dict[str, str]:
    """Package → its line of a requirement file (version, marker), continuation lines joined."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {line.partition("==")[0].partition("[")[0]: line for line in lines}


@pytest.mark.parametrize("name", BOTH)
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    assert [line for line in pins(name).values() if "==" not in line or "--hash=sha256:" not in line] == []


@pytest.mark.parametrize("name", BOTH)
def test_no_requirement_holds_an_address_or_an_index(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert re.search(r"^\s*(-i|-f|--index|--extra-index|--find-links)", text, re.MULTILINE) is None


def test_the_development_environment_holds_the_very_packages_of_the_service() -> None:
    service, development = (pins(name) for name in BOTH)
    assert {name: line for name, line in service.items() if development.get(name) != line} == {}


def test_every_dependency_of_the_project_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    def names(wishes: list[str]) -> set[str]:
        return {re.split(r"[\[<>=~! ;]", wish, maxsplit=1)[0].lower() for wish in wishes}

    assert names(project["project"]["dependencies"]) - pins("requirements.txt").keys() == set()
    assert names(project["dependency-groups"]["dev"]) - pins("requirements-dev.txt").keys() == set()


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
