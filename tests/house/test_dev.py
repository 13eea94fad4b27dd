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


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the entry script whose environment and tools are scripts of a line: all of them find nothing wrong."""
    elsewhere = tmp_path / "checkout"
    elsewhere.mkdir()
    for name in ("dev", "pyproject.toml", *EVERY):
        shutil.copy(ROOT / name, elsewhere / name)
    tools, environment = elsewhere / ".cache/audit/bin", elsewhere / ".venv/bin"
    for folder in (tools, environment):
        folder.mkdir(parents=True)
    shutil.copy(ROOT / "requirements-audit.txt", tools.parent / "stamp")
    stamp = f"{elsewhere}\n" + (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")
    (environment.parent / "stamp-dev").write_text(stamp, encoding="utf-8")
    script(tools / "python", 'exec sh "$3" "$@"')
    script(tools / "cyclonedx-py", "exit 0")
    script(tools / "pip-audit", "echo 'No known vulnerabilities found'")
    script(tools / "openapi-spec-validator", "exit 0")
    script(tools / "openapi-python-client", "exit 0")
    script(environment / "python", "exit 0")
    script(environment / "hledger", "exit 0")
    script(environment / "npx", "exit 0")
    return elsewhere


def script(path: Path, line: str) -> None:
    """Write a program of one line."""
    path.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    path.chmod(0o755)


def ask_others(checkout: Path, hledger: str = "hledger") -> subprocess.CompletedProcess[str]:
    """Run the external checks of a copy."""
    order = [str(checkout / "dev"), "check-external"]
    return subprocess.run(order, check=False, capture_output=True, text=True, env=os.environ | {"HLEDGER": hledger})


def test_where_the_data_about_vulnerabilities_is_out_of_reach_it_says_so_and_ends_with_a_status_of_its_own(
    checkout: Path,
) -> None:
    assert ask_others(checkout).returncode == 0
    audit = checkout / ".cache/audit/bin/pip-audit"
    script(audit, "echo 'ERROR:pip_audit._cli:a: Dependency not found and could not be audited' >&2; exit 1")
    done = ask_others(checkout)
    assert done.returncode == 75
    assert "requirements.txt: the data about vulnerabilities is out of reach" in done.stderr
    script(audit, "echo 'Found 1 known vulnerability'; exit 1")
    found = ask_others(checkout)
    assert (found.returncode, "known vulnerabilities: requirements.txt" in found.stderr) == (1, True)


def test_without_hledger_the_books_are_not_compared_and_the_packages_are_looked_up_all_the_same(
    checkout: Path,
) -> None:
    done = ask_others(checkout, hledger=str(checkout / "nowhere"))
    assert done.returncode == 75
    assert "no hledger here to read the books" in done.stderr
    assert "requirements.txt: no known vulnerability" in done.stderr


def test_books_that_hledger_reads_otherwise_end_with_1_whatever_the_packages_are(checkout: Path) -> None:
    script(checkout / ".venv/bin/python", 'case "$*" in "-m tests.external_books hledger") exit 1 ;; esac')
    script(checkout / ".cache/audit/bin/pip-audit", "echo 'out of reach' >&2; exit 1")
    done = ask_others(checkout)
    assert (done.returncode, "the books as hledger reads them are not ours" in done.stderr) == (1, True)


def test_a_document_that_other_programs_do_not_read_ends_with_1(checkout: Path) -> None:
    tools, npx = checkout / ".cache/audit/bin", checkout / ".venv/bin/npx"
    for tool, said in (
        (tools / "openapi-spec-validator", "is not valid"),
        (tools / "openapi-python-client", "no client in Python"),
        (npx, "no client in TypeScript"),
    ):
        script(tool, "exit 1")
        done = ask_others(checkout)
        assert (done.returncode, said in done.stderr) == (1, True)
        script(tool, "exit 0")
    script(npx, "echo 'Warning: Problem is not defined'")
    assert ask_others(checkout).returncode == 1
    script(npx, "echo 'npm error code ENOTFOUND' >&2; exit 1")
    assert ask_others(checkout).returncode == 75
