"""Texts that families may read before they pay: terms of use and sale, their data, why a tip (S-207, S-210)."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from service.http.dependencies import Slug, runtime_of
from service.pages.rendering import page

router = APIRouter()
TERMS_VERSION: Final = "2026-11"
"""The version of the terms that families accept: a new text has a new version and a new template."""


@router.get("/{association}/cguv")
async def terms(association: Slug, request: Request) -> Response:
    """Show the terms of use and sale, with their version."""
    return await _text(request, association, "terms-2026-11.html", version_of=TERMS_VERSION)


@router.get("/{association}/confidentialite")
async def privacy(association: Slug, request: Request) -> Response:
    """Say what is kept about families, why and for how long (RGPD articles 13 and 14)."""
    return await _text(request, association, "privacy.html")


@router.get("/{association}/pourboire")
async def why_tip(association: Slug, request: Request) -> Response:
    """Say what a tip is for, and that it is voluntary."""
    return await _text(request, association, "why_tip.html")


async def _text(request: Request, association: str, template: str, **values: Any) -> Response:  # noqa: ANN401
    """Show a text in the name of an association."""
    opened = await run_in_threadpool(runtime_of(request).ledger, association)
    name, words = await run_in_threadpool(lambda: (opened.name, opened.words()))
    return page(template, association=association, demo=opened.ledger.demo, name=name, words=words, **values)
