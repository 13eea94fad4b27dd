"""How long a session lasts, by what its member may do (ASVS 7.3.1, 7.3.2): the strictest of several rights counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from adapters.member_accounts import LONGEST_SESSION, MemberSession
from domain.rights.roles import Role


class SessionLimits(NamedTuple):
    """How long a session lasts without a visit, and at all."""

    idle: timedelta
    absolute: timedelta

    def passed(self, session: MemberSession, now: datetime) -> bool:
        """Tell whether a session is over at an instant."""
        return now - session.seen_at >= self.idle or now - session.opened_at >= self.absolute


_OFFICE: Final = SessionLimits(timedelta(minutes=30), timedelta(hours=12))
SESSION_LIMITS: Final[dict[Role, SessionLimits]] = {
    # A teacher looks in between two lessons, on a telephone of their own; money asks for a passkey besides.
    Role.MANDATAIRE: SessionLimits(timedelta(hours=8), LONGEST_SESSION),
    # The whole association's money and accounts, on a computer that an office may share: a working day at most.
    Role.TREASURER: _OFFICE,
    Role.STAFF: _OFFICE,
    # Reads whole logs at length, changes nothing but findings.
    Role.AUDITOR: SessionLimits(timedelta(hours=2), timedelta(hours=12)),
    # Counts the class's envelopes; sees no name and moves no money.
    Role.TEACHER: SessionLimits(timedelta(hours=8), LONGEST_SESSION),
    # A program: it has a token and never a session.
    Role.PLATFORM: SessionLimits(timedelta(0), timedelta(0)),
}
"""The limits of each role, with why."""


def limits_of(roles: Iterable[Role]) -> SessionLimits:
    """Return the limits of somebody who has several roles; none at all is over at once."""
    limits = [SESSION_LIMITS[role] for role in roles]
    if not limits:
        return SessionLimits(timedelta(0), timedelta(0))
    return SessionLimits(min(one.idle for one in limits), min(one.absolute for one in limits))
