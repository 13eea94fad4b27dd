"""The call that gives money of a payment back to its card: made once, and looked at again before it is believed."""

from __future__ import annotations

from uuid import UUID

from adapters.jobs import RefundCall, Task
from adapters.payments.values import ProviderRefund
from service.payments.context import PaymentContext
from service.payments.idempotent_calls import make_once


def give_back(context: PaymentContext, task: Task, call: RefundCall, refund_id: UUID) -> ProviderRefund:
    """Give money of the task's payment back, once; ``refund_id`` is ours, and is what the refund is found by.

    Raises:
        NothingToRefund: the payment does not hold so much any more.

    """
    charge = task.text("payment_id")

    def make(call: RefundCall) -> ProviderRefund:
        return context.provider.refund(charge, call.cents, str(refund_id), key=call.key)

    def find(_: RefundCall) -> ProviderRefund | None:
        return next((one for one in context.provider.refunds_of(charge) if one.refund_id == refund_id), None)

    made = make_once(context, task, call, make, find)
    # Repeated with its key, an answer is the one of the first time: what was not known then may be known now.
    return made if made.left_at is not None else context.provider.provider_refund(made.refund)
