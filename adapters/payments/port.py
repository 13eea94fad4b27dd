"""The port: all that the program asks of a payment provider. One adapter implements it (ADR 11).

Every call that makes something takes ``key``: kept before the call, the same key never does it twice.
All calls may raise ProviderUnavailable; those that make something also PaymentOutcomeUnknown and ProviderMisuse.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from adapters.payments import disputes, values
from adapters.payments.limits import ProviderLimits
from adapters.payments.subjects import Subject, Told
from domain.provider_ids import ProviderIds


class Endpoint(StrEnum):
    """The three addresses the provider notifies; each has its own secrets."""

    PLATFORM = "platform"
    CONNECT = "connect"
    ACCOUNTS = "accounts"


class PaymentProvider(Protocol):
    """A payment provider with one account per coop, and money that moves between them as we say."""

    @property
    def ids(self) -> ProviderIds:
        """Tells its objects by their ids, without asking it."""

    @property
    def live(self) -> bool:
        """Whether real money moves there, or money for trials."""

    @property
    def limits(self) -> ProviderLimits:
        """What it takes at once: known before it is asked, so that nothing is offered that it would refuse."""

    # Accounts and their certification

    def create_account(self, account: values.NewAccount, *, key: str, again: bool = False) -> values.AccountStatus:
        """Open a coop's account, with payouts only when we ask for them.

        Who asked before and does not know what came of it says ``again``: an account that the coop has is found.
        """

    def account(self, account: str) -> values.AccountStatus:
        """Look at an account."""

    def onboarding_link(self, account: str, *, return_url: str, refresh_url: str) -> str:
        """Return a short-lived address where the mandate holder gives what certification needs."""

    def add_bank_account(self, account: str, iban: str, holder: str, *, key: str) -> str:
        """Give an account its IBAN as the one to pay out to; return the provider's id of it."""

    # Payments

    @property
    def pages_origin(self) -> str:
        """Where payment pages are (scheme, host, port): what a content policy must let a form lead to."""

    def start_checkout(self, request: values.CheckoutRequest, *, key: str) -> values.Checkout:
        """Open a payment page."""

    def checkout(self, session: str) -> values.Checkout:
        """Look at a payment page."""

    def expire_checkout(self, session: str) -> values.Checkout:
        """Close a payment page, so that it takes no payment any more; one already closed is returned as it is."""

    def charge_saved_card(self, charge: values.SavedCardCharge, *, key: str) -> values.ProviderPayment:
        """Take an instalment from a kept card.

        Raises:
            Declined: the card was refused; ActionRequired: the bank wants its holder.

        """

    def payment(self, intent: str) -> values.ProviderPayment:
        """Look at a payment, by its intent or its charge."""

    def find_payments(self, reference: values.Reference) -> list[values.ProviderPayment]:
        """Look for the payments of one contribution, newest first."""

    def erase_customer(self, customer: str) -> None:
        """Have the provider forget who keeps a card, and the card; one already forgotten stays so.

        No instalment can be taken from that card any more. What the law has the provider keep of payments is its own.
        """

    # Money between the platform and the coops

    def transfer(self, request: values.TransferRequest, *, key: str) -> values.ProviderTransfer:
        """Move the coop's part of a payment to its account, even before the funds are available.

        Raises:
            FundsNotAvailable: it is beyond what the payment brought, and the platform's account does not hold it.

        """

    def moved(self, transfer: str) -> values.ProviderTransfer:
        """Look at a transfer."""

    def transfers(self, reference: values.Reference) -> list[values.ProviderTransfer]:
        """Look for the transfers of one contribution, oldest first."""

    def grant(self, grant: values.Grant, *, key: str) -> values.ProviderTransfer:
        """Move money of the platform's own to a coop's account.

        Raises:
            FundsNotAvailable: the platform's account does not hold it.

        """

    def granted(self, adjustment_id: UUID) -> values.ProviderTransfer | None:
        """Look for what moved for an adjustment."""

    def reverse_transfer(self, transfer: str, cents: int, *, reason_id: str, key: str) -> values.ProviderReversal:
        """Take money back from a coop's account.

        Raises:
            FundsNotAvailable: the coop's account does not hold it any more.

        """

    def reversals(self, transfer: str) -> list[values.ProviderReversal]:
        """Look for what came back of a transfer, oldest first."""

    # Refunds and disputes

    def refund(self, charge: str, cents: int, refund_id: str, *, key: str) -> values.ProviderRefund:
        """Give cents of a charge back to its card.

        Raises:
            NothingToRefund: the charge was disputed or refunded meanwhile.

        """

    def provider_refund(self, refund: str) -> values.ProviderRefund:
        """Look at a refund."""

    def refunds_of(self, charge: str) -> list[values.ProviderRefund]:
        """Look for the refunds of a charge, oldest first."""

    def dispute(self, dispute: str) -> disputes.ProviderDispute:
        """Look at a dispute, with what it moved."""

    # Payouts

    def create_payout(self, order: values.PayoutOrder, *, key: str) -> values.ProviderPayout:
        """Pay out from a coop's account to its bank.

        Raises:
            FundsNotAvailable: not enough available money yet.

        """

    def payout(self, payout: str, account: str | None) -> values.ProviderPayout:
        """Look at a payout."""

    def payouts(self, account: str | None, since: datetime) -> Iterator[values.ProviderPayout]:
        """All payouts of an account made since an instant, newest first."""

    # Reconciliation

    def balance(self, account: str | None) -> values.ProviderBalance:
        """What an account (None: the platform's) holds."""

    def balance_transactions(
        self, account: str | None, since: datetime, until: datetime
    ) -> Iterator[values.BalanceTransaction]:
        """All balance transactions of an account made in ``[since, until)``, newest first."""

    # Webhook events

    def parse_webhook(
        self, endpoint: Endpoint, body: bytes, headers: Mapping[str, str], now: datetime
    ) -> values.WebhookEvent:
        """Check a webhook event's signature and age, and say what it is about and of which mode.

        Raises:
            WebhookRefused: it is not the provider's, too old or to come.

        """

    def webhook_events(self, account: str | None, since: datetime) -> Iterator[values.WebhookEvent]:
        """All webhook events of an account made since an instant, newest first: what a lost one is healed by."""

    def supports(self, webhook_event: values.WebhookEvent) -> bool:
        """Tell whether a webhook event's body has the version we read; others are put aside for an operator."""

    def subject_of(self, webhook_event: Told) -> Subject | None:
        """Return what a webhook event, new or kept, has us look at again; None for one that says nothing to us."""
