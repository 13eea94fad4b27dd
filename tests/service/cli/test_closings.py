"""The commands of closings: a preview, a closing, what is due, the day, the rule of cut-off."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from domain.calendar import fiscal_year
from domain.events.association import CutOff
from domain.events.closings.period import PeriodClosed
from service.bootstrap.runtime import open_runtime
from service.demo.scenario import DemoIds
from service.settings import Settings
from tests.service.cli.test_cli import Run, refused, run, told

__all__ = ["run", "told"]


def closings() -> list[PeriodClosed]:
    """The closings of the demonstration's log."""
    with open_runtime(Settings()) as runtime:
        facts = runtime.ledger("ad06").ledger.store.events(1, 10_000)
    return [fact.event for fact in facts if isinstance(fact.event, PeriodClosed)]


def test_a_period_is_previewed_then_closed_once_with_the_same_figures(run: Run, told: DemoIds) -> None:
    period = ("ad06", "--coop", told.coop_id, "--month", "2024-09")
    shown = run("closings", "preview", *period)
    assert shown.exit_code == 0, shown.output
    assert "Septembre 2024" in shown.output
    assert "Peut être clôturé." in shown.output
    figures = json.loads(run("closings", "preview", *period, "--json").output)["figures"]
    assert run("closings", "close", *period).exit_code == 0
    closed = closings()[-1]
    assert (closed.boxes.opening, closed.boxes.closing) == (figures["boxes"]["opening"], figures["boxes"]["closing"])
    assert refused(run("closings", "close", *period)).code == "period-already-closed"
    again = run("closings", "preview", *period)
    assert again.exit_code == 1
    assert "déjà clos" in again.output


def test_one_period_is_named_and_in_its_turn(run: Run, told: DemoIds) -> None:
    coop = ("ad06", "--coop", told.coop_id)
    assert refused(run("closings", "close", *coop)).code == "invalid-input"
    assert refused(run("closings", "close", *coop, "--month", "2024-09", "--year", 2024)).code == "invalid-input"
    assert refused(run("closings", "close", *coop, "--month", "2024-10")).code == "period-out-of-order"
    assert refused(run("closings", "close", *coop, "--year", 2024)).code == "period-out-of-order"
    assert refused(run("closings", "close", *coop, "--month", "2024-04")).code == "nothing-to-close"


@pytest.mark.usefixtures("told")
def test_what_is_due_is_closed_and_the_day_is_the_associations(run: Run) -> None:
    before = len(closings())
    assert refused(run("closings", "day", "ad06", 2)).code == "invalid-input"
    assert "Clôture le 20" in run("closings", "day", "ad06", 20).output
    due = run("closings", "due")
    assert due.exit_code == 0, due.output
    months = len(closings()) - before
    assert months > 12
    assert "Mois clôturés\u00a0: 0" in run("closings", "due").output
    assert {one.kind for one in closings()} == {"month", "year"}


@pytest.mark.usefixtures("told")
def test_the_rule_of_cut_off_is_the_associations_for_exercises_to_come(run: Run) -> None:
    assert refused(run("closings", "cut-off", "ad06", "au pif")).code == "invalid-input"
    chosen = run("closings", "cut-off", "ad06", "rattachement")
    assert chosen.exit_code == 0, chosen.output
    assert "rattachement, pour les exercices qui commencent après" in chosen.output
    with open_runtime(Settings()) as runtime:
        association = runtime.ledger("ad06").association()
        this_year = fiscal_year(datetime.now(UTC).date())
    assert association.policy.cuts_off is CutOff.BY_VALIDITY
    assert [association.deferring_since(year) for year in (this_year, this_year + 1)] == [None, this_year + 1]
    assert "encaissement" in run("closings", "cut-off", "ad06", "encaissement").output
