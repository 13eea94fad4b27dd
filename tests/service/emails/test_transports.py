"""Which post an installation has: a server that is configured, else folders in its data."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr, ValidationError

from adapters.email import EmailInvalid, FolderTransport, SmtpSettings, SmtpTransport, stored_emails
from service.emails.transports import folder_of, open_transport
from service.settings import Settings
from tests.kit.example_emails import letter
from tests.kit.smtp_server import SmtpReplies

_SENDER = "ne-pas-repondre@coop.example"


def test_without_a_server_letters_lie_in_a_folder_for_each_coop(tmp_path: Path) -> None:
    settings, coop_id = Settings(data_dir=tmp_path), uuid4()
    post = open_transport(settings)("ad06", coop_id)
    assert isinstance(post, FolderTransport)
    post.send(letter())
    assert folder_of(settings, "ad06") == tmp_path / "outbox" / "ad06"
    assert [one.to for one in stored_emails(folder_of(settings, "ad06") / str(coop_id))] == [letter().to]
    assert stored_emails(folder_of(settings, "ad06") / str(uuid4())) == []


def test_with_a_server_all_coops_share_it_and_it_takes_letters(
    tmp_path: Path, replies: SmtpReplies, server: SmtpSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(server.ca_file))
    given: dict[str, Any] = {
        "smtp_host": server.host,
        "smtp_port": server.port,
        "smtp_sender": _SENDER,
        "smtp_user": server.user,
    }
    settings = Settings(data_dir=tmp_path, smtp_password=SecretStr(server.password), **given)
    posts = open_transport(settings)
    post = posts("ad06", uuid4())
    assert isinstance(post, SmtpTransport)
    assert posts("ad13", uuid4()) is post
    post.send(letter())
    assert [(one.mail_from, one.rcpt_tos) for one in replies.envelopes] == [(_SENDER, [letter().to])]
    assert list(tmp_path.iterdir()) == []


def test_a_sender_that_is_no_address_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(EmailInvalid):
        open_transport(Settings(data_dir=tmp_path, smtp_host="mail.example", smtp_sender="nobody"))


def test_settings_come_from_the_environment_and_never_show_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "HOST": "mail.example",
        "SENDER": _SENDER,
        "PORT": "465",
        "USER": "us",
        "PASSWORD": "un secret",
        "SECURITY": "tls",
    }
    for name, value in values.items():
        monkeypatch.setenv(f"COOPLEDGER_SMTP_{name}", value)
    monkeypatch.setenv("COOPLEDGER_PUBLIC_URL", "https://coop.example/")
    settings = Settings()
    assert (settings.smtp_host, settings.smtp_port, settings.smtp_security.value) == ("mail.example", 465, "tls")
    assert settings.address == "https://coop.example"
    assert "un secret" not in repr(settings)
    monkeypatch.setenv("COOPLEDGER_SMTP_SECURITY", "none")
    with pytest.raises(ValidationError):
        Settings()
