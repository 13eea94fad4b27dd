"""The process killed behind every write of money on its way, and started again: it converges, and nothing is twice."""

from __future__ import annotations

import base64
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from adapters.local_postgres import LocalPostgres
from adapters.stripe_sandbox.testing import SandboxServer, run_sandbox
from tests.crash.prepared_world import PreparedWorld, ServiceForker
from tests.crash.scenarios import SCENARIOS, CrashScenario

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    """A sandbox where nothing happens by itself before a service lets time pass."""
    with run_sandbox(start=START, fee_delay=600) as running:
        yield running


@pytest.fixture(scope="module")
def forker(sandbox: SandboxServer) -> Iterator[ServiceForker]:
    """Where services come from."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COOPLEDGER_VAULT_KEY", base64.b64encode(bytes(range(32))).decode())
        opened = ServiceForker(sandbox.url)
        yield opened
        opened.close()


class ReferenceRun:
    """A scenario that a living service went through once, to compare all others with."""

    def __init__(self, prepared: PreparedWorld, scenario: CrashScenario) -> None:
        """Run it without a death, and check that everything happened as often as it must."""
        self._prepared = prepared
        with prepared.fresh() as job:
            lived, self._outside = prepared.live(job), prepared.outside()
        assert lived.left is not None, lived.failure
        self.points, self._left = lived.points, lived.left
        calls = [name for name in self.points if name.startswith("after provider.")]
        assert calls == [f"after provider.{call} #1" for call in scenario.calls]
        kinds = Counter(kind for kind, _, _ in self._left.facts)
        assert {kind: kinds[kind] for kind in scenario.facts} == dict.fromkeys(scenario.facts, scenario.times)

    def repeat(self, point: int, *, away_days: int = 0) -> None:
        """Kill a service at a point, start another after some days, and find the same in the end."""
        name = self.points[point - 1]
        with self._prepared.fresh() as job:
            killed = self._prepared.live(job, point)
            assert (killed.signal, killed.points) == (signal.SIGKILL, self.points[:point]), name
            if away_days:
                self._prepared.sandbox.pass_time(days=away_days)
            again = self._prepared.live(job)
            assert not again.failure, f"{name}: {again.failure}"
            assert (again.left, self._prepared.outside()) == (self._left, self._outside), name


@pytest.fixture(scope="module", params=SCENARIOS)
def reference(
    request: pytest.FixtureRequest, postgres: LocalPostgres, sandbox: SandboxServer, forker: ServiceForker
) -> Iterator[ReferenceRun]:
    """Each scenario in turn."""
    scenario = SCENARIOS[request.param]
    prepared = PreparedWorld(postgres, sandbox, forker, request.param)
    reference = ReferenceRun(prepared, scenario)
    sys.stdout.write(f"\n{request.param}: {len(reference.points)} gaps\n")
    yield reference
    prepared.close()


def test_a_service_killed_behind_any_write_ends_where_one_that_lives_does(reference: ReferenceRun) -> None:
    for point in range(1, len(reference.points) + 1):
        reference.repeat(point)


def test_a_service_that_stays_away_until_the_provider_forgot_its_keys_finds_what_it_made(
    reference: ReferenceRun,
) -> None:
    around_calls = ("after outbox.begin_call", "after provider.")
    doubtful = [point for point, name in enumerate(reference.points, 1) if name.startswith(around_calls)]
    for point in doubtful:
        if (
            "start_checkout" not in reference.points[point - 1]
        ):  # a family that stays away as long does not pay that page
            reference.repeat(point, away_days=2)
