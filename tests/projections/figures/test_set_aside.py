"""What the read models say may be paid out is what payouts are decided on."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from domain.funds import CoopFunds
from projections.figures import account_rows, coop_sums
from projections.figures.account_rows import AccountFigure
from projections.held import set_aside
from tests.projections.history import PRICE, History
from tests.projections.projected_ledger import ProjectedLedger, projected
from tests.projections.school_year import school_year
from tests.projections.test_models import coops_of


@pytest.mark.parametrize("seed", [4, 11])
def test_at_every_position_what_may_be_paid_out_is_what_a_payout_is_decided_on(database: str, seed: int) -> None:
    history = school_year(seed, families=24)
    funds = {coop_id: CoopFunds() for coop_id in coops_of(history)}
    kinds = set[str]()
    with projected(database, history.facts) as ledger:
        for fact in history.facts:
            if fact.coop_id in funds:
                funds[fact.coop_id].apply(fact.event)
            if type(fact.event) in set_aside.EVENTS:
                kinds.add(type(fact.event).__name__)
                ledger.catch_up(upto=fact.position)
                _check(ledger, funds)
        ledger.catch_up()
        _check(ledger, funds)
    assert kinds >= {kind.__name__ for kind in set_aside.EVENTS} - {"PayoutCancelled", "ContributionSuspenseCleared"}


def _check(ledger: ProjectedLedger, funds: dict[UUID, CoopFunds]) -> None:
    for coop_id, known in funds.items():
        assert coop_sums.account_now(ledger.read, coop_id).available == known.available
        assert set_aside.of_coop(ledger.read, coop_id) == sum(known.reserved.values())
        rows = account_rows.rows(ledger.read, coop_id, AccountFigure.AVAILABLE, None)
        assert rows.total == known.available


def test_what_was_asked_for_is_set_aside_until_it_leaves_or_is_given_up(database: str) -> None:
    history = History()
    coop_id = history.coop()
    campaign_id = history.campaign(coop_id)
    contribution_id = history.place(campaign_id, "CP", "CE1")
    history.pay(campaign_id, contribution_id)
    told: list[tuple[int, int]] = []

    def note(step: Callable[[], object]) -> None:
        step()
        told.append((history.position, history.balance(coop_id) - history.available(coop_id)))

    refund_id = history.refund(campaign_id, contribution_id, PRICE)
    told.append((history.position, PRICE))
    note(lambda: history.settle_refund(campaign_id, refund_id))
    payout_id = history.payout(coop_id, 500)
    told.append((history.position, history.balance(coop_id) - history.available(coop_id)))
    note(lambda: history.fail(coop_id, payout_id))
    assert told[0][1] == PRICE
    assert told[1][1] == 0
    with projected(database, history.facts) as ledger:
        for position, cents in told:
            ledger.catch_up(upto=position)
            assert set_aside.of_coop(ledger.read, coop_id) == cents
