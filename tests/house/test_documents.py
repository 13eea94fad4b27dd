"""What the documents name exists: rooms, files, functions; the map leads to every page."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Final

import pytest

from tests.house.sources import PACKAGES, ROOT, files_in, tree

DOCS: Final = ROOT / "docs"
_FUNCTION: Final = re.compile(r"`([\w/.]+\.py)::([\w.]+)`")
_PATH: Final = re.compile(rf"`((?:{'|'.join((*PACKAGES, 'tests', 'benchmarks', 'docs'))})/[\w/.-]*)`")
_LINK: Final = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def defined(path: Path) -> set[str]:
    """The functions and classes of a file, methods as ``Class.method``."""
    names = set()
    for node in tree(path).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            inner = (one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))
            names |= {f"{node.name}.{one.name}" for one in inner}
    return names


def pages() -> list[Path]:
    """Every document, the ones at the top too."""
    return [*sorted(DOCS.rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]


def test_the_two_walks_name_functions_that_exist() -> None:
    named = _FUNCTION.findall((DOCS / "architecture.md").read_text(encoding="utf-8"))
    assert len(named) > 25
    missing = [f"{path}::{name}" for path, name in named if name not in defined(ROOT / path)]
    assert missing == []


def test_the_two_walks_reach_every_package() -> None:
    named = {
        path.split("/")[0] for path, _ in _FUNCTION.findall((DOCS / "architecture.md").read_text(encoding="utf-8"))
    }
    assert named == set(PACKAGES)


@pytest.mark.parametrize("name", ["architecture.md", "how-to-add.md"])
def test_every_path_that_is_named_exists(name: str) -> None:
    named = _PATH.findall((DOCS / name).read_text(encoding="utf-8"))
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_path_that_any_document_names_exists() -> None:
    missing = [
        f"{page.relative_to(ROOT)}: {path}"
        for page in pages()
        for path in _PATH.findall(page.read_text(encoding="utf-8"))
        if not (ROOT / path).exists() and "var/" not in path
    ]
    assert missing == []


def test_every_link_of_a_document_leads_to_a_file() -> None:
    missing = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in pages()
        for link in _LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / link).resolve().exists()
    ]
    assert missing == []


def test_the_map_leads_to_every_page() -> None:
    text = (DOCS / "README.md").read_text(encoding="utf-8")
    linked = {(DOCS / link).resolve() for link in _LINK.findall(text)}
    wanted = {page for page in DOCS.rglob("*.md") if page.parent.name != "adr" and page.name != "README.md"}
    assert sorted(str(page.relative_to(DOCS)) for page in wanted - linked) == []


def test_every_decision_has_a_date_a_status_and_an_alternative_that_was_turned_down() -> None:
    dated = re.compile(r"^Date: \d{4}-\d\d-\d\d · Status: (?:accepted|amended|superseded by \d+)", re.MULTILINE)
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted((DOCS / "adr").glob("*.md"))}
    assert [name for name, text in texts.items() if not dated.search(text) or "**Turned down.**" not in text] == []


def test_every_name_of_the_glossary_exists_in_the_code() -> None:
    text = (DOCS / "glossary.md").read_text(encoding="utf-8")
    names = {name.rpartition(".")[2] for name in re.findall(r"`([A-Za-z_.]+)`", text)}
    code = "\n".join(path.read_text(encoding="utf-8") for path in files_in(*PACKAGES))
    assert sorted(name for name in names if not re.search(rf"\b{name}\b", code)) == []


def test_at_most_fifteen_words_are_not_the_fields() -> None:
    text = (DOCS / "glossary.md").read_text(encoding="utf-8")
    section = text.split("## Words of this house")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")][1:]
    assert 10 < len(rows) <= 15
