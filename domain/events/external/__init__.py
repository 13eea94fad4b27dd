"""Events of money that another platform collects for the coop, on account 4678 until it is paid out."""

from domain.events.external.payment import ExternalPaymentRecorded, ExternalPaymentRefunded, ExternalPaymentWithdrawn
from domain.events.external.payout import ExternalPayoutRecorded, ExternalPayoutWithdrawn

__all__ = [
    "ExternalPaymentRecorded",
    "ExternalPaymentRefunded",
    "ExternalPaymentWithdrawn",
    "ExternalPayoutRecorded",
    "ExternalPayoutWithdrawn",
]
