"""What the routes of the service let people do, and which roles may do it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.rights.roles import Role


class Action(StrEnum):
    """What a route lets its caller do; each route names exactly one."""

    READ = "read"
    """See a coop's campaigns, balances, statements and events."""
    READ_NOTES = "read-notes"
    """Read what was written beside a coop's decisions: it may name people."""
    AUDIT = "audit"
    """See the association's log and journal."""
    ADMINISTER = "administer"
    """Open coops, correct their identity, close their campaigns and their periods for good."""
    APPOINT = "appoint"
    """Give and withdraw mandates."""
    SET_RULES = "set-rules"
    """Change what the association lets its coops do, and publish its charter."""
    GRANT_ROLES = "grant-roles"
    """Give, withdraw and list roles."""
    DEFINE_CLASSES = "define-classes"
    """Set a coop's list of classes."""
    CONFIRM_IBAN = "confirm-iban"
    """Register and confirm a coop's bank accounts."""
    RUN = "run"
    """Run campaigns: settings, publication, contributions entered by hand, cash, corrections."""
    APPOINT_TEACHERS = "appoint-teachers"
    """Let a teacher count the cash of one class of a coop until the end of the school year, and end it."""
    COUNT_CASH = "count-cash"
    """Count the cash of a class of a coop beside its slips; for a teacher, of the own class alone."""
    REFUND = "refund"
    """Give money back to families, or say whose money was given back."""
    EXPORT = "export"
    """Take away files that name families."""
    READ_ARCHIVE = "read-archive"
    """Read in the accounting archive who paid, of families that were forgotten."""
    READ_EMAILS = "read-emails"
    """Read the e-mails of an installation that sends none: they name families and hold links that act for them."""
    PAY_OUT = "pay-out"
    """Ask for a payout."""
    DECIDE = "decide"
    """Make an amount good or take it back, say what an unexplained movement was: by two people each time."""
    INSPECT = "inspect"
    """Record an inspection finding."""


_OFFICE: Final = frozenset({Role.STAFF, Role.TREASURER})
_RUNNERS: Final = frozenset({Role.MANDATAIRE, Role.TREASURER})
ALLOWED: Final[dict[Action, frozenset[Role]]] = {
    Action.READ: _OFFICE | {Role.MANDATAIRE, Role.AUDITOR, Role.PLATFORM},
    Action.READ_NOTES: _OFFICE | {Role.MANDATAIRE, Role.AUDITOR},
    Action.AUDIT: frozenset({Role.TREASURER, Role.AUDITOR}),
    Action.ADMINISTER: _OFFICE,
    Action.APPOINT: _OFFICE,
    Action.SET_RULES: _OFFICE,
    Action.GRANT_ROLES: frozenset({Role.STAFF}),
    Action.DEFINE_CLASSES: _OFFICE | _RUNNERS,
    Action.CONFIRM_IBAN: _OFFICE,
    Action.RUN: _RUNNERS,
    Action.APPOINT_TEACHERS: _RUNNERS | {Role.STAFF},
    Action.COUNT_CASH: _RUNNERS | {Role.TEACHER},
    Action.REFUND: _RUNNERS,
    Action.EXPORT: _RUNNERS,
    Action.READ_ARCHIVE: frozenset({Role.TREASURER, Role.AUDITOR}),
    Action.READ_EMAILS: frozenset({Role.MANDATAIRE, Role.PLATFORM}),
    Action.PAY_OUT: _RUNNERS,
    Action.DECIDE: _OFFICE,
    Action.INSPECT: frozenset({Role.AUDITOR}),
}
"""Which roles may do what, for the coops of their grants. A teacher's pages are of the teacher's own class alone."""
UNCACHED: Final = frozenset(
    {
        Action.APPOINT,
        Action.APPOINT_TEACHERS,
        Action.GRANT_ROLES,
        Action.SET_RULES,
        Action.CONFIRM_IBAN,
        Action.REFUND,
        Action.PAY_OUT,
        Action.DECIDE,
        Action.READ_ARCHIVE,
    }
)
"""Actions about money that leaves, rights themselves and who was forgotten: decided from the head of the log."""
CONFIRMED: Final = frozenset(
    {
        Action.PAY_OUT,
        Action.CONFIRM_IBAN,
        Action.APPOINT,
        Action.APPOINT_TEACHERS,
        Action.GRANT_ROLES,
        Action.SET_RULES,
        Action.EXPORT,
        Action.READ_ARCHIVE,
        Action.DECIDE,
    }
)
"""Actions that a person confirms with a passkey, where there is one or the association's rules demand one."""
