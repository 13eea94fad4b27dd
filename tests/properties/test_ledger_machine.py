"""Random histories of all money commands: the ledger accepts, refuses and holds what the model says."""

from __future__ import annotations

import time
from collections import Counter
from typing import ClassVar

from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.kit.run.extent import Extent
from tests.properties.machines.whole_ledger_machine import WholeLedgerMachine

STEPS = 16
ROUND = 200
MOST = 2000

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
    "campaign.refund_settled",
    "campaign.failed_refund_repaid",
    "campaign.refund_paid_out_of_band",
    "campaign.payment_to_family_withdrawn",
    "campaign.cash_returned",
    "campaign.cash_slip_corrected",
    "coop.adjustment_reversed",
    "coop.bank_line_matched",
    "coop.bank_return_matched",
    "coop.cash_deposited",
    "coop.cash_deposit_matched",
    "coop.cash_deposit_withdrawn",
    "coop.adjustment_approved",
    "coop.payout_cancelled",
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


def unreached() -> list[str]:
    """The kinds of events that no history has told so far."""
    return [kind for kind in REACHED if not CountingMachine.told[kind]]


def run_round(extent: Extent, number: int) -> None:
    """Play a round of histories; in a short run each round has a seed of its own, and is always the same."""
    run_state_machine_as_test(
        CountingMachine if extent.long else seed(number)(CountingMachine),
        settings=settings(
            max_examples=ROUND,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_every_history_is_accepted_refused_and_booked_as_the_independent_model_says(extent: Extent) -> None:
    begun, histories, played = time.perf_counter(), extent.count(ci=400, long=2000), 0
    # A short run goes on until everything was told: some events need luck, as a payout that fails.
    while played < histories or (unreached() and played < MOST):
        run_round(extent, played)
        played += ROUND
    print(f"{played} histories of up to {STEPS} steps in {time.perf_counter() - begun:.0f} s")  # noqa: T201
    assert unreached() == []
