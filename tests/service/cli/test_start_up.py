"""A command imports what it needs and no more: help comes at once, and set-up needs neither web nor bank."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner

from service.cli.main import app

_RUN: Final = """
import sys
from service.cli.main import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print(*sys.modules, file=sys.stderr)
"""
"""Runs the command of its arguments, then tells what was imported where errors go."""
_DEMONSTRATION: Final = {"adapters.stripe_sandbox", "service.demo"}
_WEB: Final = {"fastapi", "starlette", "uvicorn", "jinja2", "authlib", "service.web", "service.pages", "service.api"}
_PROVIDER: Final = {"stripe", "adapters.stripe_provider", "service.payments", "service.worker"}
_REPORTS: Final = {"pandas", "numpy", "typst", "xlsxwriter", "python_calamine", "reports"}
_NOT_FOR_SET_UP: Final = {*_DEMONSTRATION, *_WEB, *_PROVIDER, *_REPORTS, "PIL", "schwifty", "babel"}
_NOT_FOR_HELP: Final = {
    *_NOT_FOR_SET_UP,
    *("psycopg", "eventsourcing", "pydantic", "pydantic_settings", "structlog", "cryptography", "argon2", "msgspec"),
    *("adapters", "projections", "service.settings", "service.bootstrap"),
    *("markdown_it", "pygments", "rich.markdown", "rich.traceback"),
}


def imported_by(*words: str, **environment: str) -> set[str]:
    """The modules that a command has imported once it is done."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", _RUN, *words],
        env=os.environ | environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return set(done.stderr.splitlines()[-1].split())


def test_help_imports_nothing_heavy() -> None:
    assert imported_by("--help") & _NOT_FOR_HELP == set()


@pytest.mark.parametrize("command", ["demo", "web", "worker", "verify"])
def test_help_of_a_command_does_not_import_the_command(command: str) -> None:
    assert imported_by(command, "--help") & _NOT_FOR_SET_UP == set()


def test_bringing_a_database_to_the_present_shape_imports_neither_web_nor_bank_nor_reports(database: str) -> None:
    assert imported_by("migrate", COOPLEDGER_DATABASE_URL=database) & _NOT_FOR_SET_UP == set()


@pytest.mark.parametrize("absent", sorted(_DEMONSTRATION))
def test_an_installation_without_the_demonstration_says_so(absent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, absent, None)  # what hides a module
    told = CliRunner().invoke(app, ["demo", "--check"])
    assert (told.exit_code, told.stdout) == (1, "")
    assert told.stderr.startswith("La démonstration ne fait pas partie de cette installation.")


def test_checking_the_demonstration_imports_neither_bank_nor_pages(tmp_path: Path) -> None:
    loaded = imported_by("demo", "--check", COOPLEDGER_DATA_DIR=str(tmp_path))
    web = _WEB - {"starlette"}  # its threads carry what the vault is asked
    assert loaded & (web | _PROVIDER | {"webauthn", "adapters.stripe_sandbox"}) == set()
