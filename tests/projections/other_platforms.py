"""What other platforms collect for a coop: imports, refunds there, withdrawals, payouts and one that was a mistake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from domain.calendar import paris_date
from domain.campaign.basket import CorrectContribution
from domain.campaign.imports import ImportContribution, ImportedChild
from domain.campaign.refunds import LineAmount
from domain.external.payments import (
    EnterExternalPayment,
    EnterExternalPaymentRefund,
    WithdrawExternalPayment,
    WithdrawImport,
)
from domain.external.payouts import EnterExternalPayout, WithdrawExternalPayout
from tests.projections.history import PRICE, History

_DIGEST: Final = "5f" * 32


def collect_elsewhere(history: History, coop_id: UUID, campaign_id: UUID) -> Mapping[str, int]:
    """Have all of it happen to one coop; return what each platform then holds."""
    import_id = history.id()
    first, second, third = (import_one(history, campaign_id, import_id, number) for number in (1, 2, 3))
    refund = {"external_payment_id": first, "refund_id": history.id(), "refunded_at": history.now}
    history.do(EnterExternalPaymentRefund, campaign_id, **refund, cents=500, by_line=(LineAmount(line=1, cents=500),))
    contribution_id = history.state(campaign_id).external_payments[second]
    moved = {"contribution_id": contribution_id, "line": 1, "class_label": "CM2", "tariff_id": "t1"}
    history.do(CorrectContribution, campaign_id, **moved, reason="mistake")
    given_back = {"external_payment_id": second, "refund_id": history.id(), "refunded_at": history.now}
    history.do(EnterExternalPaymentRefund, campaign_id, **given_back, cents=2 * PRICE)
    wrong = history.id()
    for number, payout_id in ((1, wrong), (2, history.id())):
        fee = {"reference": f"V-{coop_id.int % 10**9}-{number}", "fee_cents": 30, "platform": "helloasso"}
        of = {"external_payout_id": payout_id, "booked_on": paris_date(history.now)}
        history.do(EnterExternalPayout, coop_id, **of, **fee, cents=PRICE)
        if payout_id == wrong:
            history.do(WithdrawExternalPayout, coop_id, external_payout_id=wrong, reason="wrong_amount")
    history.do(WithdrawExternalPayment, campaign_id, external_payment_id=third, reason="duplicate")
    _by_hand(history, campaign_id)
    mistaken = history.id()
    for number in (4, 5):
        import_one(history, campaign_id, mistaken, number)
    history.do(WithdrawImport, campaign_id, import_id=mistaken, reason="wrong_file")
    return {"helloasso": PRICE - 500, "lydia": PRICE - 300}


def import_one(history: History, campaign_id: UUID, import_id: UUID, number: int) -> UUID:
    """Import a payment of two children; return its id."""
    payment_id = history.id()
    children = tuple(
        ImportedChild(participant_id=history.id(), class_label=label, cents=PRICE) for label in ("CP", "CE1")
    )
    of: dict[str, Any] = {"contribution_id": history.id(), "payer_id": history.id(), "commitment": _DIGEST}
    paid = {"platform": "helloasso", "reference": f"{campaign_id.int % 10**9}-{number}", "paid_at": history.now}
    by = {"means": "external", "import_id": import_id, "external_payment_id": payment_id}
    history.do(ImportContribution, campaign_id, **of, **paid, **by, children=children)
    return payment_id


def _by_hand(history: History, campaign_id: UUID) -> None:
    """A family pays in two parts on a platform from which nothing is imported; the first was entered wrong."""
    contribution_id = history.place(campaign_id, "CE2", means="external")
    wrong, right, rest = history.id(), history.id(), history.id()
    for payment_id, cents in ((wrong, 700), (rest, 300), (right, PRICE - 300)):
        of = {"external_payment_id": payment_id, "reference": f"L-{payment_id.int % 10**9}", "platform": "lydia"}
        history.wait(minutes=5)
        paid = {"contribution_id": contribution_id, "paid_at": history.now}
        history.do(EnterExternalPayment, campaign_id, **of, **paid, cents=cents)
        if payment_id == rest:
            history.do(WithdrawExternalPayment, campaign_id, external_payment_id=wrong, reason="wrong_amount")
    refund = {"external_payment_id": rest, "refund_id": history.id(), "refunded_at": history.now}
    history.do(EnterExternalPaymentRefund, campaign_id, **refund, cents=300)
