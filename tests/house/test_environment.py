"""One place tells every variable of the environment that the service reads."""

from __future__ import annotations

import re
from typing import Final

from pydantic_settings import BaseSettings

from service import settings
from tests.house.sources import PACKAGES, ROOT, files_in

_NAME: Final = re.compile(r"\bCOOPLEDGER_[A-Z_]*[A-Z]\b")
_OF_OTHERS: Final = {"COOPLEDGER_POSTGRES_PASSWORD", "COOPLEDGER_STRIPE_TEST_KEY"}
"""The first is read by compose.yaml, which makes the address of the database of it; the second by one test."""


def told() -> set[str]:
    """The variables that the settings have a field for, and those that their module names."""
    classes = [one for one in vars(settings).values() if isinstance(one, type) and issubclass(one, BaseSettings)]
    fields = {f"{one.model_config.get('env_prefix', '')}{name}".upper() for one in classes for name in one.model_fields}
    return fields | set(_NAME.findall(settings.__doc__ or ""))


def test_every_variable_that_is_named_anywhere_is_one_of_the_settings() -> None:
    places = [*files_in(*PACKAGES), ROOT / "compose.yaml", ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    known = told() | _OF_OTHERS
    unknown = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in places
        for name in _NAME.findall(path.read_text(encoding="utf-8"))
        if name not in known and not any(one.startswith(f"{name}_") for one in known)
    }
    assert sorted(unknown) == []
