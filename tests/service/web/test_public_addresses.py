"""Whole addresses begin with the installation's own, never with what a request says: its host is anybody's."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.house.sources import files_in, tree, where

_WHOLE: Final = {"base_url", "url_for", "url_path_for"}
_PARTS: Final = {"path", "query"}
_HEADERS: Final = {"host", "x-forwarded-host", "forwarded"}
_COMPARES: Final = "service/pages/security.py"
"""It compares the host with the origin of a form, and writes it nowhere."""


def _is_request(node: ast.AST) -> bool:
    """Tell whether an expression is the request: a name, or an attribute of something."""
    return (isinstance(node, ast.Name) and node.id == "request") or (
        isinstance(node, ast.Attribute) and node.attr == "request"
    )


def built_from_requests(path: Path) -> Iterator[ast.AST]:
    """Every place that takes a whole address, or the host, from a request."""
    parts = {id(node.value) for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute) and node.attr in _PARTS}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and _is_request(node.value):
            if node.attr in _WHOLE or (node.attr == "url" and id(node) not in parts):
                yield node
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.lower() in _HEADERS:
            yield node


def test_no_address_is_built_from_a_request() -> None:
    found = [where(path, node) for path in files_in("service") for node in built_from_requests(path)]
    settings_and_options = ("service/settings.py", "service/cli/serve.py")
    allowed = (_COMPARES, *settings_and_options)
    assert [place for place in found if not place.startswith(allowed)] == []
    assert len([place for place in found if place.startswith(_COMPARES)]) == 1
