"""A document that names a test names one that exists: a proof that is gone proves nothing."""

from __future__ import annotations

import re
from typing import Final

import pytest

from tests.house.sources import ROOT

_ROW: Final = re.compile(r"\| (?P<number>\d+) \| (?P<then>[^|]+) \| (?P<now>[^|]+) \| (?P<tests>[^|]+) \|$")
_NAMED: Final = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_every_test_that_the_documents_name_exists() -> None:
    named = [
        (path, test)
        for page in sorted((ROOT / "docs").rglob("*.md"))
        for path, test in _NAMED.findall(page.read_text())
    ]
    assert len(named) > 30
    missing = [f"{path}::{test}" for path, test in named if f"def {test}(" not in (ROOT / path).read_text()]
    assert missing == []


@pytest.mark.parametrize("page", ["accounting-proof.md", "first-hour-proof.md", "world-proof.md"])
def test_every_row_of_a_table_of_faults_says_what_is_right_and_names_a_test(page: str) -> None:
    rows = [_ROW.match(line) for line in (ROOT / "docs" / page).read_text().splitlines()]
    told = [row for row in rows if row is not None]
    assert len(told) >= 8
    assert [row["number"] for row in told if not (row["then"].strip() and row["now"].strip())] == []
    assert [row["number"] for row in told if not _NAMED.search(row["tests"])] == []
