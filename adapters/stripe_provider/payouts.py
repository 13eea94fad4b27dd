"""Payouts from the coops' accounts to their banks, and the books of an account: its balance and its movements."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import stripe

from adapters.payments.errors import ProviderMisuse
from adapters.payments.values import (
    LEDGER,
    BalanceTransaction,
    PayoutOrder,
    PayoutState,
    ProviderBalance,
    ProviderPayout,
)
from adapters.stripe_provider.wire.connection import PAGE, StripeConnection
from adapters.stripe_provider.wire.reading import EURO, euros, id_of, instant, known, tags, uuid_tag

_PAYOUT: Final = "payout_id"


def second(moment: datetime) -> int:
    """Return the first whole second that is not before an instant, as the API compares dates of whole seconds."""
    return math.ceil(moment.timestamp())


class StripePayouts(StripeConnection):
    """Pays out, and reads the books of the platform's account (None) and the coops'."""

    def create_payout(self, order: PayoutOrder, *, key: str) -> ProviderPayout:
        """Pay out from a coop's account to its bank.

        Raises:
            FundsNotAvailable: not enough available money yet.
            ProviderMisuse: the label does not fit on a statement; cut, it would match no payout of ours.

        """
        if len(order.label) > self.limits.payout_label:
            raise ProviderMisuse(kind="label too long", parameter="statement_descriptor")
        made = self._make(
            lambda: self._stripe.v1.payouts.create(
                {
                    "amount": order.cents,
                    "currency": "eur",
                    "destination": order.bank_account,
                    "statement_descriptor": order.label,
                    "metadata": {
                        _PAYOUT: str(order.payout_id),
                        LEDGER: order.ledger,
                        "coop_id": str(order.coop_id),
                    },
                },
                {"stripe_account": order.account, "idempotency_key": key},
            )
        )
        return _payout(made, order.account)

    def payout(self, payout: str, account: str | None) -> ProviderPayout:
        """Look at a payout."""
        found = self._look(lambda: self._stripe.v1.payouts.retrieve(payout, options={"stripe_account": account}))
        return _payout(found, account)

    def payouts(self, account: str | None, since: datetime) -> Iterator[ProviderPayout]:
        """All payouts of an account in euros made since an instant, newest first."""
        listed = self._each(
            lambda: self._stripe.v1.payouts.list(
                {"created": {"gte": second(since)}, "limit": PAGE}, {"stripe_account": account}
            )
        )
        return (_payout(one, account) for one in listed if one.currency == EURO)

    def balance(self, account: str | None) -> ProviderBalance:
        """What an account (None: the platform's) holds in euros."""
        held = self._look(lambda: self._stripe.v1.balance.retrieve(options={"stripe_account": account}))
        return ProviderBalance(
            available=sum(part.amount for part in held.available if part.currency == EURO),
            pending=sum(part.amount for part in held.pending if part.currency == EURO),
        )

    def balance_transactions(
        self, account: str | None, since: datetime, until: datetime
    ) -> Iterator[BalanceTransaction]:
        """All balance transactions of an account in euros made in ``[since, until)``, newest first."""
        # A coop's account sees a transfer as a payment of its own: only that object tells which transfer it was.
        seen_whole = {} if account is None else {"expand": ["data.source"]}
        params: Any = {"created": {"gte": second(since), "lt": second(until)}, "limit": PAGE} | seen_whole
        listed = self._each(lambda: self._stripe.v1.balance_transactions.list(params, {"stripe_account": account}))
        return (_transaction(one, account) for one in listed if one.currency == EURO)


def _payout(payout: stripe.Payout, account: str | None) -> ProviderPayout:
    traced = payout.trace_id
    return ProviderPayout(
        payout=payout.id,
        account=account,
        cents=euros(payout.amount, payout.currency),
        state=known(PayoutState, payout.status),
        created_at=instant(payout.created),
        arrives_on=instant(payout.arrival_date),
        payout_id=uuid_tag(tags(payout.metadata), _PAYOUT),
        failure=payout.failure_code or "",
        trace=(traced.value or "") if traced else "",
    )


def _transaction(transaction: stripe.BalanceTransaction, account: str | None) -> BalanceTransaction:
    return BalanceTransaction(
        movement=transaction.id,
        account=account,
        kind=transaction.type,
        cents=euros(transaction.amount, transaction.currency),
        fee=transaction.fee,
        net=transaction.net,
        source=_behind(transaction.source),
        created_at=instant(transaction.created),
        available_on=instant(transaction.available_on),
    )


def _behind(source: object) -> str | None:
    """The object behind a transaction, if any; of what a coop's account received or gave, the transfer or reversal."""
    moved = getattr(source, "source_transfer", None) or getattr(source, "source_transfer_reversal", None)
    return id_of(moved or source)
