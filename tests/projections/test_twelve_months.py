"""A school year of statements: each month opens as the one before it closed, and a closed month never changes."""

from __future__ import annotations

from datetime import date

from domain.calendar import add_months, paris_noon
from domain.events.base import StatementBoxes
from domain.roll_forward import check_roll_forward
from projections import online_account
from tests.projections.history import PRICE, History
from tests.projections.projected_ledger import LOG, READ, ProjectedLedger, append, projected
from tests.projections.whole_log import run_checks

MONTHS = [add_months(date(2024, 9, 1), number) for number in range(12)]


def statements(ledger: ProjectedLedger, history: History) -> list[StatementBoxes]:
    """The boxes of all months, as the read models have them."""
    ledger.catch_up()
    (coop_id,) = history.months
    stated = online_account.boxes(ledger.read, [(coop_id, month) for month in MONTHS])
    return [check_roll_forward(stated[coop_id, month].boxes) for month in MONTHS]


def test_twelve_months_chain_and_a_closed_month_is_the_same_for_ever(database: str) -> None:
    history = History()
    coop_id = history.coop()
    campaign_id = history.campaign(coop_id)
    with projected(database, history.forget()) as ledger:
        closed: list[StatementBoxes] = []
        for number, month in enumerate(MONTHS):
            for _ in range(1 + number % 3):
                paid_at = paris_noon(month.replace(day=15))
                history.pay(campaign_id, history.place(campaign_id, "CP"), paid_at=paid_at)
            if number:
                # What comes in late counts in the open month.
                late = paris_noon(MONTHS[number - 1].replace(day=20))
                history.pay(campaign_id, history.place(campaign_id, "CE1"), paid_at=late)
            if number % 4 == 3:
                history.payout(coop_id, PRICE)
            history.now = paris_noon(add_months(month, 1).replace(day=4))
            history.close_month(coop_id, month)
            append(database, history.forget())
            found = statements(ledger, history)
            closed.append(found[number])
            assert found[: number + 1] == closed
        assert closed[0].opening == 0
        assert [after.opening for after in closed[1:]] == [before.closing for before in closed[:-1]]
        assert sum(boxes.receipts for boxes in closed) == PRICE * (sum(1 + n % 3 for n in range(12)) + 11)
        assert sum(boxes.transfers for boxes in closed) == 3 * PRICE
        assert closed[-1].closing == history.balance(coop_id)
        assert run_checks(ledger.read, LOG, READ) == ()
