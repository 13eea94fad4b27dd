"""A certificate for the session, and a server in each way of encrypting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.email import SmtpSecurity, SmtpSettings
from tests.kit.smtp_server import SmtpReplies, make_certificate, run_smtp_server


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The server's certificate and its key."""
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def replies() -> SmtpReplies:
    """A server that accepts everything, until a test tells it otherwise."""
    return SmtpReplies()


@pytest.fixture
def server(replies: SmtpReplies, certificate: tuple[Path, Path]) -> Iterator[SmtpSettings]:
    """A server that wants STARTTLS, and the settings that reach it."""
    with run_smtp_server(replies, certificate, SmtpSecurity.STARTTLS) as settings:
        yield settings
