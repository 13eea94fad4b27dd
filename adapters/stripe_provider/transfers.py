"""Transfers: the coop's part of a charge goes to its account, and comes back by explicit amounts."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from adapters.payments.errors import NotKnownYet
from adapters.payments.values import LEDGER, Grant, ProviderReversal, ProviderTransfer, Reference, TransferRequest
from adapters.stripe_provider.checkouts import group
from adapters.stripe_provider.wire.connection import StripeConnection
from adapters.stripe_provider.wire.reading import Link, Named, Page, euros, id_of, instant, named, path_of, tags

_TRANSFERS: Final = "/v1/transfers"
_REVERSALS: Final = "reversals"
_REASON: Final = "reason_id"
_CHARGE: Final = "charge_id"
"""Where the charge stands of a transfer that is not of its money."""


class _Transfer(Named):
    amount: int
    currency: str
    created: int
    destination: Link = None
    source_transaction: Link = None
    metadata: dict[str, str] | None = None


class _Reversal(Named):
    amount: int
    currency: str
    created: int
    transfer: Link = None
    metadata: dict[str, str] | None = None


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
        params: dict[str, Any] = {
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
        return self._said_in_full(self._make_one(_Transfer, _TRANSFERS, params, key))

    def moved(self, transfer: str) -> ProviderTransfer:
        """Look at a transfer."""
        return _transfer(self._look_at(_Transfer, path_of(_TRANSFERS, transfer)))

    def transfers(self, reference: Reference) -> list[ProviderTransfer]:
        """Look for the transfers of one contribution, oldest first."""
        listed = self._all_of(Page[_Transfer], _TRANSFERS, transfer_group=group(reference))
        return [_transfer(one) for one in listed][::-1]

    def grant(self, grant: Grant, *, key: str) -> ProviderTransfer:
        """Move money of the platform's own to a coop's account; no charge is behind it, so it must be available.

        Raises:
            FundsNotAvailable: the platform's account does not hold it.

        """
        wanted = {
            "amount": grant.cents,
            "currency": "eur",
            "destination": grant.account,
            "transfer_group": _grants(grant.adjustment_id),
            "metadata": {
                LEDGER: grant.ledger,
                "coop_id": str(grant.coop_id),
                "adjustment_id": str(grant.adjustment_id),
            },
        }
        return self._said_in_full(self._make_one(_Transfer, _TRANSFERS, wanted, key))

    def _said_in_full(self, made: _Transfer) -> ProviderTransfer:
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
        listed = self._all_of(Page[_Transfer], _TRANSFERS, transfer_group=_grants(adjustment_id))
        return next((_transfer(one) for one in listed), None)

    def reverse_transfer(self, transfer: str, cents: int, *, reason_id: str, key: str) -> ProviderReversal:
        """Take money back from a coop's account.

        Raises:
            FundsNotAvailable: the coop's account does not hold it any more.

        """
        wanted = {"amount": cents, "metadata": {_REASON: reason_id}}
        return _reversal(self._make_one(_Reversal, path_of(_TRANSFERS, transfer, _REVERSALS), wanted, key))

    def reversals(self, transfer: str) -> list[ProviderReversal]:
        """Look for what came back of a transfer, oldest first."""
        listed = self._all_of(Page[_Reversal], path_of(_TRANSFERS, transfer, _REVERSALS))
        return [_reversal(one) for one in listed][::-1]


def _grants(adjustment_id: UUID) -> str:
    """The group of the only transfer of an adjustment."""
    return f"adjustment:{adjustment_id}"


def _transfer(transfer: _Transfer) -> ProviderTransfer:
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


def _reversal(reversal: _Reversal) -> ProviderReversal:
    return ProviderReversal(
        reversal=reversal.id,
        transfer=named(reversal.transfer, about=reversal.id, missing="transfer"),
        cents=euros(reversal.amount, reversal.currency),
        moved_at=instant(reversal.created),
        reason_id=tags(reversal.metadata).get(_REASON) or None,
    )
