"""What tests of open pages count: how often a view was read, and how often rights were asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from service.members.sign_in import MemberSignIn
from service.pages.families import confirmation
from service.pages.mandataire import live


class Counts(NamedTuple):
    """One entry for each question."""

    sheets: list[object]
    contributions: list[object]
    rights: list[object]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Counts:
    """Count what is asked of the database for open pages from now on."""
    counts = Counts([], [], [])

    def counted(place: object, name: str, made: list[object]) -> None:
        asks: Callable[..., Any] = getattr(place, name)

        def ask(*args: Any) -> Any:  # noqa: ANN401 - handed through
            made.append(args)
            return asks(*args)

        monkeypatch.setattr(place, name, ask)

    counted(live, "read_sheet", counts.sheets)
    counted(confirmation, "read_view", counts.contributions)
    counted(MemberSignIn, "find_many", counts.rights)
    return counts
