"""The story holds on any day: verified, its months closed, its payout found at the bank, its children still there."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID, uuid4

import pytest
from psycopg import Connection

from adapters.people_vault import Person
from domain.aggregate import Stamp
from domain.calendar import PARIS, end_of_month
from domain.closings.due import due_through
from domain.coop.state import Coop
from projections import contributions, papers, participants, payouts
from service.associations import open_association
from service.audit.place import place_of
from service.audit.verification import verify_ledger
from service.closings.due import close_due
from service.demo.families import FAMILIES
from service.demo.scenario import DemoIds, DemoScenario
from service.demo.season import Season
from service.papers.due_papers import ACTOR, issue_papers
from service.retention.runner import run_rules
from service.runtime.projectors import Projectors
from service.runtime.runtime import Runtime
from service.settings import Settings

DAYS: Final = {
    "a Sunday": date(2025, 11, 30),
    "in August, when school is out": date(2025, 8, 15),
    "29 February": date(2024, 2, 29),
    "the first day of a school year": date(2025, 9, 1),
    "the day before the year is closed": date(2025, 9, 10),
    "the day after the year is closed, paid in two years": date(2025, 10, 11),
    "New Year's Day": date(2026, 1, 1),
    "the night when clocks change": date(2025, 3, 30),
}


@pytest.fixture(params=[*DAYS.values()], ids=[*DAYS])
def today(request: pytest.FixtureRequest) -> date:
    """A day on which somebody runs the demonstration."""
    day: date = request.param
    return day


@pytest.fixture
def runtime(database: str, today: date, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runtime]:
    """The service on the association of the demonstration."""
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", base64.b64encode(bytes(range(32))).decode())
    open_association(
        database,
        association_id=uuid4(),
        slug="ad06",
        name="OCCE 06",
        siren="123456782",
        demo=True,
        at=Season.before(today).opened,
        by="test",
    )
    with Runtime(Settings(), None, database) as opened:
        yield opened


def played(runtime: Runtime, season: Season) -> DemoIds:
    """Play the story, as the demonstration does, and have the read models show it."""
    opened = runtime.ledger("ad06")
    ids = DemoScenario(opened, season).play()
    issue_papers(opened.ledger, ids.coop_id, Stamp(at=noon(season.told_on), by=ACTOR))
    show(runtime)
    return ids


def show(runtime: Runtime) -> None:
    """Have the read models show all there is."""
    projectors = Projectors(runtime)
    assert projectors.wait_for("ad06", runtime.ledger("ad06").ledger.store.head()[0], 20)
    projectors.close()


def noon(day: date) -> datetime:
    """When the demonstration is looked at."""
    return datetime.combine(day, time(12), PARIS)


def children(runtime: Runtime, campaign_id: UUID) -> dict[UUID, Person]:
    """The children of the campaign that the vault still knows."""

    def ids(connection: Connection) -> list[UUID]:
        return [row.participant_id for row in participants.of_campaign(connection, campaign_id)]

    opened = runtime.ledger("ad06")
    return opened.people(opened.read(ids))


def test_the_story_is_sound_closed_paid_out_and_nobody_of_it_is_erased(runtime: Runtime, today: date) -> None:
    season = Season.before(today)
    ids = played(runtime, season)
    opened = runtime.ledger("ad06")
    verdict = verify_ledger(place_of(opened.ledger), progress=lambda _: None)
    assert verdict.sound

    coop = opened.ledger.store.load(Coop, ids.coop_id)
    assert coop.closed_through == due_through(today - timedelta(days=1), opened.association().policy.closes_on)
    assert coop.closed_through is not None
    assert coop.closed_through >= end_of_month(season.first_month)

    (payout,) = opened.read(payouts.of_coop, ids.coop_id)
    assert (payout.status, payout.cents) == ("paid", 36_00)
    orders = opened.read(contributions.of_campaign, ids.campaign_id)
    assert sum(order.paid - order.refunded for order in orders) == 48_00
    assert len(opened.read(papers.of_coop, ids.coop_id)) >= 2

    known = children(runtime, ids.campaign_id)
    told = {(child.first_name, child.last_name) for family in FAMILIES for child, _ in family.children}
    assert {(one.first_name, one.last_name) for one in known.values()} == told
    assert not {what: count for what, count in run_rules(runtime, noon(today + timedelta(days=60))).items() if count}
    assert children(runtime, ids.campaign_id) == known


def test_the_demonstration_that_runs_on_closes_the_month_after_as_the_worker_does(
    runtime: Runtime, today: date
) -> None:
    season = Season.before(today)
    ids = played(runtime, season)
    later = season.day(2, 10)
    close_due(runtime, None, noon(max(later, today)))
    show(runtime)
    opened = runtime.ledger("ad06")
    closed = opened.ledger.store.load(Coop, ids.coop_id).closed_through
    assert closed is not None
    assert closed >= end_of_month(season.months[1])
    assert verify_ledger(place_of(opened.ledger), progress=lambda _: None).sound
