"""Who may import whom: the contracts are complete, and they bite."""

import ast
import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.sources import PACKAGES, ROOT, files_in, tree, where

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
BREACHES = [
    ("domain", "domain/clock.py", "import psycopg"),
    ("domain", "domain/clock.py", "from adapters import clock"),
    ("projections", "projections/payouts.py", "import adapters"),
    ("adapters", "adapters/mail.py", "from service import web"),
    ("reports", "reports/receipt.py", "import adapters"),
    ("eventsourcing", "adapters/ledger.py", "from eventsourcing.postgres import PostgresDatastore"),
    ("stripe", "service/web.py", "import stripe"),
    ("sandbox", "adapters/stripe_sandbox/app.py", "import domain"),
    ("sandbox", "adapters/stripe_sandbox/app.py", "from adapters import clock"),
    ("sandbox", "adapters/stripe_sandbox/app.py", "from adapters.log import event_store"),
    ("sandbox-guests", "service/cli.py", "from adapters.stripe_sandbox import app"),
    ("sandbox-guests", "adapters/clock.py", "from adapters import stripe_sandbox"),
    ("service-layers", "service/payments.py", "from service import worker"),
    ("service-layers", "service/pages.py", "from service import api"),
    ("projection-layers", "projections/payouts.py", "from projections import engine"),
    ("projection-layers", "projections/payouts.py", "from projections import journal"),
]


def modules(path: Path) -> set[str]:
    """The modules a file imports, or imports from."""
    nodes = list(ast.walk(tree(path)))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "." for node in nodes if isinstance(node, ast.ImportFrom)}


def imported(path: Path) -> set[str]:
    """The top-level names a file imports."""
    return {name.split(".")[0] for name in modules(path)}


def users(package: str) -> set[str]:
    """The files of the other packages that import from this one, its own left out."""
    folder = ROOT / package.replace(".", "/")
    return {
        str(path.relative_to(ROOT))
        for path in files_in(*PACKAGES)
        if folder not in path.parents and any(f"{name}.".startswith(f"{package}.") for name in modules(path))
    }


def lint(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Check the contracts of our pyproject against the packages in a folder."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", *options]
    command += ["--config", str(ROOT / "pyproject.toml")]
    environment = os.environ | {"PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)


def test_the_domain_imports_the_standard_library_and_msgspec_only() -> None:
    allowed = {*sys.stdlib_module_names, "msgspec", "domain"}
    assert [where(path) for path in files_in("domain") if imported(path) - allowed] == []


def test_the_contract_of_the_domain_names_every_dependency_and_every_other_package() -> None:
    contract = next(one for one in PROJECT["tool"]["importlinter"]["contracts"] if one["id"] == "domain")
    wished = {re.split(r"[\[<>=~! ;]", wish, maxsplit=1)[0].lower() for wish in PROJECT["project"]["dependencies"]}
    modules = {
        module
        for module, owners in importlib.metadata.packages_distributions().items()
        if wished & {owner.lower() for owner in owners} and not module.startswith("_")
    }
    expected = (modules - {"msgspec"}) | (set(PACKAGES) - {"domain"})
    assert expected - set(contract["forbidden_modules"]) == set()


def layers() -> list[str]:
    """A file for every layer that a contract names."""
    contracts = [one for one in PROJECT["tool"]["importlinter"]["contracts"] if one["type"] == "layers"]
    return [
        f"{container}/{name.strip()}.py"
        for contract in contracts
        for container in contract["containers"]
        for layer in contract["layers"]
        for name in re.split(r"[:|]", layer)
    ]


def test_the_sandbox_takes_nothing_of_ours_and_only_the_demonstration_imports_it() -> None:
    ours = {
        name
        for path in files_in("adapters")
        if ROOT / "adapters" / "stripe_sandbox" in path.parents
        for name in modules(path)
        if name.split(".")[0] in PACKAGES and not name.startswith("adapters.stripe_sandbox")
    }
    assert ours == set()
    assert {Path(user).parent for user in users("adapters.stripe_sandbox")} == {Path("service/demo")}


def test_only_its_command_imports_the_demonstration() -> None:
    assert users("service.demo") == {"service/cli/demo.py"}


@pytest.fixture
def skeleton(tmp_path: Path) -> Path:
    """A folder with the five packages, a file for every layer, and nothing in them."""
    for package in PACKAGES:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    sandbox = ("adapters/stripe_sandbox/__init__.py", "adapters/stripe_sandbox/app.py")
    for name in ("adapters/clock.py", "adapters/log/__init__.py", *sandbox, *layers()):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def test_packages_that_import_nothing_forbidden_keep_every_contract(skeleton: Path) -> None:
    (skeleton / "adapters/log/event_store.py").write_text("import eventsourcing.postgres\n", encoding="utf-8")
    (skeleton / "adapters/stripe_provider.py").write_text("import stripe\n", encoding="utf-8")
    (skeleton / "service/demo.py").write_text("from adapters.stripe_sandbox import app\n", encoding="utf-8")
    (skeleton / "service/web.py").write_text("import adapters, domain, projections, reports\n", encoding="utf-8")
    (skeleton / "reports/fec.py").write_text("import domain, projections\n", encoding="utf-8")
    assert "0 broken" in lint(skeleton).stdout


@pytest.mark.parametrize(("contract", "file", "line"), BREACHES)
def test_a_forbidden_import_breaks_its_contract(contract: str, file: str, line: str, skeleton: Path) -> None:
    (skeleton / file).write_text(f"{line}\n", encoding="utf-8")
    done = lint(skeleton, "--contract", contract)
    assert done.returncode == 1
    assert "BROKEN" in done.stdout


def test_no_command_but_the_demonstration_loads_the_sandbox() -> None:
    asked = (
        "import sys, service.cli.main; print(any(name.startswith('adapters.stripe_sandbox') for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout == "False\n"
