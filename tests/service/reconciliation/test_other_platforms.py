"""What other platforms collect is on no account of the provider: its books are read as if it were not there."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from domain.calendar import paris_date
from domain.campaign.imports import ImportContribution, ImportedChild
from domain.chart_of_accounts import Account
from domain.external.payments import EnterExternalPaymentRefund
from domain.external.payouts import EnterExternalPayout
from tests.kit.service_world import PRICE, ServiceWorld
from tests.service.reconciliation.checked_reconciler import LATER, CheckedReconciler


def test_an_import_a_refund_there_and_a_payout_of_another_platform_are_no_breaks(
    world: ServiceWorld, reconciler: CheckedReconciler
) -> None:
    world.certify()
    world.pay("CP A", card="instant")
    reconciler.clean(seconds=LATER)
    before = {account: world.balance(account) for account in (Account.ONLINE, Account.PSP_COOP, Account.PSP_PLATFORM)}
    available = world.context.funds(world.coop_id).available
    payment_id = uuid4()
    child = ImportedChild(participant_id=uuid4(), class_label="CP A", cents=PRICE)
    of: dict[str, Any] = {"contribution_id": uuid4(), "payer_id": uuid4(), "commitment": "0" * 64, "children": (child,)}
    paid: dict[str, Any] = {
        "platform": "helloasso",
        "reference": "7001-OP",
        "paid_at": world.now(),
        "means": "external",
    }
    world.do(ImportContribution, **of, **paid, external_payment_id=payment_id, import_id=uuid4())
    back: dict[str, Any] = {"external_payment_id": payment_id, "refund_id": uuid4(), "refunded_at": world.now()}
    world.do(EnterExternalPaymentRefund, **back, cents=100)
    out: dict[str, Any] = {
        "platform": "helloasso",
        "reference": "V-1",
        "fee_cents": 10,
        "booked_on": paris_date(world.now()),
    }
    world.do(EnterExternalPayout, stream_id=world.coop_id, external_payout_id=uuid4(), cents=PRICE - 100, **out)
    assert world.balance(Account.COLLECTED_ELSEWHERE) == 0
    assert world.context.funds(world.coop_id).available == available
    reconciler.clean(days=1)
    assert reconciler.crawler.book.all() == []
    assert before == {account: world.balance(account) for account in before}
