"""What operators read of the settings is made from them; secrets may lie in files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.bootstrap.secret_files import SecretFileUnreadable, SecretGivenTwice, read_secret_files
from service.settings import Settings
from service.variables import env_example, secret_names, settings_table, variable_groups
from tests.house.sources import ROOT


def test_the_example_and_the_manual_are_what_the_commands_print() -> None:
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == env_example()
    assert (ROOT / "docs/operate/settings.md").read_text(encoding="utf-8").endswith(f"\n{settings_table()}")


def test_every_variable_has_a_sentence() -> None:
    told = [one for group in variable_groups() for one in group.variables]
    assert len(told) > 30
    assert [one.name for one in told if len(one.sentence.split()) < 4] == []


def test_the_example_sets_nothing_and_all_of_it_opened_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line for line in env_example().splitlines() if line and not line.startswith(("# ", "#  "))]
    assert [line for line in lines if not line.startswith("#COOPLEDGER_")] == []
    monkeypatch.delenv("COOPLEDGER_DATA_DIR", raising=False)
    before = Settings()
    for line in lines:
        name, _, value = line.removeprefix("#").partition("=")
        if name != "COOPLEDGER_DATA_DIR":
            monkeypatch.setenv(name, value)
    assert Settings() == before


def test_a_secret_is_read_from_its_file_without_the_end_of_its_line(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("a b=\n", encoding="utf-8")
    environment = {
        "COOPLEDGER_VAULT_KEY_FILE": str(tmp_path / "key"),
        "COOPLEDGER_VAULT_KEY_AD06_FILE": str(tmp_path / "key"),
        "COOPLEDGER_APP_PASSWORD_FILE": "",
        "COOPLEDGER_ERASURE_FILE": "/nowhere",
        "OTHER_FILE": "/nowhere",
    }
    before = dict(environment)
    read_secret_files(environment)
    assert environment == before | {"COOPLEDGER_VAULT_KEY": "a b=", "COOPLEDGER_VAULT_KEY_AD06": "a b="}
    read_secret_files(environment)  # again, as a command within a process that has read them


def test_every_secret_may_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s", encoding="utf-8")
    assert len(secret_names()) > 12
    for name in secret_names():
        environment = {f"{name}_FILE": str(tmp_path / "secret")}
        read_secret_files(environment)
        assert environment[name] == "s"


def test_a_secret_as_a_value_and_as_a_file_that_holds_another_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s", encoding="utf-8")
    with pytest.raises(SecretGivenTwice) as refusal:
        read_secret_files({"COOPLEDGER_STRIPE_KEY": "t", "COOPLEDGER_STRIPE_KEY_FILE": str(tmp_path / "secret")})
    assert "COOPLEDGER_STRIPE_KEY et par COOPLEDGER_STRIPE_KEY_FILE" in refusal.value.french


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_named_with_the_status_of_a_wrong_variable(
    content: bytes | None, tmp_path: Path
) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SecretFileUnreadable):
        read_secret_files({"COOPLEDGER_APP_PASSWORD_FILE": str(path)})
    done = subprocess.run(
        [sys.executable, "-m", "service.cli", "association", "list"],
        env=os.environ | {"COOPLEDGER_APP_PASSWORD_FILE": str(path)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == os.EX_CONFIG
    assert "COOPLEDGER_APP_PASSWORD_FILE ne peut pas être lu" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_mail_server_without_a_sender_is_said_when_the_service_starts(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "service.cli", "web"],
        env=os.environ | {"COOPLEDGER_SMTP_HOST": "smtp.coop.example", "COOPLEDGER_DATA_DIR": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (os.EX_CONFIG, "")
    assert "La variable COOPLEDGER_SMTP_SENDER n’a pas une valeur qui convient." in done.stderr
