"""The instalments to come are those of the schedules that the domain keeps, at every position of a year."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain.campaign.state import Campaign
from domain.events.contribution import PaymentCaptured
from domain.events.instalment import InstalmentFailed, InstalmentsCancelled, InstalmentsScheduled
from domain.recorded_event import RecordedEvent
from projections import contributions
from projections.expected import instalments
from projections.figures import coop_sums
from tests.projections.history import History
from tests.projections.projected_ledger import ProjectedLedger, projected
from tests.projections.school_year import school_year
from tests.projections.test_models import campaigns_of, coops_of

_EVENTS = (InstalmentsScheduled, InstalmentFailed, InstalmentsCancelled)


def _moves(fact: RecordedEvent) -> bool:
    event = fact.event
    return isinstance(event, _EVENTS) or (isinstance(event, PaymentCaptured) and event.instalment > 1)


@pytest.mark.parametrize("seed", [7, 11])
def test_at_every_position_they_are_the_schedules_and_add_up_to_what_is_expected(database: str, seed: int) -> None:
    history = school_year(seed, families=24)
    states = {campaign_id: Campaign(campaign_id) for campaign_id in campaigns_of(history)}
    kinds, compared = set[type](), 0
    with projected(database, history.facts) as ledger:
        for fact in history.facts:
            if fact.stream_id in states:
                states[fact.stream_id].evolve(fact.event)
            if _moves(fact):
                kinds.add(type(fact.event))
                ledger.catch_up(upto=fact.position)
                compared += _compare(ledger, states[fact.stream_id], fact.event.contribution_id)  # type: ignore[attr-defined]
        ledger.catch_up()
        for state in states.values():
            for contribution_id in state.contributions:
                _compare(ledger, state, contribution_id)
        _add_up(ledger, history)
    assert kinds == {PaymentCaptured, *_EVENTS}
    assert compared > 10


def _compare(ledger: ProjectedLedger, state: Campaign, contribution_id: UUID) -> int:
    """Compare the instalments of one contribution; return how many there are."""
    told = [(one.number, one.due_on, one.cents) for one in instalments.of_contribution(ledger.read, contribution_id)]
    schedule = state.contribution(contribution_id).schedule
    assert told == [(due.number, due.due_on, due.cents) for due in schedule.values()]
    row = contributions.by_id(ledger.read, contribution_id)
    assert row is not None
    assert sum(cents for _, _, cents in told) == row.expected_later
    return len(told)


def _add_up(ledger: ProjectedLedger, history: History) -> None:
    """The rows of a coop are its instalments to come, the soonest first, and add up to the figure of its account."""
    for coop_id in coops_of(history):
        rows = coop_sums.rows_to_come(ledger.read, coop_id)
        days = [row.paid_on for row in rows.rows if row.paid_on]
        assert days == sorted(days)
        assert len(days) == rows.number
        assert rows.total == sum(row.to_come for row in coop_sums.by_campaign(ledger.read, coop_id).values())
