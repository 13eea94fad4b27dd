"""The document about the tests tells their numbers of histories, and what runs first exists."""

from __future__ import annotations

import re
from typing import Final

from tests.conftest import LONGEST
from tests.house.sources import ROOT, files_in
from tests.kit.run.scheduling import shared_by

_COUNT: Final = re.compile(r"extent\.count\(ci=(\d+), long=(\d+)\)")
_ROW: Final = re.compile(r"^\| `(tests/[\w/]+\.py)` \| (\d+)\b[^|]*\| (\d+)\b[^|]*\|", re.MULTILINE)


def test_the_document_tells_every_number_of_histories() -> None:
    counted = {
        (str(path.relative_to(ROOT)), *numbers)
        for path in files_in("tests")
        for numbers in _COUNT.findall(path.read_text(encoding="utf-8"))
    }
    assert counted
    assert set(_ROW.findall((ROOT / "docs" / "testing.md").read_text(encoding="utf-8"))) == counted


def test_every_file_that_runs_first_exists() -> None:
    assert [name for name in LONGEST if not (ROOT / "tests" / name).exists()] == []


def test_what_shares_a_deployment_or_all_trees_is_handed_out_together_and_everything_else_by_file() -> None:
    for folder in ("tests/hostile/", "tests/house/"):
        assert {shared_by(f"{folder}{path.name}::test") for path in (ROOT / folder).glob("test_*.py")} == {folder}
    assert shared_by("tests/service/web/test_streams.py::test[a::b]") == "tests/service/web/test_streams.py"
