"""Who is asking, and whether their rights of this moment let them do it: the one place that decides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from domain.errors import NoCurrentRight, NotAllowed, NotFound
from domain.rights.grants import RoleGrant
from service.auth.actions import ALLOWED, Action


class Principal(NamedTuple):
    """Who is asking at an association, with the rights of this moment.

    ``actor`` is what events carry as ``by``: a member's id, or ``program:`` and the id of its token. ``actions`` limits
    what a token may do below its owner's rights; None for all of them.
    """

    actor: str
    association: str
    grants: tuple[RoleGrant, ...]
    actions: frozenset[Action] | None = None

    def allowing(self, action: Action) -> Iterator[RoleGrant]:
        """Yield the grants that let this person do something, somewhere."""
        if self.actions is None or action in self.actions:
            yield from (grant for grant in self.grants if grant.role in ALLOWED[action])

    def coops(self, action: Action) -> frozenset[UUID] | None:
        """Return the coops for which the person may do something; None for all coops of the association."""
        coops = {grant.coop_id for grant in self.allowing(action)}
        return None if None in coops else frozenset(coop for coop in coops if coop is not None)

    def classes(self, action: Action, coop_id: UUID) -> frozenset[str] | None:
        """Return the classes of a coop for which the person may do something; None for all of them."""
        codes = {grant.class_code for grant in self.allowing(action) if grant.coop_id in (None, coop_id)}
        return None if None in codes else frozenset(code for code in codes if code is not None)

    def until(self, action: Action, coop_id: UUID | None) -> datetime | None:
        """Return the instant at which the person's right to do something ends by itself; None for no end."""
        ends = [grant.until for grant in self.allowing(action) if grant.coop_id in (None, coop_id)]
        return None if None in ends else max((end for end in ends if end is not None), default=None)

    def within(self, actions: frozenset[Action], coop_id: UUID | None) -> Principal:
        """Return the same person with no more than some actions, and no more than one coop if one is given."""
        grants = self.grants
        if coop_id is not None:
            grants = tuple(grant._replace(coop_id=coop_id) for grant in grants if grant.coop_id in (None, coop_id))
        return self._replace(grants=grants, actions=actions)


def check_association(principal: Principal, slug: str) -> None:
    """Refuse another association as if it did not exist."""
    if principal.association != slug:
        raise NotFound(association=slug)


def check_role(principal: Principal, action: Action) -> None:
    """Refuse an action that the person may do for no coop at all; this tells nothing about any coop."""
    if not principal.grants:
        raise NoCurrentRight(actor=principal.actor, action=action)
    if next(principal.allowing(action), None) is None:
        raise NotAllowed(actor=principal.actor, action=action)


def check_allowed(principal: Principal, action: Action, coop_id: UUID | None) -> None:
    """Refuse an action that the person may not do for a coop; None is the whole association.

    A coop that the person cannot even see is refused as if it did not exist (S-01): its ids tell nothing.
    """
    check_role(principal, action)
    coops = principal.coops(action)
    if coops is None or coop_id in coops:
        return
    seen = principal.coops(Action.READ)
    if coop_id is None or seen is None or coop_id in seen:
        raise NotAllowed(actor=principal.actor, action=action, coop=coop_id)
    raise NotFound(coop=coop_id)
