"""What other platforms hold is listed to the cent: now, and at every earlier position of the log."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from domain.calendar import end_of_month, paris_date
from domain.campaign.contribution import ExternalPayment
from domain.chart_of_accounts import Account
from domain.closings.totals import AccountTotals
from domain.errors import LedgerCorrupt
from domain.events.external import ExternalPaymentRecorded
from domain.funds import external_change, funds_of
from domain.journal import postings
from projections import class_balances, contributions
from projections.base.read_model import BookedEvent
from projections.external import queries
from projections.external.movements import ExternalMovements
from projections.external.queries import PlatformFunds
from tests.kit.example_events import EXAMPLES
from tests.projections.history import PRICE, History
from tests.projections.other_platforms import collect_elsewhere, import_one
from tests.projections.projected_ledger import ProjectedLedger, projected
from tests.projections.test_models import campaigns_of, coops_of


def test_what_each_platform_holds_is_what_the_domain_and_the_journal_say_at_every_position(
    ledger: ProjectedLedger, year: History
) -> None:
    ledger.catch_up()
    for coop_id in coops_of(year):
        facts = [fact for fact in year.facts if fact.coop_id == coop_id]
        external = [number for number, fact in enumerate(facts) if "External" in type(fact.event).__name__]
        assert external
        for number in external:
            upto = facts[: number + 1]
            held = {row.platform: row.in_hand for row in queries.in_hand(ledger.read, coop_id, upto[-1].position)}
            assert held == funds_of(fact.event for fact in upto).external.in_hand
            legs = [leg for fact in upto for leg in postings(fact.event) if leg.account is Account.COLLECTED_ELSEWHERE]
            assert sum(held.values()) == sum(leg.debit - leg.credit for leg in legs)


def test_what_was_held_at_the_end_of_a_day_leaves_out_what_happened_later(
    ledger: ProjectedLedger, year: History
) -> None:
    ledger.catch_up()
    coop_id = coops_of(year)[0]
    events = [fact.event for fact in year.facts if fact.coop_id == coop_id]
    changes = [change for change in map(external_change, events) if change]
    days = sorted({change.day for change in changes})
    for day in (days[0] - timedelta(days=1), *days):
        held = {row.platform: row.in_hand for row in queries.in_hand(ledger.read, coop_id, last_day=day)}
        expected = Counter[str]()
        for change in changes:
            expected[change.platform] += change.cents if change.day <= day else 0
        assert Counter(held) == expected
    assert held == funds_of(events).external.in_hand


def test_a_closing_states_what_each_platform_held_at_the_end_of_its_month(
    ledger: ProjectedLedger, year: History
) -> None:
    ledger.catch_up()
    for coop_id in coops_of(year):
        totals = AccountTotals()
        for fact in year.facts:
            if fact.coop_id == coop_id:
                totals.apply(fact.stream_id, fact.event)
        for month in (date(2024, number, 1) for number in range(1, 13)):
            rows = queries.in_hand(ledger.read, coop_id, last_day=end_of_month(month))
            holdings = totals.held_elsewhere(end_of_month(month))
            assert {one.platform: one.cents for one in holdings} == {row.platform: row.in_hand for row in rows}


def test_a_coop_of_which_nothing_was_collected_elsewhere_has_no_platform(database: str) -> None:
    history = History()
    coop_id = history.coop()
    with projected(database, history.facts) as ledger:
        ledger.catch_up()
        assert queries.in_hand(ledger.read, coop_id) == []


def test_the_sums_of_a_platform_are_what_was_recorded_refunded_withdrawn_and_paid_out(database: str) -> None:
    history = History()
    coop_id = history.coop()
    campaign_id = history.campaign(coop_id)
    held = collect_elsewhere(history, coop_id, campaign_id)
    with projected(database, history.facts) as ledger:
        ledger.catch_up()
        helloasso, lydia = queries.in_hand(ledger.read, coop_id)
        assert {row.platform: row.in_hand for row in (helloasso, lydia)} == held
        assert helloasso == PlatformFunds(
            platform="helloasso",
            recorded=10 * PRICE,
            refunded=500 + 2 * PRICE,
            withdrawn=6 * PRICE,
            paid_out=PRICE,
            fees=30,
            in_hand=PRICE - 500,
        )
        assert (lydia.recorded, lydia.withdrawn, lydia.refunded) == (700 + PRICE, 700, 300)
        rows = queries.payments(ledger.read, campaign_id)
        assert [(row.platform, row.refunded, row.withdrawn) for row in rows] == [
            ("helloasso", 500, False),
            ("helloasso", 2 * PRICE, False),
            ("helloasso", 0, True),
            ("lydia", 0, True),
            ("lydia", 300, False),
            ("lydia", 0, False),
            ("helloasso", 0, True),
            ("helloasso", 0, True),
        ]
        assert queries.payments(ledger.read, campaign_id, after=rows[2].position, limit=2) == rows[3:5]
        assert [(row.cents, row.fee_cents, row.withdrawn) for row in queries.payouts(ledger.read, coop_id)] == [
            (PRICE, 30, True),
            (PRICE, 30, False),
        ]
        kept, mistaken = queries.imports(ledger.read, campaign_id)
        assert (kept.platform, kept.payments, kept.cents, kept.withdrawn) == ("helloasso", 3, 6 * PRICE, 1)
        assert (mistaken.payments, mistaken.withdrawn) == (2, 2)


def external_payments(history: History, campaign_id: UUID) -> dict[UUID, list[ExternalPayment]]:
    """The payments on other platforms that count, by contribution."""
    campaign = history.state(campaign_id)
    return {key: list(one.external_payments.values()) for key, one in campaign.contributions.items()}


def test_columns_of_their_own_hold_what_was_collected_elsewhere(ledger: ProjectedLedger, year: History) -> None:
    ledger.catch_up()
    *elsewhere, last = campaigns_of(year)
    assert not any(external_payments(year, last).values())
    for campaign_id in elsewhere:
        payments = external_payments(year, campaign_id)
        collected = sum(payment.cents for one in payments.values() for payment in one)
        given_back = sum(sum(payment.refunded.values()) for one in payments.values() for payment in one)
        assert collected > given_back > 0
        sheet = class_balances.of_campaign(ledger.read, campaign_id)
        assert sum(row.collected_elsewhere for row in sheet) == collected
        assert sum(row.refunded_elsewhere for row in sheet) == given_back
        assert all(row.collected_elsewhere <= row.received for row in sheet)
        for row in contributions.of_campaign(ledger.read, campaign_id):
            assert row.collected_elsewhere == sum(payment.cents for payment in payments[row.contribution_id])


@pytest.mark.parametrize("batch_size", [1, 2, 1_000])
def test_what_is_withdrawn_was_never_paid_and_the_day_is_that_of_what_remains(database: str, batch_size: int) -> None:
    history = History()
    campaign_id = history.campaign(history.coop())
    collect_elsewhere(history, history.state(campaign_id).coop_id or UUID(int=0), campaign_id)
    with projected(database, history.facts) as ledger:
        ledger.catch_up(batch_size=batch_size)
        for row in contributions.of_campaign(ledger.read, campaign_id):
            payments = external_payments(history, campaign_id)[row.contribution_id]
            first: datetime | None = min((payment.paid_at for payment in payments), default=None)
            assert (row.paid_at, row.abandoned) == (first, not payments)


def test_a_payment_there_is_dated_by_its_day_in_paris(database: str) -> None:
    history = History()
    coop_id = history.coop()
    campaign_id = history.campaign(coop_id)
    history.now = history.now.replace(day=30, hour=22, minute=30)
    payment_id = import_one(history, campaign_id, history.id(), 1)
    with projected(database, history.facts) as ledger:
        ledger.catch_up()
        (row,) = queries.payments(ledger.read, campaign_id)
        assert (row.external_payment_id, row.paid_on.isoformat()) == (payment_id, "2024-10-01")
        assert row.paid_on == paris_date(history.facts[-1].event.happened_at)


def test_a_payment_of_no_coop_is_corrupt() -> None:
    event = EXAMPLES[ExternalPaymentRecorded]
    fact = BookedEvent(1, UUID(int=1), None, event.at, event, (), None, None)
    with pytest.raises(LedgerCorrupt):
        ExternalMovements().fold([fact])
