"""One sandbox and one mail server for all letters, one town for each test."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import pytest

from adapters.email import SmtpSettings, SmtpTransport
from service.emails.sender import EmailSender
from tests.adapters.mail.conftest import certificate, moods, server  # noqa: F401 - fixtures
from tests.adapters.mail.server import Moods
from tests.adapters.stripe_sandbox.serving import Served, serve
from tests.service.correspondence.mail_town import PUBLIC, Letters, MailTown
from tests.service.payments.conftest import sandbox  # noqa: F401 - a fixture
from tests.service.payments.town import found

_MONDAY: Final = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Served]:
    """A sandbox whose clock begins on a Monday morning: letters name days."""
    with serve(start=_MONDAY) as running:
        yield running


@pytest.fixture
def letters(moods: Moods) -> Letters:  # noqa: F811 - a fixture
    """What the mail server took."""
    return Letters(moods)


@pytest.fixture
def town(
    database: str,
    sandbox: Served,  # noqa: F811 - a fixture
    server: SmtpSettings,  # noqa: F811 - a fixture
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[MailTown]:
    """A town whose letters leave by the mail server."""
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", base64.b64encode(bytes(range(32))).decode())
    post = SmtpTransport(server)
    email_sender = EmailSender(lambda _association, _coop: post, PUBLIC)
    with found(MailTown, database, sandbox, email_sender) as founded:
        yield founded
