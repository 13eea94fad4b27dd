"""What people and programs may be at an association, and why a role is withdrawn."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """The roles of the service."""

    STAFF = "staff"
    """The association's staff: opens coops, gives mandates and roles, keeps lists of classes."""
    TREASURER = "treasurer"
    """The association's treasurer: confirms IBANs, sees, runs and audits all coops of the association."""
    MANDATAIRE = "mandataire"
    """The mandate holder of one coop: runs its campaigns and its payouts."""
    AUDITOR = "auditor"
    """A federation auditor: reads everything of the association, changes nothing but findings."""
    TEACHER = "teacher"
    """The teacher of one class of one coop: its counting page and its thermometer, nothing else."""
    PLATFORM = "platform"
    """A program that records what the payment provider says: no event gives it, only an operator's token."""


class MemberRole(StrEnum):
    """What a member may be for an association beside holding a coop's mandate, which is the coop's own event."""

    STAFF = "staff"
    """Works for the association: opens coops, gives mandates and roles, keeps lists of classes."""
    TREASURER = "treasurer"
    """Confirms bank accounts, sees and runs all coops of the association."""
    AUDITOR = "auditor"
    """Reads everything of the association, changes nothing but findings."""
    TEACHER = "teacher"
    """Has one class of one coop: sees its counting page and its thermometer, nothing else."""


class RoleRevocationReason(StrEnum):
    """Why a role was withdrawn."""

    DEPARTURE = "departure"
    """The person left the association or the school."""
    REPLACEMENT = "replacement"
    """Another person took over, or the same one got another role."""
    MISTAKE = "mistake"
    """It should not have been given."""
    SECURITY = "security"
    """The person's access may be in other hands."""
