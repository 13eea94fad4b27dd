"""The day of a payment is that of Paris: at the border of a month, and in the nights when the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime

from domain.calendar import PARIS
from domain.events.contribution import PaymentCaptured
from service.reports.builder import ReportBuilder
from service.runtime.projectors import Projectors
from tests.kit.service_world import PRICE, SLUG, ServiceWorld


def go_to(world: ServiceWorld, moment: datetime) -> None:
    """Let time pass until a moment."""
    world.settle(seconds=(moment - world.now()).total_seconds())


def pay_at(world: ServiceWorld, *when: int) -> None:
    """Have a family pay at a moment given in UTC."""
    go_to(world, datetime(*when, tzinfo=UTC))  # type: ignore[arg-type,misc]
    assert world.submit(world.page(world.place("CP A", tip=0))) == "Paid"
    world.settle(seconds=3)


def receipts(world: ServiceWorld, *months: date) -> list[object]:
    """What the statements of some months say came in, in cents, once the read models know all."""
    projectors = Projectors(world.runtime)
    try:
        opened = world.runtime.ledger(SLUG)
        assert projectors.wait_for(SLUG, opened.ledger.store.head()[0], 30)
        reports = [ReportBuilder(opened, world.now()).statement(world.coop_id, month) for month in months]
    finally:
        projectors.close()
    return [figure.value for report in reports for figure in report.figures if figure.label == "Encaissements"]


def test_a_payment_at_half_past_eleven_utc_on_31_october_is_in_the_statement_of_november(world: ServiceWorld) -> None:
    pay_at(world, 2027, 10, 31, 22, 30)
    pay_at(world, 2027, 10, 31, 23, 30)
    assert receipts(world, date(2027, 10, 1), date(2027, 11, 1)) == [PRICE, PRICE]
    world.check_money()


def test_the_hour_that_comes_twice_and_the_hour_that_never_comes_are_of_their_day(world: ServiceWorld) -> None:
    pay_at(world, 2027, 3, 28, 0, 30)
    pay_at(world, 2027, 3, 28, 1, 30)
    pay_at(world, 2027, 10, 31, 0, 30)
    pay_at(world, 2027, 10, 31, 1, 30)
    local = [one.paid_at.astimezone(PARIS) for one in world.events() if isinstance(one, PaymentCaptured)]
    assert [(at.day, at.hour, at.minute, at.fold) for at in local] == [
        (28, 1, 30, 0),
        (28, 3, 30, 0),
        (31, 2, 30, 0),
        (31, 2, 30, 1),
    ]
    assert receipts(world, date(2027, 3, 1), date(2027, 10, 1)) == [2 * PRICE, 2 * PRICE]
    world.check_money()
