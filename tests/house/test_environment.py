"""One place tells every variable of the environment that the service reads."""

from __future__ import annotations

import re
from typing import Final

from service.variables import secret_names, variable_groups
from tests.house.sources import PACKAGES, ROOT, files_in

_NAME: Final = re.compile(r"\bCOOPLEDGER_[A-Z_]*[A-Z]\b")
NAMED: Final = ("compose.yaml", "deploy/Caddyfile", "Dockerfile", "README.md")
_OF_OTHERS: Final = {"COOPLEDGER_STRIPE_TEST_KEY", "COOPLEDGER_UPSTREAM", "COOPLEDGER_WEB_PORTS"}
"""The first is read by one test, the second by the proxy, the third by Docker."""


def told() -> set[str]:
    """The variables of the settings, and those of secrets that lie in files."""
    names = {one.name for group in variable_groups() for one in group.variables}
    return names | {f"{name}_FILE" for name in secret_names()}


def test_every_variable_that_is_named_anywhere_is_one_of_the_settings() -> None:
    places = [*files_in(*PACKAGES), *(ROOT / name for name in NAMED), *sorted((ROOT / "docs").rglob("*.md"))]
    known = told() | _OF_OTHERS
    unknown = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in places
        for name in _NAME.findall(path.read_text(encoding="utf-8"))
        if name not in known and not any(one.startswith(f"{name}_") for one in known)
    }
    assert sorted(unknown) == []
