"""The person or program behind a request: an opaque actor, a role, an association and perhaps one coop."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from domain.errors import NotAllowed, NotFound


class Role(StrEnum):
    """The roles of the service (guide, domain.md §3.2)."""

    TREASURER = "treasurer"
    """The association's treasurer: opens coops, confirms IBANs, sees and audits all coops of the association."""
    MANDATAIRE = "mandataire"
    """The mandate holder of one coop: runs its campaigns and its payouts."""
    AUDITOR = "auditor"
    """A federation auditor: reads everything of the association, changes nothing but findings."""
    PLATFORM = "platform"
    """The platform's own workers: record what the payment provider says."""


class Principal(NamedTuple):
    """Who is asking."""

    actor: str
    role: Role
    association: str
    coop_id: UUID | None


class Action(StrEnum):
    """What a route lets its caller do; each route names exactly one."""

    READ = "read"
    """See a coop's campaigns, balances and statements."""
    AUDIT = "audit"
    """See the association's log and journal."""
    ADMINISTER = "administer"
    """Open coops, define classes, grant mandates, confirm bank accounts, close periods."""
    RUN = "run"
    """Run campaigns: settings, publication, contributions entered by hand, cash, corrections, refunds."""
    PAY_OUT = "pay-out"
    """Ask for a payout."""
    RECORD = "record"
    """Record facts of the payment provider."""
    INSPECT = "inspect"
    """Record an inspection finding."""


ALLOWED: dict[Action, frozenset[Role]] = {
    Action.READ: frozenset(Role),
    Action.AUDIT: frozenset({Role.TREASURER, Role.AUDITOR}),
    Action.ADMINISTER: frozenset({Role.TREASURER}),
    Action.RUN: frozenset({Role.MANDATAIRE, Role.TREASURER}),
    Action.PAY_OUT: frozenset({Role.MANDATAIRE, Role.TREASURER}),
    Action.RECORD: frozenset({Role.PLATFORM}),
    Action.INSPECT: frozenset({Role.AUDITOR}),
}
"""Which roles may do what, before the coop is looked at."""


def check_allowed(principal: Principal, action: Action) -> None:
    """Refuse an action that the role does not allow."""
    if principal.role not in ALLOWED[action]:
        raise NotAllowed(actor=principal.actor, role=principal.role, action=action)


def check_association(principal: Principal, slug: str) -> None:
    """Refuse another association as if it did not exist."""
    if principal.association != slug:
        raise NotFound(association=slug)


def check_coop(principal: Principal, coop_id: UUID | None) -> None:
    """Refuse a foreign coop as if it did not exist (S-01): its ids tell nothing."""
    if principal.coop_id is not None and principal.coop_id != coop_id:
        raise NotFound(coop=coop_id)
