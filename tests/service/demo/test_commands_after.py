"""Commands find the demonstration: while it is served, and as the very next thing after it ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from projections import payouts
from service.demo.run import Demonstration
from service.settings import Settings

_TOLD: Final = "Base de la démonstration (la dernière jouée)."


class Played:
    """A demonstration below a data folder, and commands as a newcomer types them: nothing is set."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.demonstration = Demonstration(Settings(data_dir=folder, database_url=None))
        self.coop_id = self.demonstration.ids.coop_id

    def typed(self, *words: object, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("COOPLEDGER_")}
        return subprocess.run(
            [sys.executable, "-m", "service.cli", *map(str, words)],
            env=kept | {"COOPLEDGER_DATA_DIR": str(folder or self.folder)},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """One demonstration on a server of its own; the second test ends it."""
    patch = pytest.MonkeyPatch()
    patch.delenv("COOPLEDGER_VAULT_KEY", raising=False)
    demonstration = Played(tmp_path_factory.mktemp("played"))
    yield demonstration
    demonstration.demonstration.close()
    patch.undo()


def test_a_command_beside_a_served_demonstration_leaves_its_server_alone(played: Played) -> None:
    listed = played.typed("association", "list")
    assert (listed.returncode, listed.stdout.split()[0]) == (0, "ad06"), listed.stderr
    assert _TOLD in listed.stderr
    assert played.demonstration.opened.read(payouts.of_coop, played.coop_id)


def test_every_audit_command_works_as_the_very_next_one(played: Played) -> None:
    played.demonstration.close()
    verified = played.typed("verify", "ad06", "--json")
    assert (verified.returncode, json.loads(verified.stdout)["sound"]) == (0, True), verified.stderr
    replayed = played.typed("replay", "ad06", "--coop", played.coop_id)
    assert (replayed.returncode, "Compte de collecte en ligne" in replayed.stdout) == (0, True), replayed.stderr
    assert played.typed("rebuild", "ad06").returncode == 0
    assert "démonstration" in played.typed("association", "list").stdout
    backed_up = played.typed("backup", played.folder / "backups")
    assert (backed_up.returncode, _TOLD in backed_up.stderr) == (0, True), backed_up.stderr
    manifest = json.loads((Path(backed_up.stdout.strip()) / "manifest.json").read_text(encoding="utf-8"))
    assert [ledger["slug"] for ledger in manifest["ledgers"]] == ["ad06"]
    assert not (played.folder / "postgres").exists(), "looking makes no second cluster"


def test_without_any_database_a_command_says_what_to_do(played: Played, tmp_path: Path) -> None:
    for command in (("association", "list"), ("verify", "ad06"), ("backup", tmp_path), ("web",), ("worker",)):
        done = played.typed(*command, folder=tmp_path)
        assert (done.returncode, "./dev demo" in done.stderr) == (78, True), done.stderr
        assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_installation_that_holds_somebody_is_meant_before_the_demonstration(played: Played) -> None:
    assert played.typed("migrate").returncode == 0
    assert _TOLD in played.typed("verify", "ad06").stderr, "an empty one is nobody's"
    opened = played.typed("association", "open", "ad99", "--name", "OCCE 99", "--siren", "123456782")
    assert opened.returncode == 0, opened.stderr
    listed = played.typed("association", "list")
    assert (listed.stdout.split()[0], _TOLD in listed.stderr) == ("ad99", False)
