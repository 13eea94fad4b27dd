"""Who is counted when a visitor does something: a network, a campaign, an association; or the account alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from adapters.rate_limits import Charge, RateLimit


class VisitorAction(NamedTuple):
    """Something that visitors may do without signing in, and how often.

    ``by_network`` are limits of one network (an IPv4 address, an IPv6 /64), ``by_campaign`` those of one campaign where
    the address names one, ``by_association`` those of all visitors of the association. Who is signed in to an account
    is counted ``by_account`` alone: neither a neighbour's machine nor tested cards slow them.
    """

    name: str
    by_account: RateLimit
    by_network: tuple[RateLimit, ...]
    by_campaign: RateLimit | None
    by_association: RateLimit


class Visitor(NamedTuple):
    """One visitor: the network that the request came from, the campaign it names, the account that is signed in."""

    network: str
    campaign_id: UUID | None = None
    account_id: UUID | None = None

    def charges(self, action: VisitorAction) -> Iterator[Charge]:
        """Yield what an action of this visitor counts against, the narrowest first."""
        if self.account_id is not None:
            yield Charge(action.by_account, str(self.account_id))
            return
        for limit in action.by_network:
            yield Charge(limit, self.network)
        if action.by_campaign is not None and self.campaign_id is not None:
            yield Charge(action.by_campaign, str(self.campaign_id))
        yield Charge(action.by_association, "")
