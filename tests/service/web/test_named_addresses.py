"""Every address that a document names is one that the service answers."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any, Final, cast

from fastapi.routing import iter_route_contexts

from service.runtime.runtime import Runtime
from service.settings import Settings
from service.web.app import create_app
from tests.house.sources import ROOT

_NAMED: Final = re.compile(r"`(?:(GET|POST|PUT|PATCH|DELETE) )?(/[^` …]*)`")
_BANK: Final = "stripe-fidelity.md"
"""The page about the bank beside the service: its addresses are the bank's."""
_PARTS: Final = {"/flux"}
"""What addresses end with, in sentences about all of them."""


def shape(path: str) -> str:
    """An address without what stands for ids: ``/{association}/x`` and ``/ad06/x`` are one."""
    return re.sub(r"\{[^}/]*\}|\bad06\b|\b[A-Z]+\b", "{}", path)


def named() -> set[tuple[str, str]]:
    """The addresses of README and of all pages of documents but the decisions, which say what once was."""
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "docs/recipes").glob("*.md")]
    return {
        (method or "GET", shape(path))
        for page in pages
        if page.name != _BANK
        for method, path in _NAMED.findall(page.read_text(encoding="utf-8"))
        if path not in _PARTS
    }


def answered() -> set[tuple[str, str]]:
    """The addresses that the service answers."""
    app = create_app(cast("Runtime", SimpleNamespace(settings=Settings())), cast("Any", None))
    return {
        (method, shape(str(route.path)))
        for route in iter_route_contexts(app.routes)
        for method in getattr(route, "methods", None) or ()
    }


def test_every_address_that_a_document_names_is_answered() -> None:
    known = answered()
    any_method = {path for _, path in known}
    assert len(named()) > 15
    assert ("GET", "/") in named()
    assert {one for one in named() if one not in known and not (one[0] == "GET" and one[1] in any_method)} == set()
