"""An operator reconciles with the provider from the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.connections import Connections
from adapters.jobs.lanes import Lanes
from adapters.postgres import DatabaseRole, conninfo_for
from adapters.stripe_sandbox.testing import KEY
from tests.kit.service_world import PRICE, ServiceWorld
from tests.service.reconciliation.checked_reconciler import LATER, CheckedReconciler

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(world: ServiceWorld) -> Run:
    """Run the command as an operator does, in a process of its own."""
    settings = {
        "COOPLEDGER_DATABASE_URL": world.runtime.database_url,
        "COOPLEDGER_STRIPE_KEY": KEY,
        "COOPLEDGER_STRIPE_URL": world.sandbox.url,
    }

    def invoke(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "service.cli", "reconcile", *arguments]
        return subprocess.run(command, env=os.environ | settings | more, capture_output=True, text=True, check=False)

    return invoke


def test_a_town_whose_money_agrees_is_told_so_with_status_0(world: ServiceWorld, run: Run, tmp_path: Path) -> None:
    account = world.certify()
    world.pay("CP A", card="instant")
    world.sandbox.pass_time(seconds=LATER)
    done = run("provider", "--csv", str(tmp_path / "r.csv"))
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Tout est conforme."), done.stderr
    assert "Écarts ouverts\u00a0: 0" in done.stdout
    assert f"ad06 – Coop Jules Ferry, Jules Ferry ({account});12,00;12,00;12,00;0,00" in (tmp_path / "r.csv").read_text(
        encoding="utf-8-sig"
    )


def test_a_break_that_persists_ends_with_status_1(world: ServiceWorld, reconciler: CheckedReconciler, run: Run) -> None:
    account = world.certify()
    world.pay("CP A", card="instant")
    payout = reconciler.pay_out_by_hand(account, 5_00)
    world.sandbox.pass_time(seconds=LATER)
    first = run("provider", "--json")
    assert first.returncode == 0, first.stderr
    document = json.loads(first.stdout)
    ((_, object_id, _, kind, _, ledger, there, *_, state),) = document["tables"][1]["rows"]
    assert (object_id, kind, ledger, there, state) == (payout, "prestataire seul", 0, -5_00, "nouveau")
    world.sandbox.pass_time(seconds=12 * 3600)
    second = run("provider")
    assert (second.returncode, second.stdout.splitlines()[-1]) == (1, "À EXAMINER."), second.stderr
    assert f"{payout}  prestataire seul  0,00\u00a0€ ≠ −5,00\u00a0€  0 j  persistant" in second.stdout
    assert world.worker.provider.balance(account).total == PRICE - 5_00


def test_two_reconciliations_do_not_run_at_once(world: ServiceWorld, reconciler: CheckedReconciler, run: Run) -> None:
    worker = conninfo_for(world.runtime.database_url, DatabaseRole.WORKER)
    with Connections() as others, Lanes.of(others.pool(worker)).hold("reconciliation") as held:
        assert held
        done = run("provider")
        assert reconciler.crawler.run(world.now()) is None
    assert done.returncode == 1
    assert "déjà en cours" in done.stderr
    assert done.stdout == ""


def test_an_installation_without_a_provider_says_so(run: Run) -> None:
    done = run("provider", COOPLEDGER_STRIPE_KEY="")
    assert done.returncode == 1
    assert "n’est pas ouvert sur cette installation" in done.stderr


def test_its_help_is_in_french(run: Run) -> None:
    assert "Comparer chaque compte chez le prestataire" in run("provider", "--help").stdout
