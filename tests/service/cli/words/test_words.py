"""Whatever the command line says by itself is French, under the program's own name."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import typer
from typer.testing import CliRunner

from service.cli.main import app
from service.cli.words.help_pages import kind_of
from tests.house.sources import ROOT

_ENGLISH: Final = re.compile(
    r"Show this|\[default|\[required\]|Commands|COMMAND\b|Usage:|Error|Missing|Invalid|No such|Try '|unexpected"
    r"|<(str|int|int range|UUID|datetime|file|directory|path|bool|%Y-%m-%d)>|python"
)
"""What the library writes where nobody tells it otherwise."""
_ID: Final = "7a1c6bfe-2f3a-4a84-b7e0-1fae93c3f41b"


def typed(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Type a command, as at a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "service.cli", *words],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def every_command(group: typer.Typer = app, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command and group, as it is typed."""
    yield words
    for one in group.registered_commands:
        assert one.callback is not None
        yield (*words, one.name or one.callback.__name__)
    for below in group.registered_groups:
        assert below.typer_instance is not None
        yield from every_command(below.typer_instance, (*words, str(below.name)))


def test_every_page_of_help_is_french_and_names_the_program() -> None:
    runner, pages = CliRunner(), dict.fromkeys(every_command(), "")
    for words in pages:
        pages[words] = runner.invoke(app, [*words, "--help"]).output
    assert len(pages) > 70
    assert [words for words, page in pages.items() if " ".join(("Usage\u00a0: coopledger", *words)) not in page] == []
    assert {words: found[0] for words, page in pages.items() if (found := _ENGLISH.search(page))} == {}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("verfy",), "La commande «\u00a0verfy\u00a0» n’existe pas. Serait-ce verify\u00a0?"),
        (("xyz",), "La commande «\u00a0xyz\u00a0» n’existe pas."),
        (("verify",), "Il manque l’argument «\u00a0slug\u00a0»."),
        (("replay", "ad06"), "Il manque l’option «\u00a0--coop\u00a0»."),
        (("verify", "ad06", "--hed"), "L’option «\u00a0--hed\u00a0» n’existe pas. Serait-ce --head, --help\u00a0?"),
        (("verify", "ad06", "autre"), "C’est un argument de trop\u00a0: autre."),
        (("verify", "ad06", "--json=1"), "L’option «\u00a0--json\u00a0» n’attend pas de valeur."),
        (("replay", "ad06", "--coop"), "L’option «\u00a0--coop\u00a0» attend une valeur."),
        (
            ("replay", "ad06", "--coop", "x"),
            "«\u00a0--coop\u00a0» ne convient pas\u00a0: ce n’est pas un identifiant.",
        ),
        (("replay", "ad06", "--coop", _ID, "--position", "x"), "ce n’est pas un nombre entier."),
        (("replay", "ad06", "--coop", _ID, "--position", "-1"), "au moins 0."),
        (("replay", "ad06", "--coop", _ID, "--known-at", "hier"), "ce n’est pas une date, par exemple 2024-08-31."),
        (("replay", "ad06", "--coop", _ID, "--true-at", "hier"), "attendu\u00a0: AAAA-MM-JJ."),
        (("role", "grant", "ad06", _ID, "chef"), "attendu\u00a0: staff, treasurer, auditor, teacher."),
        (("import", "ad06", _ID, "/nulle/part"), "«\u00a0/nulle/part\u00a0» n’existe pas."),
        (("import", "ad06", _ID, "/tmp"), "«\u00a0/tmp\u00a0» est un dossier, pas un fichier."),  # noqa: S108
    ],
)
def test_what_is_typed_wrong_is_said_in_a_french_sentence(words: tuple[str, ...], said: str) -> None:
    done = CliRunner().invoke(app, words)
    assert (done.exit_code, done.stdout, said in done.stderr) == (2, "", True), done.stderr
    assert _ENGLISH.search(done.stderr) is None
    assert "Aide\u00a0: coopledger" in done.stderr


def test_a_decision_of_an_import_keeps_its_own_sentence() -> None:
    done = CliRunner().invoke(app, ["import", "ad06", _ID, __file__, "--decide", "x=y"])
    assert (done.exit_code, "indiquez une ligne et une décision" in done.stderr) == (2, True), done.stderr


def test_the_version_is_the_projects() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    done = typed("--version")
    assert (done.returncode, done.stdout) == (0, f"coopledger {project['version']}\n")


@pytest.mark.parametrize(
    ("label", "french"),
    [("<UUID>", "<identifiant>"), ("<list[str]>", "<texte>"), ("<a|b>", "<a|b>"), ("<float>", "<float>")],
)
def test_kinds_of_values_are_named_as_people_do(label: str, french: str) -> None:
    assert kind_of(label) == french


def test_bash_goes_on_with_what_its_script_is_told(tmp_path: Path) -> None:
    program = tmp_path / "coopledger"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m service.cli "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    asks = 'COMP_WORDS=(coopledger ver); COMP_CWORD=1; _coopledger_completion coopledger; echo "${COMPREPLY[@]}"'
    done = subprocess.run(
        ["bash", "-c", f"{typed('completion', 'bash').stdout}\n{asks}"],  # noqa: S607 - as it is found here
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.split() == ["verify"]


@pytest.mark.parametrize(
    ("shell", "asked"),
    [
        ("zsh", {"_TYPER_COMPLETE_ARGS": "coopledger ver"}),
        ("fish", {"_TYPER_COMPLETE_ARGS": "coopledger ver", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}),
    ],
)
def test_other_shells_are_answered_as_their_scripts_ask(shell: str, asked: dict[str, str]) -> None:
    assert "_COOPLEDGER_COMPLETE" in typed("completion", shell).stdout
    answer = typed(_COOPLEDGER_COMPLETE=f"complete_{shell}", **asked)
    assert "verify" in answer.stdout
    assert "retention" not in answer.stdout
