"""The letters: one pure function for each, from facts to a text and an HTML that say the same (S-97, S-99)."""

from service.letters.accounts import account_confirm, account_known, account_password
from service.letters.certification import (
    certification_gained,
    certification_refused,
    certification_revoked,
    certification_to_complete,
)
from service.letters.contributions import (
    ClassAmount,
    Confirmation,
    Notification,
    Receipt,
    confirmation,
    notification,
    receipt,
)
from service.letters.facts import ChildLine, Due, Envelope, Instalment
from service.letters.instalments import (
    PlanCancelled,
    Recovery,
    Refusal,
    instalment_collected,
    instalment_failed,
    instalment_given_up,
    instalment_reminder,
    plan_cancelled,
)
from service.letters.payouts import Payout, Trouble, payout_failed, payout_paid, payout_requested, payout_returned
from service.letters.refunds import Refund, refund_failed, refund_made

__all__ = [
    "ChildLine",
    "ClassAmount",
    "Confirmation",
    "Due",
    "Envelope",
    "Instalment",
    "Notification",
    "Payout",
    "PlanCancelled",
    "Receipt",
    "Recovery",
    "Refund",
    "Refusal",
    "Trouble",
    "account_confirm",
    "account_known",
    "account_password",
    "certification_gained",
    "certification_refused",
    "certification_revoked",
    "certification_to_complete",
    "confirmation",
    "instalment_collected",
    "instalment_failed",
    "instalment_given_up",
    "instalment_reminder",
    "notification",
    "payout_failed",
    "payout_paid",
    "payout_requested",
    "payout_returned",
    "plan_cancelled",
    "receipt",
    "refund_failed",
    "refund_made",
]
