"""The rights of families who look at open pages: the link by which they came is still good."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final

from fastapi import Request

from adapters.people_vault import TokenPurpose
from domain.calendar import paris_date
from service.http.dependencies import clock_of, runtime_of
from service.http.live.rights import Allowance, Credential, SharedRights
from service.runtime.open_ledger import OpenLedger

LINKS: Final = "vault.family_tokens"
"""The name under which it is noticed that somebody cut the links of a contribution."""


def family_credential(request: Request, opened: OpenLedger, association: str, token: str) -> Credential:
    """Return what is asked of who came by a link of a contribution, or by the address of the basket that became one."""
    runtime, now = runtime_of(request), clock_of(request)

    def ask(claims: Sequence[Hashable]) -> list[Allowance]:
        """Say of each link whether it is good now."""
        tokens, asked_at = [str(claim) for claim in claims], now()
        good = opened.tokens.good(tokens, TokenPurpose.CONTRIBUTION, paris_date(asked_at))
        others = [one for one in tokens if one not in good]
        good |= opened.baskets.good(others, asked_at) if others else set()
        return [Allowance(allowed=one in good) for one in tokens]

    def make() -> SharedRights:
        return SharedRights(runtime.feed, (LINKS,), ask, hears=opened.hears)

    return Credential(f"{association}/{LINKS}", make, token)
