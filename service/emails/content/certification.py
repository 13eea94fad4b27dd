"""E-mails to the mandate holders about the certification of the coop's account (S-150, S-153)."""

from __future__ import annotations

from datetime import date

from adapters.email import Email
from service.emails.content.rendering import compose
from service.emails.content.values import EmailEnvelope


def certification_gained(envelope: EmailEnvelope, on: date, url: str) -> Email:
    """Say that the account is certified: payouts may leave; ``url`` is the page of payments."""
    return compose("certification_gained", envelope, on=on, url=url)


def certification_revoked(envelope: EmailEnvelope, on: date, reasons: tuple[str, ...], url: str) -> Email:
    """Say that the certification was withdrawn: payouts are held, collections go on."""
    return compose("certification_revoked", envelope, on=on, reasons=reasons, url=url)
