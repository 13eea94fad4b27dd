"""A command is written out field by field, so that the type checker sees what a money command holds."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.sources import PACKAGES, files_in, tree, where
from tests.kit.example_commands import command_classes

COMMANDS = {command.__name__ for command in command_classes()}


def splats(path: Path, module: ast.Module) -> Iterator[str]:
    """The places where a dictionary is poured into a command."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and any(keyword.arg is None for keyword in node.keywords):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in COMMANDS:
                yield f"{where(path, node)} {name}"


def test_no_command_is_made_of_a_dictionary() -> None:
    assert len(COMMANDS) > 60
    places = files_in(*PACKAGES, "benchmarks", "tests")
    assert [splat for path in places for splat in splats(path, tree(path))] == []


def test_a_planted_one_is_found() -> None:
    planted = ast.parse("payouts.RecordPayoutSent(stream_id=coop_id, **sent)")
    assert [splat.split()[1] for splat in splats(Path(__file__), planted)] == ["RecordPayoutSent"]
