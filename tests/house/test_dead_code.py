"""Nothing is dead: vulture finds what is not called, and the list of what only frameworks call is short."""

import subprocess
import sys
from pathlib import Path

from tests.house.sources import ROOT
from tests.house.vulture_allowed import ALLOWED

PRODUCT = ("domain", "projections", "adapters", "service", "reports", "benchmarks")


def unused(*paths: str | Path) -> set[str]:
    """The names that vulture finds unused in some places, without the list of the allowed ones."""
    command = [str(Path(sys.executable).with_name("vulture")), *map(str, paths)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.stderr == ""
    return {line.split("'")[1] for line in done.stdout.splitlines()}


def test_what_nobody_calls_is_on_the_list_and_the_list_names_nothing_else() -> None:
    allowed = {name for names in ALLOWED.values() for name in names} - {"ALLOWED"}
    assert unused(*PRODUCT) == allowed


def test_a_function_that_nobody_calls_is_found(tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text("def planted() -> int:\n    return 1\n", encoding="utf-8")
    assert unused(tmp_path) == {"planted"}
