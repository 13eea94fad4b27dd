"""The first pages: what this service is, which associations it serves, how to sign in, how to find a collection.

Collections are not listed, nor searched for: a form « depuis un lien » is reached by its link alone (S-104), and who
has lost it gets it from the school again (docs/adr/0047-a-collection-is-found-by-its-link.md).
"""

from __future__ import annotations

from typing import Annotated, Final, NamedTuple

import psycopg
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from domain.errors import LedgerError
from domain.texts.network_words import CONTRIBUTION
from service.http.dependencies import Slug, runtime_of, worker_of
from service.logging import logger
from service.pages.french import association_mark
from service.pages.rendering import page
from service.runtime.runtime import Runtime

log = logger(__name__)
router = APIRouter()
MANY: Final = 12
"""Associations from which on the list can be searched."""
_LONGEST: Final = 100
"""Characters of a search."""
Search = Annotated[str, Query(max_length=_LONGEST, description="A part of an association's name")]


class Listed(NamedTuple):
    """An association as the list shows it."""

    slug: str
    name: str
    demo: bool


@router.get("/")
async def home(request: Request, recherche: Search = "") -> Response:
    """Say what this is, and list the associations."""
    listed = await run_in_threadpool(_associations, runtime_of(request))
    return page(
        "home.html",
        words=CONTRIBUTION,
        demo=bool(listed) and all(one.demo for one in listed),
        many=len(listed) > MANY,
        searched=recherche,
        associations=_found(listed, recherche),
    )


@router.get("/{association}")
async def association_home(request: Request, association: Slug) -> Response:
    """Lead families, and those who work with the association, to where they sign in.

    Raises:
        NotFound: no such association.

    """
    opened = await run_in_threadpool(runtime_of(request).ledger, association)
    name, words = await run_in_threadpool(lambda: (opened.name, opened.words()))
    return page(
        "association.html",
        words=words,
        association=association,
        name=name,
        mark=association_mark(name),
        demo=opened.ledger.demo,
        letters=worker_of(request).sends_email,
    )


def _associations(runtime: Runtime) -> list[Listed]:
    """Return all associations, by name; one whose ledger cannot be read now is called by its address."""
    listed = []
    for entry in runtime.associations():
        try:
            name = runtime.ledger(entry.slug).name
        except (LedgerError, psycopg.Error) as error:
            log.warning("association without a name", ledger=entry.slug, reason=type(error).__name__)
            name = entry.slug.upper()
        listed.append(Listed(entry.slug, name, entry.demo))
    return sorted(listed, key=lambda one: one.name.casefold())


def _found(listed: list[Listed], searched: str) -> list[Listed]:
    """Return those whose name or address holds what was searched for."""
    part = searched.strip().casefold()
    return [one for one in listed if part in one.name.casefold() or part in one.slug]
