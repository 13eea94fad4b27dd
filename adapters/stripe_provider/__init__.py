"""Stripe behind the payment port: the only package of the service that imports its SDK."""

from adapters.stripe_provider.accounts import Accounts
from adapters.stripe_provider.checkouts import Checkouts
from adapters.stripe_provider.payments import Payments
from adapters.stripe_provider.payouts import Payouts
from adapters.stripe_provider.refunds import Refunds
from adapters.stripe_provider.settings import StripeSettings
from adapters.stripe_provider.transfers import Transfers
from adapters.stripe_provider.webhooks import Notifications
from adapters.stripe_provider.wire.connection import API_VERSION

__all__ = ["API_VERSION", "StripeProvider", "StripeSettings"]


class StripeProvider(Accounts, Checkouts, Payments, Transfers, Refunds, Payouts, Notifications):
    """The payment provider of the port, at Stripe; one for the whole process, used from any thread."""
