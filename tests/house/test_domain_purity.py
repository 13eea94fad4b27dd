"""The domain gives the same answer for ever: no float, no division that rounds by itself, no clock, no chance."""

import ast
from collections.abc import Callable

from tests.house.sources import files_in, tree, where

CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
CHANCE_AND_CLOCKS = {"random", "secrets", "time", "uuid1", "uuid4"}


def in_domain(is_fault: Callable[[ast.AST], bool]) -> list[str]:
    """The places of the domain where a node of the syntax tree is at fault."""
    return [where(path, node) for path in files_in("domain") for node in ast.walk(tree(path)) if is_fault(node)]


def imports_chance_or_clock(node: ast.AST) -> bool:
    """Whether a node imports a source of chance or of time (the class `datetime.time` is neither)."""
    if isinstance(node, ast.Import):
        return any(alias.name.split(".")[0] in CHANCE_AND_CLOCKS for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        names = {alias.name for alias in node.names if node.module != "datetime"}
        return node.module in CHANCE_AND_CLOCKS or bool(names & CHANCE_AND_CLOCKS)
    return isinstance(node, ast.Attribute) and node.attr in {"uuid1", "uuid4"}


def test_the_domain_holds_no_float() -> None:
    assert in_domain(lambda node: isinstance(node, ast.Constant) and isinstance(node.value, float | complex)) == []
    assert in_domain(lambda node: isinstance(node, ast.Name) and node.id in {"float", "complex"}) == []


def test_the_domain_never_divides_with_a_slash() -> None:
    assert in_domain(lambda node: isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)) == []


def test_the_domain_reads_no_clock() -> None:
    def reads_clock(node: ast.AST) -> bool:
        if not isinstance(node, ast.Attribute):
            return False
        owner = node.value.id if isinstance(node.value, ast.Name) else getattr(node.value, "attr", "")
        return (owner, node.attr) in CLOCKS

    assert in_domain(reads_clock) == []


def test_the_domain_throws_no_dice() -> None:
    assert in_domain(imports_chance_or_clock) == []
