"""No pattern of ours takes longer than a text is long: each is tried on 100,000 characters made to stop it."""

from __future__ import annotations

import ast
import importlib
import re
import time
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from tests.house.sources import PACKAGES, ROOT, files_in, tree

SIZES: Final = (20, 24, 1_000, 10_000, 30_000, 100_000)
"""Characters of the texts, the shortest first: a pattern that fails is found before it takes for ever."""
ALLOWED: Final = 0.2
"""Seconds of the processor for one text; a linear pattern takes a hundredth of it."""
ENDS: Final = ("!", "\x00", "")
_METHODS: Final = frozenset(("match", "fullmatch", "search", "sub", "split", "findall", "finditer"))
_parser: Final = importlib.import_module("re._parser")


class Used(NamedTuple):
    """A pattern and how our code uses it."""

    where: str
    pattern: re.Pattern[str]
    methods: frozenset[str]


@cache
def used() -> tuple[Used, ...]:
    """Every pattern of the packages: of their modules, of calls that hold one, and of the fields of the web."""
    return tuple(one for path in files_in(*PACKAGES) for one in (*_of_module(path), *_of_calls(path)))


def _of_module(path: Path) -> Iterator[Used]:
    """The patterns that a module keeps, alone or in a table, with the methods that it calls on each name."""
    if "re.compile" not in path.read_text(encoding="utf-8"):
        return
    place = path.relative_to(ROOT)
    module = importlib.import_module(".".join(place.with_suffix("").parts))
    for name, value in vars(module).items():
        for pattern in _patterns_in(value):
            yield Used(f"{place} {name}", pattern, _methods_of(path, name) or frozenset(("match", "fullmatch")))


def _patterns_in(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif isinstance(value, tuple | list | dict):
        for part in [*value.keys(), *value.values()] if isinstance(value, dict) else value:
            yield from _patterns_in(part)


def _methods_of(path: Path, name: str) -> frozenset[str]:
    return (
        frozenset(
            node.attr
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name
        )
        & _METHODS
    )


def _of_calls(path: Path) -> Iterator[Used]:
    """The patterns written where they are used: ``re.split("…", text)``, ``Path(pattern="…")``."""
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call):
            continue
        place = f"{path.relative_to(ROOT)}:{node.lineno}"
        function = node.func
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "re":
            for text in _constants(node.args[:1]) if function.attr in _METHODS else ():
                yield Used(place, re.compile(text), frozenset((function.attr,)))
        for text in _constants([word.value for word in node.keywords if word.arg == "pattern"]):
            yield Used(place, re.compile(text), frozenset(("search",)))


def _constants(nodes: Iterable[ast.expr]) -> Iterator[str]:
    yield from (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


def hostile(pattern: re.Pattern[str], size: int) -> Iterator[str]:
    """Texts of a size that nearly match: each repetition of the pattern pumped up, and its own letters in turn."""
    parsed = _parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    pumped = set(_pumped(parsed, ""))
    letters = sorted({char for before, body in pumped for char in before + body} | set(" 0a-.@"))
    pumped |= {("", one) for one in letters} | {("", f"{one}{other}") for one in letters[:8] for other in letters[:8]}
    for before, body in sorted(pumped):
        if body:
            for end in ENDS:
                yield before + body * (size // len(body)) + end


def _pumped(parsed: Any, before: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - the parser has no types
    """For each repetition in a parsed pattern: a text that leads to it, and one that it repeats."""
    for kind, value in parsed:
        name = str(kind)
        if name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            yield before, _example(value[2])
            yield from _pumped(value[2], before)
        elif name == "SUBPATTERN":
            yield from _pumped(value[3], before)
        elif name == "BRANCH":
            for branch in value[1]:
                yield from _pumped(branch, before)
        before += _example([(kind, value)])


def _example(parsed: Any) -> str:  # noqa: ANN401 - the parser has no types
    """A shortest text that a part of a pattern takes, as far as its parts tell alone."""
    return "".join(_taken(str(kind), value) for kind, value in parsed)


def _taken(kind: str, value: Any) -> str:  # noqa: ANN401, PLR0911 - the parser has no types; one return for each kind
    if kind == "LITERAL":
        return chr(value)
    if kind == "NOT_LITERAL":
        return "a" if value != ord("a") else "b"
    if kind == "ANY":
        return "a"
    if kind == "IN":
        return _member(value)
    if kind in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
        return _example(value[2]) * max(1, min(int(value[0]), 64))
    if kind == "SUBPATTERN":
        return _example(value[3])
    return _example(value[1][0]) if kind == "BRANCH" else ""


def _member(members: Any) -> str:  # noqa: ANN401 - the parser has no types
    """A character of a set."""
    kinds: dict[str, str] = {"CATEGORY_DIGIT": "0", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "a"}
    if str(members[0][0]) == "NEGATE":
        allowed = re.compile(f"[^{''.join(re.escape(chr(v)) for k, v in members[1:] if str(k) == 'LITERAL') or '~'}]")
        return next(char for char in "a 0-~é" if allowed.fullmatch(char))
    kind, value = members[0]
    if str(kind) == "LITERAL":
        return chr(value)
    return chr(value[0]) if str(kind) == "RANGE" else kinds.get(str(value), "a")


def slow_on(one: Used) -> list[str]:
    """How a pattern is too slow, if it is: the method, the size of the text and its beginning."""
    for size in SIZES:
        for text in hostile(one.pattern, size):
            for method in one.methods:
                begun = time.process_time()
                _apply(one.pattern, method, text)
                if time.process_time() - begun > ALLOWED:
                    return [f"{one.where}: {method} on {size} characters: {text[:40]!r}"]
    return []


def _apply(pattern: re.Pattern[str], method: str, text: str) -> None:
    if method == "sub":
        pattern.sub("", text)
    elif method == "finditer":
        list(pattern.finditer(text))
    else:
        getattr(pattern, method)(text)


def test_every_pattern_of_the_code_is_found() -> None:
    compiled = sum(
        isinstance(node, ast.Attribute) and node.attr == "compile" and getattr(node.value, "id", "") == "re"
        for path in files_in(*PACKAGES)
        for node in ast.walk(tree(path))
    )
    assert compiled > 20
    assert len({one.where for one in used()}) >= compiled
    assert any("pattern" not in one.where and one.methods == {"search"} for one in used())


def test_every_pattern_takes_no_longer_than_its_text_is_long() -> None:
    assert [slow for one in used() for slow in slow_on(one)] == []


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        (r"\s*[-/\u2010-\u2015]\s*", "sub"),
        (r"(a+)+:", "fullmatch"),
    ],
)
def test_a_pattern_that_takes_the_square_of_its_text_is_caught(pattern: str, method: str) -> None:
    assert slow_on(Used("planted", re.compile(pattern), frozenset((method,))))
