"""The files of the repository, as the house tests read them."""

import ast
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGES: Final = ("domain", "projections", "adapters", "reports", "service")

_LEFT_OUT: Final = frozenset({"__pycache__", "node_modules", "test-results", "var"})
_DOTTED_BUT_OURS: Final = frozenset({".ci", ".github"})

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files() -> tuple[Path, ...]:
    """Every file of the repository, without what tools and runs leave behind."""
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [
            name for name in folders if name not in _LEFT_OUT and (name[0] != "." or name in _DOTTED_BUT_OURS)
        ]
        found += [Path(folder) / name for name in names if name != ".git"]
    return tuple(sorted(found))


def files_in(*folders: str, suffixes: tuple[str, ...] = (".py",)) -> Iterator[Path]:
    """The files with one of these suffixes in these top folders."""
    for path in files():
        if path.relative_to(ROOT).parts[0] in folders and path.suffix in suffixes:
            yield path


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def where(path: Path, node: ast.AST | None = None) -> str:
    """The place to look at, as editors understand it."""
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def functions(path: Path) -> Iterator[Function]:
    """Every function and method of a file, nested ones included."""
    for node in ast.walk(tree(path)):
        if isinstance(node, Function):
            yield node
