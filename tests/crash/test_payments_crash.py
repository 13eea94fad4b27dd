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
from tests.crash.prepared_world import PreparedWorld, ServiceForker
from tests.crash.scenarios import SCENARIOS, CrashScenario
from tests.kit.stripe.sandbox_server import SandboxServer, run_sandbox

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    """A sandbox where nothing happens by itself before a service lets time pass."""
    with run_sandbox(start=START, fee_delay=600) as running:
        yield running


@pytest.fixture(scope="module")
def forge(sandbox: SandboxServer) -> Iterator[ServiceForker]:
    """Where services come from."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COOPLEDGER_VAULT_KEY", base64.b64encode(bytes(range(32))).decode())
        opened = ServiceForker(sandbox.url)
        yield opened
        opened.close()


class ReferenceRun:
    """A play that a living service went through once, to compare all others with."""

    def __init__(self, stage: PreparedWorld, play: CrashScenario) -> None:
        """Play it without a death, and check that everything happened as often as it must."""
        self._stage = stage
        with stage.fresh() as job:
            lived, self._outside = stage.live(job), stage.outside()
        assert lived.left is not None, lived.failure
        self.gaps, self._left = lived.gaps, lived.left
        calls = [name for name in self.gaps if name.startswith("after provider.")]
        assert calls == [f"after provider.{call} #1" for call in play.calls]
        kinds = Counter(kind for kind, _, _ in self._left.facts)
        assert {kind: kinds[kind] for kind in play.facts} == dict.fromkeys(play.facts, play.times)

    def repeat(self, gap: int, *, away_days: int = 0) -> None:
        """Kill a service in a gap, start another after some days, and find the same in the end."""
        name = self.gaps[gap - 1]
        with self._stage.fresh() as job:
            killed = self._stage.live(job, gap)
            assert (killed.signal, killed.gaps) == (signal.SIGKILL, self.gaps[:gap]), name
            if away_days:
                self._stage.sandbox.pass_time(days=away_days)
            again = self._stage.live(job)
            assert not again.failure, f"{name}: {again.failure}"
            assert (again.left, self._stage.outside()) == (self._left, self._outside), name


@pytest.fixture(scope="module", params=SCENARIOS)
def proof(
    request: pytest.FixtureRequest, postgres: LocalPostgres, sandbox: SandboxServer, forge: ServiceForker
) -> Iterator[ReferenceRun]:
    """Each play in turn."""
    play = SCENARIOS[request.param]
    stage = PreparedWorld(postgres, sandbox, forge, request.param)
    proof = ReferenceRun(stage, play)
    sys.stdout.write(f"\n{request.param}: {len(proof.gaps)} gaps\n")
    yield proof
    stage.close()


def test_a_service_killed_behind_any_write_ends_where_one_that_lives_does(proof: ReferenceRun) -> None:
    for gap in range(1, len(proof.gaps) + 1):
        proof.repeat(gap)


def test_a_service_that_stays_away_until_the_provider_forgot_its_keys_finds_what_it_made(proof: ReferenceRun) -> None:
    around_calls = ("after outbox.begin_call", "after provider.")
    doubtful = [gap for gap, name in enumerate(proof.gaps, 1) if name.startswith(around_calls)]
    for gap in doubtful:
        if "start_checkout" not in proof.gaps[gap - 1]:  # a family that stays away as long does not pay that page
            proof.repeat(gap, away_days=2)
