"""What the routes write into the trail of access: with the ids of the address, and who is known to ask."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from time import monotonic
from typing import Any, Final
from uuid import UUID

import psycopg
import structlog
from fastapi import Request
from starlette.concurrency import run_in_threadpool

from domain.errors import LedgerError
from service.auth.principal import Principal
from service.http.dependencies import runtime_of
from service.logging import logger
from service.trail import TrailKind, record

log = logger(__name__)
_SLUG: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")
_REFUSALS: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
_MINUTE: Final = 60.0


def ids_of(path: Mapping[str, Any]) -> dict[str, str]:
    """Return the association and the ids that an address names, and nothing else of it."""
    found = {name: str(value) for name, value in path.items() if name.endswith("_id") and _as_id(value)}
    slug = str(path.get("association", ""))
    return ({"association": slug} if _SLUG.fullmatch(slug) else {}) | found


def bind_principal(principal: Principal) -> None:
    """Have the log lines and the trail of this request say who asks, by opaque id."""
    structlog.contextvars.bind_contextvars(actor=principal.actor)


class AnonymousEntries:
    """How many entries a minute those may cause whom nobody knows: the trail must not be filled from outside."""

    def __init__(self, most: int) -> None:
        """Begin with all of them."""
        self._most = most
        self._until = 0.0
        self._left = 0

    def take(self) -> bool:
        """Use one; False when this minute's are used up."""
        if monotonic() > self._until:
            self._until, self._left = monotonic() + _MINUTE, self._most
        self._left -= 1
        return self._left >= 0


_anonymous: Final = AnonymousEntries(60)


async def note(request: Request, kind: TrailKind, *, subject_id: UUID | None = None, **more: UUID | str | None) -> None:
    """Write an entry about this request, before it is answered.

    ``more`` may name the ``coop_id``, the ``campaign_id`` and the ``detail`` that the address does not.
    """
    ids = ids_of(request.path_params)
    known: dict[str, Any] = {name: _as_id(ids[name]) for name in ("coop_id", "campaign_id") if name in ids}
    actor = structlog.contextvars.get_contextvars().get("actor")
    route = getattr(request.scope.get("route"), "path", "")
    about = subject_id or _as_id(ids.get("contribution_id"))
    values = {"detail": route, **known, **{name: one for name, one in more.items() if one is not None}}

    def write() -> None:
        trail, association = runtime_of(request).trail, ids.get("association", "")
        record(trail, kind, association=association, actor=actor, subject_id=about, **values)

    await run_in_threadpool(write)


async def note_refusal(request: Request, error: LedgerError) -> None:
    """Write down that somebody known was refused, or that a code nobody has was tried; the refusal stands anyhow."""
    known = "actor" in structlog.contextvars.get_contextvars()
    tried = error.status == HTTPStatus.UNAUTHORIZED and error.values.get("credentials") == "unknown"
    if error.status not in _REFUSALS or not (known or (tried and _anonymous.take())):
        return
    kind = TrailKind.REFUSED if known else TrailKind.SIGN_IN_FAILED
    route = getattr(request.scope.get("route"), "path", "")
    try:
        await note(request, kind, detail=f"{error.code} {request.method} {route}")
    except psycopg.Error:
        log.exception("refusal not written into the trail", code=error.code)


async def note_sign_in(request: Request, member_id: UUID) -> None:
    """Write down that a member signed in, and have the log lines of this request say who."""
    structlog.contextvars.bind_contextvars(actor=str(member_id))
    await note(request, TrailKind.SIGNED_IN)


async def note_failed_sign_in(request: Request) -> None:
    """Write down that a link or a passkey opened no session; only so many a minute."""
    if _anonymous.take():
        await note(request, TrailKind.SIGN_IN_FAILED)


def _as_id(value: object) -> UUID | None:
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError:
        return None
