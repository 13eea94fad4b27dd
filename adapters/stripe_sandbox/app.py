"""The sandbox as an ASGI application."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette

from adapters.stripe_sandbox import bank, pages
from adapters.stripe_sandbox.actions import ACTIONS
from adapters.stripe_sandbox.api.gateway import Gateway
from adapters.stripe_sandbox.control import routes as control
from adapters.stripe_sandbox.events.delivery import deliver_due
from adapters.stripe_sandbox.sandbox import Sandbox
from adapters.stripe_sandbox.settings import SandboxSettings
from adapters.stripe_sandbox.state import save

_TICK = 0.05  # seconds between two looks at what is due


def new_sandbox(settings: SandboxSettings) -> Sandbox:
    """Return a sandbox without its application, as the pages and the tests of behaviours want it."""
    return Sandbox(settings, ACTIONS)


def create_sandbox(settings: SandboxSettings) -> Starlette:
    """Return the application: the API, the control API, the pages and the bank; ``app.state.sandbox`` is its sandbox.

    Raises:
        ValueError: the key of the settings is not one for tests.
    """
    sandbox = new_sandbox(settings)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        ticking = asyncio.create_task(_tick(sandbox))
        try:
            yield
        finally:
            ticking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await ticking
            if settings.state_file is not None:
                save(sandbox.state, settings.state_file)

    mounted = [*control.routes(sandbox), *pages.routes(sandbox), *bank.routes(sandbox)]
    app = Starlette(routes=[*Gateway(sandbox).routes(), *mounted], lifespan=lifespan)
    app.state.sandbox = sandbox
    return app


async def _tick(sandbox: Sandbox) -> None:
    """Do what is due, and deliver events, as long as the application runs; rest while the clock is being moved."""
    delivering: asyncio.Task[None] | None = None
    try:
        while True:
            await asyncio.sleep(_TICK)
            if sandbox.held:
                continue
            sandbox.catch_up()
            if delivering is None or delivering.done():
                delivering = asyncio.create_task(deliver_due(sandbox))
    finally:
        if delivering is not None:
            delivering.cancel()
