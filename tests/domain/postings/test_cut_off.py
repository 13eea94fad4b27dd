"""The cut-off of a year: 48,00 € of CPA are for the next one, 7,00 € of CE1 that were deferred were refunded since."""

from __future__ import annotations

import pytest

from domain.chart_of_accounts import Account
from domain.events.base import Event
from domain.events.closings.cut_off import DeferredIncomeReleased, IncomeDeferred
from domain.journal import Posting, postings
from tests.kit.example import CAMPAIGN
from tests.kit.example_events import EXAMPLES

INCOME, DEFERRED = Account.CONTRIBUTIONS, Account.DEFERRED


def test_income_is_carried_over_and_what_was_too_much_is_taken_back() -> None:
    assert postings(EXAMPLES[IncomeDeferred]) == (
        Posting(INCOME, 0, 700, "CE1", CAMPAIGN),
        Posting(DEFERRED, 700, 0, "CE1", CAMPAIGN),
        Posting(INCOME, 4_800, 0, "CPA", CAMPAIGN),
        Posting(DEFERRED, 0, 4_800, "CPA", CAMPAIGN),
    )


def test_the_next_year_is_given_what_is_for_it() -> None:
    assert postings(EXAMPLES[DeferredIncomeReleased]) == (
        Posting(INCOME, 0, 4_800, "CPA", CAMPAIGN),
        Posting(DEFERRED, 4_800, 0, "CPA", CAMPAIGN),
    )


@pytest.mark.parametrize("event", [IncomeDeferred, DeferredIncomeReleased])
def test_an_entry_has_a_day_of_its_own_beside_the_instant_of_the_closing(event: type[Event]) -> None:
    example = EXAMPLES[event]
    assert example.entered is not None
    assert example.happened_at == example.at
    assert example.entered != example.at.date()
