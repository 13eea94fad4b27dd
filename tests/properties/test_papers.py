"""Papers of random histories: the cash book that they make is the ledger's own book, to the cent and by class."""

from __future__ import annotations

import time
from typing import Final

from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.kit.run.extent import Extent
from tests.properties.machines.paper_machine import PaperMachine
from tests.properties.machines.reached import BOOKED, PAIRS

SHOWN: Final = (
    *("payout", "return", "correction", "final", "split", "lost", "own", "again", "cash", "repaid"),
    *("year_end", "carried", "under way", "external_payout", "external_payout_withdrawn", "deposit", "failed_payout"),
)
"""What the histories must have shown in papers, or they were too short to prove anything."""
ROUND: Final = 25
STEPS: Final = 24
MOST: Final = 2000


def unreached() -> list[str]:
    """What no history has shown so far: of papers, of the events that book, and of what takes each of them back."""
    return [
        *(kind for kind in SHOWN if not PaperMachine.told[kind]),
        *sorted(event.TOPIC for event in BOOKED if not PaperMachine.recorded[event]),
        *sorted(f"{one.TOPIC} by {by.TOPIC}" for one, by in PAIRS if not PaperMachine.taken_back[one, by]),
    ]


def figures(seconds: float) -> str:
    """What was played and reached, for whoever reads the output of a long run."""
    totals, recorded = PaperMachine.totals, PaperMachine.recorded
    rarest = min(BOOKED, key=lambda event: recorded[event])
    pair = min(PAIRS, key=lambda one: PaperMachine.taken_back[one])
    reached = "\n".join(f"{recorded[event]:6} {event.TOPIC}" for event in sorted(BOOKED, key=lambda event: event.TOPIC))
    return (
        f"{totals['histories']} histories of up to {STEPS} steps, {totals['events']} events, "
        f"{totals['documents']} documents in {seconds:.0f} s; rarest {rarest.TOPIC} in {recorded[rarest]}, "
        f"{pair[0].TOPIC} by {pair[1].TOPIC} in {PaperMachine.taken_back[pair]}\n{reached}"
    )


def test_the_cash_book_fed_with_all_papers_is_the_coops_book_for_what_arrived(extent: Extent) -> None:
    begun, played, histories = time.perf_counter(), 0, extent.count(ci=100, long=2000)
    PaperMachine.documents_every = 1 if extent.long else 20
    while played < histories or (unreached() and played < MOST):
        run_state_machine_as_test(
            PaperMachine if extent.long else seed(played)(PaperMachine),
            settings=settings(
                max_examples=ROUND,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                print_blob=True,
                suppress_health_check=list(HealthCheck),
            ),
        )
        played += ROUND
    print(figures(time.perf_counter() - begun))  # noqa: T201
    assert unreached() == []
