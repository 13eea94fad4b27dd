"""A mail server, and a world whose e-mails it takes."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from adapters.email import SmtpSettings, SmtpTransport
from adapters.stripe_sandbox.testing import SandboxServer
from service.emails.sender import EmailSender
from tests.adapters.email.conftest import certificate, replies, server  # noqa: F401 - fixtures
from tests.kit.email_world import PUBLIC, EmailWorld, ReceivedEmails
from tests.kit.service_world import open_world_as
from tests.kit.smtp_server import SmtpReplies


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
) -> Iterator[EmailWorld]:
    """A world whose e-mails leave by the mail server."""
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", base64.b64encode(bytes(range(32))).decode())
    post = SmtpTransport(server)
    email_sender = EmailSender(lambda _association, _coop: post, PUBLIC)
    with open_world_as(EmailWorld, database, sandbox, email_sender) as founded:
        yield founded
