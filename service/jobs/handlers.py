"""Which use case carries out which kind of task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from adapters.work import Task
from service.payments import accounts, adjustments, alignment, baskets, instalments, payments_in, payouts, refunds
from service.payments.office import Office

HANDLERS: Final[dict[str, Callable[[Office, Task], None]]] = {
    "align": alignment.align_task,
    "align-all": alignment.align_all_task,
    "fee": payments_in.fee_task,
    "refund": refunds.refund_task,
    "return": refunds.return_task,
    "grant": adjustments.grant_task,
    "payout": payouts.payout_task,
    "bank-account": accounts.bank_account_task,
    "charge": instalments.charge_task,
    "give-up": instalments.give_up_task,
    "expire": baskets.expire_task,
}
"""Every kind of task that service.jobs.plan plans."""
