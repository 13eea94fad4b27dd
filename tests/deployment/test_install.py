"""The pages that are typed into an empty Debian can be: every block is in a part, is shell, and names what exists."""

from __future__ import annotations

import re
import subprocess

from service.cli.main import app
from service.variables import secret_names, variable_groups
from tests.deployment.install.document import PAGES, blocks, parts
from tests.house.sources import ROOT


def test_every_block_of_the_pages_is_typed() -> None:
    typed = parts()
    assert [part.title for part in typed if not part.commands] == []
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    within = re.findall(r"^## \d+\. .+?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert sum(part.count("```sh\n") for part in within) == blocks() > 15


def test_what_is_typed_is_shell() -> None:
    everything = "\n".join(command for part in parts() for command in part.commands)
    done = subprocess.run(["/bin/bash", "-n"], input=everything, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_commands_settings_and_files_that_are_typed_exist() -> None:
    everything = "\n".join(command for part in parts() for command in part.commands)
    groups = {group.name for group in app.registered_groups} | {one.name for one in app.registered_commands}
    named = {group.typer_instance.info.name for group in app.registered_groups if group.typer_instance}
    words = set(re.findall(r"^(?:TOKEN=\$\()?coopledger ([a-z]+)", everything, re.MULTILINE))
    assert {"migrate", "association", "member", "role", "verify", "backup", "restore"} <= words
    assert words - groups - named == set()
    variables = {one.name for group in variable_groups() for one in group.variables}
    variables |= {f"{name}_FILE" for name in secret_names()}
    given = set(re.findall(r"^(COOPLEDGER_[A-Z_]+)=", everything, re.MULTILINE))
    assert given - variables == set()
    assert [
        path for path in re.findall(r"/opt/coopledger/(deploy/\S+)", everything) if not (ROOT / path).exists()
    ] == []


def test_the_proxy_logs_no_address_of_a_request_that_failed() -> None:
    told = (ROOT / "deploy/Caddyfile").read_text(encoding="utf-8")
    deleted = re.findall(r"^\s+request>(\w+) delete$", told.split("log default {")[1].split("\n}")[0], re.MULTILINE)
    assert deleted == ["uri", "headers"]
    assert told.count("log ") == 1


def test_units_start_what_the_command_line_knows_and_wait_for_no_wrong_setting() -> None:
    for name in ("web", "worker"):
        unit = (ROOT / f"deploy/coopledger-{name}.service").read_text(encoding="utf-8")
        assert re.search(rf"^ExecStart=\S+/python -P -m service\.cli {name}$", unit, re.MULTILINE)
        assert "RestartPreventExitStatus=78" in unit
