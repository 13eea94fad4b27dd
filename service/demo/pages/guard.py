"""The one guard of what the demonstration lets anybody do: the door that signs people in, and the bank's control.

It opens for a browser or a program of this machine, asking by a name of this machine, from a page of its own; and for
nobody as soon as one association of the installation is real.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.errors import LedgerError
from service.http.this_machine import LOOPBACK, asked_name, began_here
from service.pages.security import SAFE, is_foreign
from service.runtime.runtime import Runtime


class NotFromThisMachine(LedgerError):
    """Somebody asks from elsewhere, by another name, or through a page of another site."""

    status = 403
    code = "not-from-this-machine"
    sentence = (
        "La démonstration ne répond qu’à cette machine, depuis ses propres pages. Ouvrez-la à son adresse locale."
    )


class RealDataHere(LedgerError):
    """An association of the installation is real: nobody is signed in there by a click, and no money is invented."""

    status = 403
    code = "real-data-here"
    sentence = "Une association réelle est ouverte sur cette installation\u00a0: la démonstration y est fermée."


class DemoGuard:
    """Tells for each request whether the demonstration may answer it."""

    def __init__(self, runtime: Runtime) -> None:
        """Guard one installation."""
        self._runtime = runtime

    async def check(self, scope: Scope) -> None:
        """Let a request pass.

        Raises:
            NotFromThisMachine: it began elsewhere, or came through a proxy; it asks by a foreign name; or it would
                change something and a page of another site sent it.
            RealDataHere: there is a real association.

        """
        name = asked_name(scope)
        if not began_here(scope) or name not in LOOPBACK:
            raise NotFromThisMachine(name=name, client=scope["client"])
        if scope["method"] not in SAFE and is_foreign(Headers(scope=scope)):
            raise NotFromThisMachine(origin="foreign")
        associations = await run_in_threadpool(self._runtime.associations)
        if not all(one.demo for one in associations):
            raise RealDataHere(real=sum(not one.demo for one in associations))


class GuardedApp:
    """An application that answers what the guard lets pass, and refuses the rest with its sentence."""

    def __init__(self, app: ASGIApp, guard: DemoGuard) -> None:
        """Wrap an application."""
        self._app = app
        self._guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] == "http":
            try:
                await self._guard.check(scope)
            except LedgerError as refused:
                await PlainTextResponse(refused.french, refused.status)(scope, receive, send)
                return
        await self._app(scope, receive, send)
