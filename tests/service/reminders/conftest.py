"""A class with contacts, and a mail server that takes the letters of its reminders."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from adapters.email import SmtpSettings, SmtpTransport
from adapters.stripe_sandbox.testing import SandboxServer
from service.emails.sender import EmailSender
from service.reminders import sender
from tests.adapters.email.conftest import certificate, replies, server  # noqa: F401 - fixtures
from tests.kit.email_world import PUBLIC, ReceivedEmails
from tests.kit.service_world import open_world_as
from tests.kit.smtp_server import SmtpReplies
from tests.service.reminders.reminder_world import ReminderWorld


@pytest.fixture
def emails(replies: SmtpReplies) -> ReceivedEmails:  # noqa: F811 - a fixture
    """What the mail server took."""
    return ReceivedEmails(replies)


@pytest.fixture
def world(
    database: str,
    sandbox: SandboxServer,
    server: SmtpSettings,  # noqa: F811 - a fixture
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[ReminderWorld]:
    """A school with six contacts in a class, whose letters leave by the mail server; looks take no time."""
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", base64.b64encode(bytes(range(32))).decode())
    monkeypatch.setattr(sender, "BEAT", 0.0)
    post = SmtpTransport(server)
    with open_world_as(ReminderWorld, database, sandbox, EmailSender(lambda _slug, _place: post, PUBLIC)) as founded:
        founded.write_down(*FAMILIES)
        yield founded


FAMILIES = ("abel", "blin", "cornu", "duval", "evrard", "faure")
