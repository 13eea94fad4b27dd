"""The entry script explains itself, carries on without a network and leaves the caller where he is."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.sources import ROOT
from tests.house.test_requirements import EVERY

# A process that tried to reach a network through these would fail.
NO_NETWORK = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY"), "http://127.0.0.1:9")


def dev(*words: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run ./dev from a folder, without a network."""
    return subprocess.run(
        [str(ROOT / "dev"), *words],
        cwd=folder,
        env=os.environ | NO_NETWORK,
        stdin=subprocess.DEVNULL,
        check=False,
        capture_output=True,
        text=True,
    )


def test_without_a_command_it_prints_its_usage() -> None:
    assert dev().stdout.startswith("usage: ./dev")
    assert dev().stdout == dev("help").stdout


def test_an_unknown_command_is_refused() -> None:
    done = dev("deploy")
    assert done.returncode == 2
    assert "usage" in done.stderr


def test_a_second_run_says_nothing_needs_no_network_and_keeps_the_folder(tmp_path: Path) -> None:
    done = dev("run", "python", "-c", "import os, adapters; print(os.getcwd())", folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{tmp_path}\n", "")


def test_what_it_runs_keeps_its_bytecode_whatever_the_caller_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert dev("run", "python", "-c", "import sys; print(sys.dont_write_bytecode)").stdout == "False\n"


def test_the_status_of_a_command_is_handed_on() -> None:
    assert dev("run", "python", "-c", "raise SystemExit(7)").returncode == 7


def test_where_the_data_about_vulnerabilities_is_out_of_reach_it_says_so_and_ends_with_a_status_of_its_own(
    tmp_path: Path,
) -> None:
    elsewhere = tmp_path / "checkout"
    elsewhere.mkdir()
    for name in ("dev", "pyproject.toml", *EVERY):
        shutil.copy(ROOT / name, elsewhere / name)
    tools = elsewhere / ".cache/audit/bin"
    tools.mkdir(parents=True)
    shutil.copy(ROOT / "requirements-audit.txt", tools.parent / "stamp")
    for name, script in {
        "python": 'exec sh "$3" "$@"',
        "cyclonedx-py": "exit 0",
        "pip-audit": "echo 'ERROR:pip_audit._cli:a: Dependency not found and could not be audited' >&2; exit 1",
    }.items():
        (tools / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (tools / name).chmod(0o755)
    done = subprocess.run([str(elsewhere / "dev"), "check-external"], check=False, capture_output=True, text=True)
    assert done.returncode == 75
    assert "requirements.txt: the data about vulnerabilities is out of reach" in done.stderr
    (tools / "pip-audit").write_text("#!/bin/sh\necho 'No known vulnerabilities found'\n", encoding="utf-8")
    assert subprocess.run([str(elsewhere / "dev"), "check-external"], check=False, capture_output=True).returncode == 0
    (tools / "pip-audit").write_text("#!/bin/sh\necho 'Found 1 known vulnerability'; exit 1\n", encoding="utf-8")
    found = subprocess.run([str(elsewhere / "dev"), "check-external"], check=False, capture_output=True, text=True)
    assert (found.returncode, "known vulnerabilities: requirements.txt" in found.stderr) == (1, True)
