"""Closing a period: the caller names it, the ledger has its figures, and every other period is refused."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.calendar import add_months, end_of_paris_day, paris_noon
from domain.closings.close_period import SETTLING, ClosePeriod, PapersSeen
from domain.closings.errors import (
    NothingToClose,
    PapersToIssue,
    PeriodAlreadyClosed,
    PeriodNotOver,
    PeriodOutOfOrder,
    ProviderNotRead,
)
from domain.coop.closing import ApproveAdjustment
from domain.coop.payouts import RecordPayoutFailed, RecordPayoutPaid, RecordPayoutSent, RequestPayout
from domain.errors import InvalidInput, LedgerError
from domain.events.base import StatementBoxes
from domain.events.closings.period import ByOrigin, CoverageState, PeriodClosed, ProviderCoverage, RunningTotals
from tests.kit import example
from tests.kit.in_memory_ledger import InMemoryLedger, ask_refund, capture, certified, paid, placed, registered

LONG_AFTER = datetime(2026, 9, 15, tzinfo=UTC)
ALONE = ProviderCoverage(state=CoverageState.NO_PROVIDER)
JUNE = date(2024, 6, 1)
"""The month of the examples: the coop is registered and the basket paid on 23 June 2024."""


def wish(first_day: date, kind: str = "month", **fields: object) -> dict[str, object]:
    """The wish to close a period, long after it."""
    return {"at": LONG_AFTER, "kind": kind, "first_day": first_day, "provider": ALONE, **fields}


def looked_through(ledger: InMemoryLedger, *, waiting: bool = False) -> PapersSeen:
    """What the service finds out about papers now."""
    return PapersSeen(asking=ledger.totals.asking, waiting=waiting)


def close(ledger: InMemoryLedger, first_day: date, kind: str = "month", **fields: object) -> PeriodClosed:
    """Close a period."""
    fields = {"papers": looked_through(ledger), **fields}
    (event,) = ledger.do(ClosePeriod, **wish(first_day, kind, **fields))
    assert isinstance(event, PeriodClosed)
    return event


def close_through(ledger: InMemoryLedger, last: date) -> PeriodClosed:
    """Close all months up to one."""
    month, closed = JUNE, None
    while month <= last:
        closed, month = close(ledger, month), add_months(month, 1)
    assert closed is not None
    return closed


def test_a_month_is_closed_with_the_figures_of_the_ledger() -> None:
    ledger = paid()
    held = len(ledger.events)
    event = close(ledger, JUNE)
    assert event.boxes == StatementBoxes(opening=0, receipts=2_400, disbursements=0, transfers=0, closing=2_400)
    assert (event.last_day, event.up_to_position, event.chain_head) == (date(2024, 6, 30), held, example.DIGEST)
    assert event.perpetual == RunningTotals(receipts=2_400, disbursements=0, payouts=0, payouts_back=0)
    assert ledger.coop.closed_through == date(2024, 6, 30)


def test_no_figure_can_be_given_to_a_closing() -> None:
    """An invented month is impossible: the last two fields are a rule's first year and what the log asks for."""
    assert set(ClosePeriod.__struct_fields__) == {
        *("stream_id", "stamp", "expected_version", "kind", "first_day", "provider"),
        *("deferring_since", "papers"),
    }


def test_the_boxes_say_what_of_them_is_families_refunds_and_the_platform() -> None:
    ledger = certified(paid())
    correction = {"adjustment_id": example.ADJUSTMENT, "cents": 2_000, "approvers": ("actor-7", "actor-8")}
    ledger.do(ApproveAdjustment, **correction, reason="dispute_cost")
    event = close(ledger, JUNE)
    assert event.receipts == ByOrigin(families=2_400, platform=2_000)
    assert event.receipts.total == event.boxes.receipts
    assert event.disbursements == ByOrigin()


def test_a_payout_that_came_back_lowers_the_transfers_but_no_perpetual_total() -> None:
    ledger = certified(paid())
    payout = {"payout_id": example.PAYOUT, "provider_payout": "po_1"}
    ledger.do(RequestPayout, payout_id=example.PAYOUT, cents=2_400)
    ledger.do(RecordPayoutSent, **payout, sent_at=example.NOW)
    ledger.do(RecordPayoutPaid, **payout, paid_at=example.NOW)
    june = close(ledger, JUNE)
    ledger.do(RecordPayoutFailed, payout_id=example.PAYOUT, reason="closed", failed_at=datetime(2024, 7, 2, tzinfo=UTC))
    july = close(ledger, date(2024, 7, 1))
    assert (june.boxes.transfers, july.boxes.transfers, july.boxes.closing) == (2_400, -2_400, 2_400)
    assert june.perpetual == RunningTotals(receipts=2_400, disbursements=0, payouts=2_400, payouts_back=0)
    assert july.perpetual == RunningTotals(receipts=2_400, disbursements=0, payouts=2_400, payouts_back=2_400)


def test_a_fact_that_comes_in_late_counts_in_the_first_open_month() -> None:
    ledger = placed()
    close_through(ledger, date(2024, 7, 1))
    capture(ledger)
    august = close(ledger, date(2024, 8, 1))
    assert (august.boxes.opening, august.boxes.receipts) == (0, 2_400)


def test_the_year_to_date_begins_again_in_september_and_the_perpetual_totals_do_not() -> None:
    ledger = paid()
    august = close_through(ledger, date(2024, 8, 1))
    september = close(ledger, date(2024, 9, 1))
    assert (august.year_to_date.receipts, august.perpetual.receipts) == (2_400, 2_400)
    assert (september.year_to_date.receipts, september.perpetual.receipts) == (0, 2_400)


def test_months_are_closed_in_order_from_the_first_one_of_the_coop() -> None:
    ledger = paid()
    first = ledger.refused(NothingToClose, ClosePeriod, **wish(date(2024, 5, 1)))
    assert "juin 2024" in first.french
    later = ledger.refused(PeriodOutOfOrder, ClosePeriod, **wish(date(2024, 7, 1)))
    assert "juin 2024" in later.french
    close(ledger, JUNE)
    ledger.refused(PeriodAlreadyClosed, ClosePeriod, **wish(JUNE))
    ledger.refused(NothingToClose, ClosePeriod, **wish(date(2024, 5, 1)))
    ledger.refused(PeriodOutOfOrder, ClosePeriod, **wish(date(2024, 8, 1)))
    assert close(ledger, date(2024, 7, 1)).boxes.opening == 2_400


def test_the_first_month_is_that_of_money_which_came_before_the_coop() -> None:
    ledger = placed()
    capture(ledger, paid_at=paris_noon(date(2024, 4, 2)))
    ledger.refused(PeriodOutOfOrder, ClosePeriod, **wish(date(2024, 5, 1)))
    assert close(ledger, date(2024, 4, 1)).boxes.receipts == 2_400


@pytest.mark.parametrize("count", range(1, 7))
def test_of_all_orders_of_months_only_the_one_of_the_calendar_is_accepted(count: int) -> None:
    """After any number of closed months, of two years of months one alone may follow."""
    ledger = registered()
    for number in range(count):
        close(ledger, add_months(JUNE, number))
    accepted = []
    for number in range(-6, 18):
        month = add_months(JUNE, number)
        try:
            ledger.decide(ClosePeriod, **wish(month))
        except LedgerError:
            continue
        accepted.append(month)
    assert accepted == [add_months(JUNE, count)]


@pytest.mark.parametrize("count", range(28))
def test_of_all_years_only_the_next_one_whose_months_are_closed_is_accepted(count: int) -> None:
    """June 2024 – August 2024 is the coop's first year, of three months; each year waits for its August."""
    ledger = registered()
    for number in range(count):
        close(ledger, add_months(JUNE, number))
    accepted = []
    for year in range(2022, 2027):
        try:
            close(ledger, date(year, 9, 1), "year", at=datetime(2029, 1, 1, tzinfo=UTC))
        except LedgerError:
            continue
        accepted.append(year)
    assert accepted == [2023, 2024, 2025][: (count + 9) // 12]
    for year in accepted:
        ledger.refused(PeriodAlreadyClosed, ClosePeriod, **wish(date(year, 9, 1), "year"))


def test_a_year_waits_for_the_papers_that_its_log_asks_for() -> None:
    """Nobody looked, some are to come, or something came since: each time the sentence says what it waits for."""
    ledger = registered()
    for number in range(3):
        close(ledger, add_months(JUNE, number))
    seen = looked_through(ledger)
    late = PapersSeen(asking=seen.asking - 1, waiting=False)
    for papers in (None, looked_through(ledger, waiting=True), late):
        waiting = ledger.refused(PapersToIssue, ClosePeriod, **wish(date(2023, 9, 1), "year", papers=papers))
        assert "restent à émettre" in waiting.french
    assert close(ledger, date(2023, 9, 1), "year").kind == "year"


def test_a_month_waits_for_no_papers() -> None:
    assert close(registered(), JUNE, papers=None).kind == "month"


def test_a_year_waits_for_the_year_before_it() -> None:
    ledger = registered()
    for number in range(15):
        close(ledger, add_months(JUNE, number))
    waiting = ledger.refused(PeriodOutOfOrder, ClosePeriod, **wish(date(2024, 9, 1), "year"))
    assert "exercice 2023-2024" in waiting.french
    close(ledger, date(2023, 9, 1), "year")
    assert close(ledger, date(2024, 9, 1), "year").last_day == date(2025, 8, 31)


def test_a_year_has_the_figures_of_its_months() -> None:
    ledger = certified(paid())
    close_through(ledger, date(2024, 8, 1))
    ask_refund(ledger)
    year = close(ledger, date(2023, 9, 1), "year")
    assert year.boxes == StatementBoxes(opening=0, receipts=2_400, disbursements=0, transfers=0, closing=2_400)
    assert year.year_to_date == year.perpetual


@pytest.mark.parametrize(("kind", "first_day"), [("month", date(2024, 9, 1)), ("year", date(2024, 9, 1))])
def test_a_period_is_over_when_it_is_over_in_paris(kind: str, first_day: date) -> None:
    ledger = registered()
    last_day = date(2024, 9, 30) if kind == "month" else date(2025, 8, 31)
    for number in range(3 if kind == "month" else 15):
        close(ledger, add_months(JUNE, number))
    if kind == "year":
        close(ledger, date(2023, 9, 1), "year")
    midnight = end_of_paris_day(last_day)
    before = ledger.refused(PeriodNotOver, ClosePeriod, **wish(first_day, kind, at=midnight - timedelta(seconds=1)))
    assert "1er" in before.french
    assert ledger.decide(ClosePeriod, **wish(first_day, kind, at=midnight, papers=looked_through(ledger)))


@pytest.mark.parametrize(
    ("kind", "first_day"),
    [("month", date(2024, 9, 2)), ("year", date(2024, 1, 1)), ("year", date(2024, 9, 2)), ("day", date(2024, 9, 1))],
)
def test_a_day_that_begins_no_period_closes_none(kind: str, first_day: date) -> None:
    registered().refused(InvalidInput, ClosePeriod, **wish(first_day, kind))


def test_a_period_waits_until_the_providers_books_are_read_three_days_past_it() -> None:
    ledger = paid()
    enough = end_of_paris_day(date(2024, 6, 30) + SETTLING)
    short = ProviderCoverage(state=CoverageState.READ, read_at=enough - timedelta(seconds=1))
    waiting = ledger.refused(ProviderNotRead, ClosePeriod, **wish(JUNE, provider=short))
    assert "3 juillet 2024" in waiting.french
    never = ProviderCoverage(state=CoverageState.READ)
    ledger.refused(ProviderNotRead, ClosePeriod, **wish(JUNE, provider=never))
    read = ProviderCoverage(state=CoverageState.READ, read_at=enough, platform_breaks=2)
    assert close(ledger, JUNE, provider=read).provider == read


def test_a_coop_without_provider_says_so_in_its_closing() -> None:
    assert close(paid(), JUNE).provider.state is CoverageState.NO_PROVIDER
