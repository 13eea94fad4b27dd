"""The way to certification: the coop's account at the provider, and the page there that completes its file (S-150)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

from starlette.concurrency import run_in_threadpool

from service.payments.accounts import open_account
from service.worker.worker import Worker


async def onboarding_page(
    worker: Worker,
    association: str,
    coop_id: UUID,
    *,
    email: str,
    below: str,
    record: Callable[[str], Awaitable[object]],
) -> str:
    """Open a coop's account if need be, have it recorded, and return the page where its file is completed.

    ``email`` is where the provider writes to the mandate holder, ``below`` the page of the association that it leads
    back to.
    """
    account = await run_in_threadpool(lambda: open_account(worker.context(association), coop_id, email=email))
    await record(account)
    back = f"{worker.runtime.settings.address}/{association}{below}"
    return await run_in_threadpool(lambda: worker.provider.onboarding_link(account, return_url=back, refresh_url=back))
