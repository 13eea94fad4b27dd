"""Which transport takes e-mails away: the configured SMTP server, or a folder for each coop of the demonstration."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final
from uuid import UUID, uuid5

from adapters.email import EmailTransport, FolderTransport, SmtpSettings, SmtpTransport
from service.settings import Settings

EmailTransports = Callable[[str, UUID], EmailTransport]
"""Finds the transport of a coop's e-mails, by its association's name and its id."""
_NO_REPLY: Final = "ne-pas-repondre@coopledger.invalid"
"""The sender of e-mails in folders: they never leave."""


def open_transport(settings: Settings) -> EmailTransports:
    """Open the transport of an installation; without an SMTP server e-mails are laid down in folders.

    Raises:
        EmailInvalid: the configured sender is no address.

    """
    if not settings.smtp_host:
        sender = settings.smtp_sender or _NO_REPLY
        return lambda association, coop_id: FolderTransport(folder_of(settings, association) / str(coop_id), sender)
    transport = smtp_transport(settings)
    return lambda _association, _coop_id: transport


def smtp_transport(settings: Settings, *, timeout: float = SmtpSettings.timeout) -> SmtpTransport:
    """Return the transport to the configured server, which is waited for so many seconds.

    Raises:
        EmailInvalid: the configured sender is no address.

    """
    password = settings.smtp_password
    given = SmtpSettings(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.smtp_sender,
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=password.get_secret_value() if password else "",
        timeout=timeout,
    )
    return SmtpTransport(given)


def reminders_place(association_id: UUID) -> UUID:
    """Return where reminders lie when no server takes them, as if of a coop: no page shows what lies there (ADR 73)."""
    return uuid5(association_id, "reminders")


def folder_of(settings: Settings, association: str) -> Path:
    """Return where an association's e-mails lie when no server takes them: a folder for each coop in it."""
    return settings.data_dir / "outbox" / association
