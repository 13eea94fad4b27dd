"""Stripe behind the payment port: the only package of the service that imports its SDK."""

from adapters.stripe_provider.accounts import StripeAccounts
from adapters.stripe_provider.checkouts import StripeCheckouts
from adapters.stripe_provider.identifiers import StripeIds
from adapters.stripe_provider.payments import StripePayments
from adapters.stripe_provider.payouts import StripePayouts
from adapters.stripe_provider.refunds import StripeRefunds
from adapters.stripe_provider.settings import StripeSettings
from adapters.stripe_provider.transfers import StripeTransfers
from adapters.stripe_provider.webhooks import StripeWebhooks
from adapters.stripe_provider.wire.connection import API_VERSION

__all__ = ["API_VERSION", "StripeIds", "StripeProvider", "StripeSettings"]


class StripeProvider(
    StripeAccounts, StripeCheckouts, StripePayments, StripeTransfers, StripeRefunds, StripePayouts, StripeWebhooks
):
    """The payment provider of the port, at Stripe; one for the whole process, used from any thread."""
