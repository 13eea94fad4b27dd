"""Refunds, which give a charge back, and disputes, in which a bank takes it back."""

from __future__ import annotations

from typing import Final

import stripe

from adapters.payments.disputes import DisputeMovement, DisputeState, ProviderDispute
from adapters.payments.errors import NothingToRefund, NotKnownYet, ProviderMisuse
from adapters.payments.values import LEDGER, ProviderRefund, RefundState
from adapters.stripe_provider.wire.connection import PAGE, StripeConnection
from adapters.stripe_provider.wire.reading import euros, instant, known, named, tags, uuid_tag

_REFUND: Final = "refund_id"
_EXPAND: Final = ["balance_transaction"]
_NOTHING_LEFT: Final = frozenset({"charge_disputed", "charge_already_refunded"})

_DISPUTES: Final = {
    "warning_needs_response": DisputeState.INQUIRY,
    "warning_under_review": DisputeState.INQUIRY,
    "warning_closed": DisputeState.INQUIRY,
    "prevented": DisputeState.INQUIRY,
    "needs_response": DisputeState.OPEN,
    "under_review": DisputeState.OPEN,
    "appeal_needs_response": DisputeState.OPEN,
    "appeal_under_review": DisputeState.OPEN,
    "won": DisputeState.WON,
    "lost": DisputeState.LOST,
}


class StripeRefunds(StripeConnection):
    """Makes refunds, and looks at them and at disputes."""

    def refund(self, charge: str, cents: int, refund_id: str, *, key: str) -> ProviderRefund:
        """Give cents of a charge back to its card; the coop's part comes back by a reversal of its own.

        Raises:
            NothingToRefund: the charge was disputed or refunded meanwhile.

        """
        metadata = {_REFUND: refund_id} | self._ledger_of(charge)
        try:
            made = self._make(
                lambda: self._stripe.v1.refunds.create(
                    {"charge": charge, "amount": cents, "metadata": metadata, "expand": _EXPAND},
                    {"idempotency_key": key},
                )
            )
        except ProviderMisuse as misuse:
            if misuse.reason not in _NOTHING_LEFT and misuse.parameter != "amount":
                raise
            raise NothingToRefund(
                kind=misuse.kind, reason=misuse.reason, request=misuse.request, parameter=misuse.parameter
            ) from misuse
        try:
            return _refund(made)
        except NotKnownYet:
            # Repeated with its key, an answer is the one of the first time: what was not said then may be said now.
            return self.provider_refund(made.id)

    def _ledger_of(self, charge: str) -> dict[str, str]:
        """Return what names the ledger of a charge, as its intent does; nothing if it was made by hand."""
        found = self._look(lambda: self._stripe.v1.charges.retrieve(charge, {"expand": ["payment_intent"]}))
        intent = found.payment_intent
        named = tags(intent.metadata) if isinstance(intent, stripe.PaymentIntent) else {}
        return {LEDGER: named[LEDGER]} if LEDGER in named else {}

    def provider_refund(self, refund: str) -> ProviderRefund:
        """Look at a refund."""
        return _refund(self._look(lambda: self._stripe.v1.refunds.retrieve(refund, {"expand": _EXPAND})))

    def refunds_of(self, charge: str) -> list[ProviderRefund]:
        """Look for the refunds of a charge, oldest first."""
        seen_whole = [f"data.{path}" for path in _EXPAND]
        listed = self._each(
            lambda: self._stripe.v1.refunds.list({"charge": charge, "limit": PAGE, "expand": seen_whole})
        )
        return [_refund(one) for one in listed][::-1]

    def dispute(self, dispute: str) -> ProviderDispute:
        """Look at a dispute, with what it moved."""
        return _dispute(self._look(lambda: self._stripe.v1.disputes.retrieve(dispute)))


def _refund(refund: stripe.Refund) -> ProviderRefund:
    moved, state = refund.balance_transaction, known(RefundState, refund.status)
    if state is RefundState.SUCCEEDED:
        named(moved, about=refund.id, missing="balance_transaction")
    return ProviderRefund(
        refund=refund.id,
        charge=named(refund.charge, about=refund.id, missing="charge"),
        cents=euros(refund.amount, refund.currency),
        state=state,
        left_at=instant(moved.created) if isinstance(moved, stripe.BalanceTransaction) else None,
        refund_id=uuid_tag(tags(refund.metadata), _REFUND),
        failure=getattr(refund, "failure_reason", None) or "",
    )


def _dispute(dispute: stripe.Dispute) -> ProviderDispute:
    state = _DISPUTES.get(dispute.status)
    if state is None:
        raise ProviderMisuse(kind="Dispute", reason=dispute.status)
    # Without its funds a dispute is a question; what was taken is still told after it came back.
    moves = sorted(dispute.balance_transactions, key=lambda one: one.created)
    return ProviderDispute(
        dispute=dispute.id,
        charge=named(dispute.charge, about=dispute.id, missing="charge"),
        cents=euros(dispute.amount, dispute.currency),
        state=state,
        opened_at=instant(dispute.created),
        movements=tuple(
            DisputeMovement(
                movement=one.id,
                cents=euros(one.amount, one.currency),
                fee_cents=euros(one.fee, one.currency),
                moved_at=instant(one.created),
            )
            for one in moves
        ),
    )
