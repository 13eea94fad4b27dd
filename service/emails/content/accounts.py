"""E-mails to the holder of a family's account; none of them tells anything but to the address that it goes to."""

from __future__ import annotations

from adapters.email import Email
from service.emails.content.rendering import compose
from service.emails.content.values import EmailEnvelope


def account_confirm(envelope: EmailEnvelope, url: str) -> Email:
    """Ask the person who opens an account to show that the address is theirs."""
    return compose("account_confirm", envelope, url=url)


def account_known(envelope: EmailEnvelope, url: str) -> Email:
    """Tell the holder of an account that another one was asked for with the same address."""
    return compose("account_known", envelope, url=url)


def account_password(envelope: EmailEnvelope, url: str) -> Email:
    """Send the link to choose another password."""
    return compose("account_password", envelope, url=url)
