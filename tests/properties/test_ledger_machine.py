"""Two thousand random histories of all money commands: the ledger accepts, refuses and holds what the model says."""

from __future__ import annotations

import os
import time

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.properties.whole import WholeLedgerMachine

HISTORIES = int(os.environ.get("COOPLEDGER_HISTORIES", "2000"))
STEPS = 16


def test_every_history_is_accepted_refused_and_booked_as_the_independent_model_says() -> None:
    begun = time.perf_counter()
    run_state_machine_as_test(
        WholeLedgerMachine,
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"{HISTORIES} histories of up to {STEPS} steps in {time.perf_counter() - begun:.0f} s")  # noqa: T201
