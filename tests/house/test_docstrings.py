"""Everything public says what it is, and every function says what it takes and gives."""

import ast
import builtins
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.sources import PACKAGES, Function, files_in, functions, tree, where

EVERYWHERE = (*PACKAGES, "tests", "benchmarks")
Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def public_definitions(node: ast.Module | ast.ClassDef) -> Iterator[Definition]:
    """Public classes and functions, and those inside public classes."""
    for child in node.body:
        if isinstance(child, Definition) and not child.name.startswith("_"):
            yield child
            if isinstance(child, ast.ClassDef):
                yield from public_definitions(child)


def without_annotation(function: Function) -> Iterator[str]:
    """The parameters of a function that say no type, and `return` if its result says none."""
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every = [*named, *[star for star in (arguments.vararg, arguments.kwarg) if star]]
    yield from (one.arg for one in every if one.annotation is None and one.arg not in {"self", "cls"})
    if function.returns is None:
        yield "return"


def is_overload(definition: Definition) -> bool:
    """Whether it only declares one more signature of a function documented below."""
    return any(isinstance(mark, ast.Name) and mark.id == "overload" for mark in definition.decorator_list)


def raised(path: Path) -> Iterator[tuple[ast.AST, str]]:
    """The errors that the docstrings of a file promise, each with where it does."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            _, _, promise = node.value.value.partition("Raises:")
            yield from ((node, name) for name in re.findall(r"(?:^|;)\s+([A-Z]\w+):", promise, re.MULTILINE))


def test_every_module_has_a_docstring() -> None:
    assert [where(path) for path in files_in(*EVERYWHERE) if not ast.get_docstring(tree(path))] == []


def test_every_public_class_and_function_has_a_docstring() -> None:
    silent = [
        f"{where(path, definition)} {definition.name}"
        for path in files_in(*PACKAGES, "benchmarks")
        for definition in public_definitions(tree(path))
        if not ast.get_docstring(definition) and not is_overload(definition)
    ]
    assert silent == []


def test_every_function_is_annotated() -> None:
    def faults(path: Path) -> Iterator[str]:
        for function in functions(path):
            missing = list(without_annotation(function))
            if missing:
                yield f"{where(path, function)} {function.name}: {', '.join(missing)}"

    assert [fault for path in files_in(*EVERYWHERE) for fault in faults(path)] == []


def test_an_error_that_a_docstring_promises_exists() -> None:
    every = [*files_in(*PACKAGES)]
    known = {node.name for path in every for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)}
    promised = [(path, node, name) for path in every for node, name in raised(path)]
    assert len(promised) > 100
    unknown = [(path, node, name) for path, node, name in promised if name not in known | set(vars(builtins))]
    assert [f"{where(path, node)} {name}" for path, node, name in unknown] == []
