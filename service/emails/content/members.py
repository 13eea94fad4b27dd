"""E-mails to the people who work with the service; none of them tells anything but to the address it goes to."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.email import Email
from service.emails.content.rendering import compose
from service.emails.content.values import EmailEnvelope


@dataclass(frozen=True)
class InvitedTo:
    """What an invitation is to: which coop of which school, for a teacher which class, and who invites, if known."""

    coop: str
    school: str
    school_class: str
    by: str

    def __repr__(self) -> str:
        """Say nothing: it holds a name."""
        return "InvitedTo(…)"


def member_invitation(envelope: EmailEnvelope, url: str, to: InvitedTo | None = None) -> Email:
    """Invite a person to work with the association, or for one of its coops."""
    return compose("member_invitation", envelope, url=url, to=to)


def member_sign_in(envelope: EmailEnvelope, url: str) -> Email:
    """Send the link to sign in."""
    return compose("member_sign_in", envelope, url=url)


def member_passkeys_removed(envelope: EmailEnvelope, url: str) -> Email:
    """Tell a member that two people took the lost passkeys away."""
    return compose("member_passkeys_removed", envelope, url=url)


def member_export_ready(envelope: EmailEnvelope, url: str) -> Email:
    """Tell a member that the file that was asked for can be taken away."""
    return compose("member_export_ready", envelope, url=url)
