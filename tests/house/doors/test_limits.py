"""Whatever entrance sets a price or places a basket says what the payment provider takes: none forgets it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.house.sources import files_in, tree, where
from tests.kit.example_commands import command_classes

LIMITED: Final = {kind.__name__ for kind in command_classes() if "limits" in kind.__struct_fields__}
DEMO: Final = "service/demo/"
"""The demonstration's prices are written into it."""


def makers(path: Path, module: ast.Module) -> Iterator[tuple[str, bool]]:
    """Where such a command is made, and whether it is given the limits."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in LIMITED:
                yield f"{where(path, node)} {name}", any(word.arg == "limits" for word in node.keywords)


def test_every_entrance_gives_the_limits_of_the_payment_provider() -> None:
    assert {"SetTariffs", "SetPaymentOptions", "PlaceContribution"} == LIMITED
    made = [one for path in files_in("service") for one in makers(path, tree(path)) if DEMO not in str(path)]
    assert len(made) == 9
    assert [place for place, limited in made if not limited] == []


def test_a_planted_one_without_them_is_found() -> None:
    planted = ast.parse("settings.SetTariffs(stream_id=one, tariffs=())")
    assert [limited for _, limited in makers(Path(__file__), planted)] == [False]
