"""Two thousand random histories of all money commands: the ledger accepts, refuses and holds what the model says."""

from __future__ import annotations

import os
import time
from collections import Counter
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.properties.whole_ledger_machine import WholeLedgerMachine

HISTORIES = int(os.environ.get("COOPLEDGER_HISTORIES", "2000"))
STEPS = 16


REACHED = (
    "campaign.cash_received",
    "campaign.contribution_corrected",
    "campaign.dispute_lost",
    "campaign.dispute_won",
    "campaign.funds_transferred",
    "campaign.instalment_failed",
    "campaign.instalments_cancelled",
    "campaign.refund_failed",
    "campaign.refund_requested",
    "campaign.refund_repaid",
    "campaign.refund_settled",
    "coop.adjustment_approved",
    "coop.payout_failed",
    "coop.payout_paid",
    "coop.payout_requested",
    "coop.payout_sent",
    "coop.period_closed",
)
"""What the histories must have recorded, or they were too short to prove anything: all of it, some of it many times."""


class CountingMachine(WholeLedgerMachine):
    """The machine, and in how many histories each kind of event was recorded."""

    told: ClassVar[Counter[str]] = Counter()

    def teardown(self) -> None:
        """Count what was recorded, then check as ever."""
        self.told.update({entry.topic.rpartition(".")[0] for entry in self.ledger.log})
        super().teardown()


def test_every_history_is_accepted_refused_and_booked_as_the_independent_model_says() -> None:
    begun = time.perf_counter()
    run_state_machine_as_test(
        CountingMachine,
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
    assert [kind for kind in REACHED if not CountingMachine.told[kind]] == []
