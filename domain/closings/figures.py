"""The figures of a period, worked out from running totals at a position."""

from __future__ import annotations

from collections import Counter
from datetime import date

from domain.calendar import fiscal_year, fiscal_year_bounds
from domain.closings.periods import Period
from domain.closings.totals import BLOCKED, PAID_BACK, PAID_OUT, RECEIVED, SPENT, TotalsAt
from domain.events.base import StatementBoxes, Value
from domain.events.closings.period import ByOrigin, RunningTotals
from domain.money import SignedCents
from domain.roll_forward import Origin, check_roll_forward


class PeriodFigures(Value, frozen=True, kw_only=True):
    """What a closing of a period states at a position, in cents; the fields are those of the event."""

    boxes: StatementBoxes
    blocked: SignedCents
    receipts: ByOrigin
    disbursements: ByOrigin
    year_to_date: RunningTotals
    perpetual: RunningTotals
    up_to_position: int
    chain_head: str


def figures_of(period: Period, at: TotalsAt) -> PeriodFigures:
    """Return the figures of a period, over or not, as they are at a position."""
    through = at.totals.between(date.min, period.last_day)
    mine = at.totals.between(period.first_day, period.last_day)
    year, _ = fiscal_year_bounds(fiscal_year(period.last_day))
    receipts = ByOrigin(**{origin.value: mine[RECEIVED[origin]] for origin in Origin})
    disbursements = ByOrigin(**{origin.value: mine[SPENT[origin]] for origin in Origin})
    transfers = mine[PAID_OUT] - mine[PAID_BACK]
    closing = _balance(through)
    boxes = StatementBoxes(
        opening=closing - _balance(mine),
        receipts=receipts.total,
        disbursements=disbursements.total,
        transfers=transfers,
        closing=closing,
    )
    return PeriodFigures(
        boxes=check_roll_forward(boxes),
        blocked=through[BLOCKED],
        receipts=receipts,
        disbursements=disbursements,
        year_to_date=_running(at.totals.between(year, period.last_day)),
        perpetual=_running(through),
        up_to_position=at.position,
        chain_head=at.chain_head,
    )


def _running(sums: Counter[str]) -> RunningTotals:
    return RunningTotals(
        receipts=sum(sums[name] for name in RECEIVED.values()),
        disbursements=sum(sums[name] for name in SPENT.values()),
        payouts=sums[PAID_OUT],
        payouts_back=sums[PAID_BACK],
    )


def _balance(sums: Counter[str]) -> int:
    """What sums add to the balance of the account, blocked money included."""
    flows = _running(sums)
    return flows.receipts - flows.disbursements - flows.payouts + flows.payouts_back
