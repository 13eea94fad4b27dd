"""Which use case carries out which kind of task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from adapters.jobs import Task
from service.payments import accounts, adjustments, captures, checkout, instalments, payouts, transfers
from service.payments.context import PaymentContext
from service.payments.given_back import on_hold, refunds
from service.worker import card_testing, paper_tasks

LOCAL: Final[dict[str, Callable[[PaymentContext, Task], None]]] = {
    "papers": paper_tasks.papers_task,
    "late-papers": paper_tasks.late_papers_task,
    "card-refused": card_testing.refusal_task,
}
"""Those that ask nobody outside: neither a provider nor a mail server keeps them waiting."""
HANDLERS: Final[dict[str, Callable[[PaymentContext, Task], None]]] = {
    "align": transfers.transfer_task,
    "align-all": transfers.transfer_all_task,
    "fee": captures.fee_task,
    "refund": refunds.refund_task,
    "return": on_hold.return_task,
    "grant": adjustments.grant_task,
    "take-back": adjustments.take_back_task,
    "payout": payouts.payout_task,
    "bank-account": accounts.bank_account_task,
    "charge": instalments.charge_task,
    "give-up": instalments.give_up_task,
    "expire": checkout.expire_task,
    checkout.RETURNED: checkout.returned_task,
    instalments.ERASE_CUSTOMER: instalments.erase_customer_task,
} | LOCAL
"""Every kind of task that service.worker.task_plan plans, and those that a person asks for."""
