"""Transfers: the coop's part of a charge goes to its account, and comes back by explicit amounts."""

from __future__ import annotations

from uuid import UUID

import stripe
from stripe.params import TransferCreateParams

from adapters.payments.errors import NotKnownYet
from adapters.payments.values import LEDGER, Grant, ProviderReversal, ProviderTransfer, Reference, TransferRequest
from adapters.stripe_provider.checkouts import group
from adapters.stripe_provider.wire.connection import PAGE, StripeConnection
from adapters.stripe_provider.wire.reading import euros, id_of, instant, named, tags

_REASON = "reason_id"
_CHARGE = "charge_id"
"""Where the charge stands of a transfer that is not of its money."""


class StripeTransfers(StripeConnection):
    """Moves money between the platform and the coops' accounts."""

    def transfer(self, request: TransferRequest, *, key: str) -> ProviderTransfer:
        """Move the coop's part of a payment to its account, even before the funds are available.

        The source ties it to the charge; Stripe gives it the charge's group, which is the contribution's. What is
        beyond the charge has no source, so it must be available.

        Raises:
            FundsNotAvailable: it is beyond what the charge brought, and the platform's account does not hold it.

        """
        about = request.reference.metadata()
        params: TransferCreateParams = {
            "amount": request.cents,
            "currency": "eur",
            "destination": request.account,
            "metadata": about,
        }
        if request.beyond:
            params["transfer_group"] = group(request.reference)
            params["metadata"] = {**about, _CHARGE: request.charge}
        else:
            params["source_transaction"] = request.charge
        made = self._make(lambda: self._stripe.v1.transfers.create(params, {"idempotency_key": key}))
        return self._said_in_full(made)

    def moved(self, transfer: str) -> ProviderTransfer:
        """Look at a transfer."""
        return _transfer(self._look(lambda: self._stripe.v1.transfers.retrieve(transfer)))

    def transfers(self, reference: Reference) -> list[ProviderTransfer]:
        """Look for the transfers of one contribution, oldest first."""
        listed = self._each(lambda: self._stripe.v1.transfers.list({"transfer_group": group(reference), "limit": PAGE}))
        return [_transfer(one) for one in listed][::-1]

    def grant(self, grant: Grant, *, key: str) -> ProviderTransfer:
        """Move money of the platform's own to a coop's account; no charge is behind it, so it must be available.

        Raises:
            FundsNotAvailable: the platform's account does not hold it.

        """
        made = self._make(
            lambda: self._stripe.v1.transfers.create(
                {
                    "amount": grant.cents,
                    "currency": "eur",
                    "destination": grant.account,
                    "transfer_group": _grants(grant.adjustment_id),
                    "metadata": {
                        LEDGER: grant.ledger,
                        "coop_id": str(grant.coop_id),
                        "adjustment_id": str(grant.adjustment_id),
                    },
                },
                {"idempotency_key": key},
            )
        )
        return self._said_in_full(made)

    def _said_in_full(self, made: stripe.Transfer) -> ProviderTransfer:
        """Read a transfer that was just made; repeated with its key, an answer is the one of the first time.

        Raises:
            NotKnownYet: looked at again, it does not say all yet either.

        """
        try:
            return _transfer(made)
        except NotKnownYet:
            return self.moved(made.id)

    def granted(self, adjustment_id: UUID) -> ProviderTransfer | None:
        """Look for what moved for an adjustment."""
        wanted = _grants(adjustment_id)
        listed = self._each(lambda: self._stripe.v1.transfers.list({"transfer_group": wanted, "limit": PAGE}))
        return next((_transfer(one) for one in listed), None)

    def reverse_transfer(self, transfer: str, cents: int, *, reason_id: str, key: str) -> ProviderReversal:
        """Take money back from a coop's account.

        Raises:
            FundsNotAvailable: the coop's account does not hold it any more.

        """
        return _reversal(
            self._make(
                lambda: self._stripe.v1.transfers.reversals.create(
                    transfer, {"amount": cents, "metadata": {_REASON: reason_id}}, {"idempotency_key": key}
                )
            )
        )

    def reversals(self, transfer: str) -> list[ProviderReversal]:
        """Look for what came back of a transfer, oldest first."""
        listed = self._each(lambda: self._stripe.v1.transfers.reversals.list(transfer, {"limit": PAGE}))
        return [_reversal(one) for one in listed][::-1]


def _grants(adjustment_id: UUID) -> str:
    """The group of the only transfer of an adjustment."""
    return f"adjustment:{adjustment_id}"


def _transfer(transfer: stripe.Transfer) -> ProviderTransfer:
    """Read a transfer; that of a payment of a family has its charge in the end, one of the platform's own has none."""
    about = tags(transfer.metadata)
    reference, source = Reference.read(about), about.get(_CHARGE) or transfer.source_transaction
    return ProviderTransfer(
        transfer=transfer.id,
        account=named(transfer.destination, about=transfer.id, missing="destination"),
        cents=euros(transfer.amount, transfer.currency),
        moved_at=instant(transfer.created),
        charge=named(source, about=transfer.id, missing="source_transaction") if reference else id_of(source),
        reference=reference,
    )


def _reversal(reversal: stripe.TransferReversal) -> ProviderReversal:
    return ProviderReversal(
        reversal=reversal.id,
        transfer=named(reversal.transfer, about=reversal.id, missing="transfer"),
        cents=euros(reversal.amount, reversal.currency),
        moved_at=instant(reversal.created),
        reason_id=tags(reversal.metadata).get(_REASON) or None,
    )
