"""What ``./dev demo`` prints: one address, and for who only checks it one JSON object at the end."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.cli.main import app
from service.demo.command import demonstrate
from service.demo.site import keep_codes, serve
from service.settings import Settings
from service.web.server import Server
from tests.kit.api_server import free_port


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A demonstration of its own; the bank beside it takes the next port."""
    monkeypatch.delenv("COOPLEDGER_VAULT_KEY", raising=False)
    with free_port() as held:
        port = held.getsockname()[1] - 1
    return Settings(data_dir=tmp_path, database_url=None, secure_cookies=False, port=port)


def test_the_served_demonstration_prints_one_address_no_code_and_keeps_the_codes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Server, "serve_until_told", lambda _: None)
    assert demonstrate(settings, serve)
    told = capsys.readouterr().out
    assert re.findall(r"https?://\S+", told) == [f"http://localhost:{settings.port}/"]
    codes = json.loads((settings.data_dir / "demo" / "codes.json").read_text(encoding="utf-8"))
    assert set(codes) == {"mandataire", "staff", "treasurer", "auditor", "platform"}
    assert [code for code in codes.values() if code in told] == []


def test_who_only_checks_it_reads_one_json_object_at_the_end(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in {
        "DATA_DIR": str(tmp_path),
        "SMTP_HOST": "mail.example",
        "PUBLIC_URL": "https://x.example",
    }.items():
        monkeypatch.setenv(f"COOPLEDGER_{name}", value)
    monkeypatch.delenv("COOPLEDGER_VAULT_KEY", raising=False)
    done = CliRunner().invoke(app, ["demo", "--check"])
    assert done.exit_code == 0, done.output
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["verified"] is True
    assert figures["campaign_cents"] == figures["payouts_cents"] + figures["online_balance_cents"] == 48_00


def test_the_codes_are_in_a_file_that_its_owner_alone_reads(tmp_path: Path) -> None:
    path = tmp_path / "codes.json"
    path.write_text("of a run before, for everybody")
    keep_codes(path, {"treasurer": "cl_1"})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text()) == {"treasurer": "cl_1"}
