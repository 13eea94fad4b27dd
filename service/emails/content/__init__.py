"""The e-mails: one pure function for each, from facts to a text and an HTML that say the same (S-97, S-99)."""

from service.emails.content.accounts import account_confirm, account_known, account_password
from service.emails.content.bank_accounts import (
    BankAccountEmail,
    bank_account_confirmed,
    bank_account_registered,
    bank_account_withdrawn,
)
from service.emails.content.certification import (
    certification_gained,
    certification_revoked,
)
from service.emails.content.contributions import (
    ClassAmount,
    ConfirmationEmail,
    DisputeEmail,
    NotificationEmail,
    ReceiptEmail,
    RegistrationEmail,
    cards_tested,
    confirmation,
    dispute_to_explain,
    notification,
    receipt,
    registration,
)
from service.emails.content.instalments import (
    DeclineCause,
    InstalmentsStopped,
    Recovery,
    instalment_collected,
    instalment_failed,
    instalment_given_up,
    instalment_reminder,
    plan_cancelled,
)
from service.emails.content.members import (
    member_export_ready,
    member_invitation,
    member_passkeys_removed,
    member_sign_in,
)
from service.emails.content.messages import CoopMessage, family_message
from service.emails.content.payouts import (
    PayoutEmail,
    PayoutTrouble,
    payout_cancelled,
    payout_failed,
    payout_paid,
    payout_requested,
    payout_returned,
)
from service.emails.content.refunds import RefundEmail, WaitingEmail, money_waits, refund_failed, refund_made
from service.emails.content.reminders import ReminderEmail, collection_reminder
from service.emails.content.values import ChildAmount, DuePayment, EmailEnvelope, Instalment

__all__ = [
    "BankAccountEmail",
    "ChildAmount",
    "ClassAmount",
    "ConfirmationEmail",
    "CoopMessage",
    "DeclineCause",
    "DisputeEmail",
    "DuePayment",
    "EmailEnvelope",
    "Instalment",
    "InstalmentsStopped",
    "NotificationEmail",
    "PayoutEmail",
    "PayoutTrouble",
    "ReceiptEmail",
    "Recovery",
    "RefundEmail",
    "RegistrationEmail",
    "ReminderEmail",
    "WaitingEmail",
    "account_confirm",
    "account_known",
    "account_password",
    "bank_account_confirmed",
    "bank_account_registered",
    "bank_account_withdrawn",
    "cards_tested",
    "certification_gained",
    "certification_revoked",
    "collection_reminder",
    "confirmation",
    "dispute_to_explain",
    "family_message",
    "instalment_collected",
    "instalment_failed",
    "instalment_given_up",
    "instalment_reminder",
    "member_export_ready",
    "member_invitation",
    "member_passkeys_removed",
    "member_sign_in",
    "money_waits",
    "notification",
    "payout_cancelled",
    "payout_failed",
    "payout_paid",
    "payout_requested",
    "payout_returned",
    "plan_cancelled",
    "receipt",
    "refund_failed",
    "refund_made",
    "registration",
]
