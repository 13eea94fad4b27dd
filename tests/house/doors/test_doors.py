"""Every command has a door: a route, a page or a command of the command line makes it, or something that they run."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tests.house.sources import ROOT, files_in, tree
from tests.kit.example_commands import command_classes

DOORS: Final = ("service/api", "service/pages", "service/cli")
NO_DOOR: Final[dict[str, str]] = {
    "IssuePapers": "drawn up from the log by `issue_papers`, which POST …/papers and `coopledger papers issue` call",
}
"""Commands without a door, and why."""


def module_of(path: Path) -> str:
    """The dotted name of a file of ours."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


_FILES: Final = {module_of(path): path for path in files_in("service")}


def imported(module: ast.AST) -> set[str]:
    """The modules of the service that a file imports, wherever it does."""
    found: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found & _FILES.keys()


def behind(doors: Iterable[str]) -> set[str]:
    """The modules that stand behind doors; the demonstration is none: it plays what people do."""
    waiting = [name for name, path in _FILES.items() if str(path.relative_to(ROOT)).startswith(tuple(doors))]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in found or name.startswith(("service.demo", "service.cli.demo")):
            continue
        found.add(name)
        waiting += imported(tree(_FILES[name]))
    return found


def made_in(modules: Iterable[str]) -> set[str]:
    """The names of the classes that some modules call, or hold to call them."""
    names: set[str] = set()
    for name in modules:
        for node in ast.walk(tree(_FILES[name])):
            if isinstance(node, ast.Attribute):
                names.add(node.attr)
            elif isinstance(node, ast.Name):
                names.add(node.id)
    return names


def test_every_command_has_a_door_or_a_reason_why_not() -> None:
    made = made_in(behind(DOORS))
    without = {command.__name__ for command in command_classes()} - made
    assert without == set(NO_DOOR)
    assert all(len(reason) > 20 for reason in NO_DOOR.values())


def test_what_stands_behind_no_door_is_not_counted() -> None:
    assert "service.demo.scenario" not in behind(DOORS)
    assert "MatchBankLine" not in made_in(behind(("service/pages",)))
    assert "MatchBankLine" in made_in(behind(("service/api",)))
