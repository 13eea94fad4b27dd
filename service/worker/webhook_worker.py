"""Looking into webhook events: each is a reason to fetch an object again and record what it has become."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from adapters.connections import DatabaseAwayError
from adapters.jobs import ProviderAccountStore, QueuedItem, ReceivedWebhook, WebhookInbox
from adapters.jobs.queue import pause
from adapters.payments.errors import (
    NotKnownYet,
    ObjectMissing,
    OtherCurrency,
    PaymentOutcomeUnknown,
    ProviderModeMismatch,
    ProviderUnavailable,
)
from adapters.payments.port import PaymentProvider
from adapters.payments.subjects import Shown, Subject, SubjectKind
from domain.errors import LedgerError, NotFound, OutcomeUnknown, TooBusy
from domain.reconciliation.breaks import TOLD_WITHIN
from service.logging import logger
from service.payments.accounts import apply_account
from service.payments.captures import apply_payment
from service.payments.checkout import apply_checkout
from service.payments.context import Clock
from service.payments.disputes import apply_dispute
from service.payments.given_back.refunds import apply_refund
from service.payments.payouts import apply_payout
from service.payments.transfers import apply_transfer
from service.worker.outbox_worker import PaymentContexts

log = logger(__name__)
_PATIENT: Final = (ProviderUnavailable, PaymentOutcomeUnknown, OutcomeUnknown, TooBusy)
_HOPELESS: Final = 8
_OFTEN: Final = 8
"""How many looks, over hours, show that what a webhook is about is not ours: its payment or transfer would be here."""


class WebhookWorker:
    """Looks into webhook events, for all ledgers."""

    def __init__(
        self,
        inbox: WebhookInbox,
        provider: PaymentProvider,
        accounts: ProviderAccountStore,
        contexts: PaymentContexts,
        clock: Clock,
    ) -> None:
        """Remember the parts."""
        self._inbox = inbox
        self._provider = provider
        self._accounts = accounts
        self._contexts = contexts
        self._now = clock

    def look_into(self, waiting: QueuedItem) -> bool:
        """Look into one webhook event if no other worker looks at its object; False when it was not its turn."""
        with self._inbox.lane(waiting.lane) as held:
            return held and self.look_in_lane(waiting)

    def look_in_lane(self, waiting: QueuedItem) -> bool:
        """Look into one webhook event whose lane is held; False when another has looked into it meanwhile."""
        received = self._inbox.read(str(waiting.key), self._now())
        if received is None:
            return False
        if received.answered:
            self._inbox.answered([received.event], self._now(), shown=received.shown)
        else:
            self._run(received)
        return True

    def _run(self, received: ReceivedWebhook) -> None:
        """Look, and keep how it ended; nothing that happens in it stops the worker."""
        looked_at = self._now()
        subject = self._provider.subject_of(received)
        kinds = (received.kind,) if subject is None else subject.answers
        # Read before the look: what comes while we look may tell of something newer.
        answered, shown = received.waiting_with(kinds), None
        try:
            if subject is not None:
                shown = self._apply(subject)
        except (NotFound, ObjectMissing, NotKnownYet) as unknown:
            self._unknown(received, unknown, looked_at)
        except OtherCurrency as foreign:
            # No ledger of euros can hold it, nor does any look change it: whoever runs the installation is told.
            log.error("money in another currency", notification=received.event, kind=received.kind, reason=str(foreign))  # noqa: TRY400 - says it all
            self._inbox.done(received.event, looked_at)
        except ProviderModeMismatch as mismatch:
            log.error("notification parked", notification=received.event, kind=received.kind, reason=str(mismatch))  # noqa: TRY400 - says it all
            self._inbox.park(received.event, str(mismatch), looked_at)
        except _PATIENT as error:
            self._inbox.later(received.event, looked_at + pause(received.attempts + 1), str(error))
        except DatabaseAwayError:
            raise  # how it ended cannot be kept either: it is done again when the database is back
        except Exception as error:  # noqa: BLE001 - whatever it is, the others go on and an operator sees this one
            self._trouble(received, error)
        else:
            self._inbox.answered(answered, self._now(), payment=received.payment, shown=shown)

    def _unknown(self, received: ReceivedWebhook, error: LedgerError, now: datetime) -> None:
        """An object we do not know yet is tried again later; after some days its webhook is closed as not ours.

        Days in which no worker ran say nothing: it has been looked into often by then.
        """
        if now - received.received_at > TOLD_WITHIN and received.attempts + 1 >= _OFTEN:
            about = {"notification": received.event, "kind": received.kind, "object": received.object_id}
            log.warning("notification about nothing of ours", **about, reason=str(error))
            self._inbox.done(received.event, now)
        else:
            self._inbox.later(received.event, now + pause(received.attempts + 1), str(error))

    def _trouble(self, received: ReceivedWebhook, error: Exception) -> None:
        """Try again what may mend itself, a few times; then park it."""
        told = str(error) if isinstance(error, LedgerError) else type(error).__name__
        about = {"notification": received.event, "kind": received.kind, "attempts": received.attempts + 1}
        if received.attempts + 1 >= _HOPELESS:
            log.error("notification parked", **about, reason=told, exc_info=error)
            self._inbox.park(received.event, told, self._now())
            return
        log.warning("notification failed", **about, reason=told, exc_info=not isinstance(error, LedgerError))
        self._inbox.later(received.event, self._now() + pause(received.attempts + 1), told)

    def _apply(self, subject: Subject) -> Shown | None:
        """Fetch what a webhook event is about, and record what it has become; return how much a payment showed."""
        match subject.kind:
            case SubjectKind.PAYMENT:
                return self._payment(subject.object_id)
            case SubjectKind.DISPUTE:
                self._dispute(subject.object_id)
            case SubjectKind.CHECKOUT:
                self._checkout(subject.object_id)
            case SubjectKind.REFUND:
                self._refunds([subject.object_id])
            case SubjectKind.REFUNDS_OF_PAYMENT:
                self._refunds([refund.refund for refund in self._provider.refunds_of(subject.object_id)])
            case SubjectKind.TRANSFER:
                self._transfer(subject.object_id)
            case SubjectKind.PAYOUT:
                self._payout(subject.object_id, subject.account)
            case SubjectKind.ACCOUNT:
                self._account(subject.object_id)
        return None

    def _payment(self, name: str) -> Shown | None:
        """A payment, by its intent or its charge; what was seen of it once is never taken back."""
        payment = self._provider.payment(name)
        if payment.reference is not None:
            with self._contexts(payment.reference.ledger).in_turn() as context:
                apply_payment(context, payment)
        if payment.charge is None:
            return None
        return Shown.PAID if payment.fee is None else Shown.CHARGED

    def _dispute(self, name: str) -> None:
        """A dispute, after the payment it is about."""
        dispute = self._provider.dispute(name)
        payment = self._provider.payment(dispute.charge)
        if payment.reference is not None:
            with self._contexts(payment.reference.ledger).in_turn() as context:
                apply_payment(context, payment)
                apply_dispute(context, dispute, payment.reference.campaign_id)

    def _checkout(self, name: str) -> None:
        """Fetch a payment page and record what was paid on it; one without a reference is not ours."""
        checkout = self._provider.checkout(name)
        if checkout.reference is not None:
            with self._contexts(checkout.reference.ledger).in_turn() as context:
                apply_checkout(context, checkout)

    def _refunds(self, names: list[str]) -> None:
        """Fetch refunds and record them, each after its payment."""
        for name in names:
            refund = self._provider.provider_refund(name)
            payment = self._provider.payment(refund.charge)
            if payment.reference is not None:
                with self._contexts(payment.reference.ledger).in_turn() as context:
                    apply_payment(context, payment)
                    apply_refund(context, refund, payment.reference.campaign_id)

    def _transfer(self, name: str) -> None:
        """Fetch a transfer and record it and what came back of it; one of no payment is left to the reconciliation."""
        transfer = self._provider.moved(name)
        if transfer.reference is not None:
            with self._contexts(transfer.reference.ledger).in_turn() as context:
                apply_transfer(context, transfer, transfer.reference)

    def _payout(self, name: str, account: str | None) -> None:
        """Record a coop's payout; one of the platform, or not asked for here, is left to the reconciliation."""
        known = None if account is None else self._accounts.of_account(account)
        if known is None:
            return
        payout = self._provider.payout(name, account)
        if payout.payout_id is not None:
            with self._contexts(known.ledger).in_turn() as context:
                apply_payout(context, payout, known.coop_id)

    def _account(self, name: str) -> None:
        """Fetch a coop's account and record what it may do and where it pays out to."""
        known = self._accounts.of_account(name)
        if known is not None:
            account = self._provider.account(name)
            with self._contexts(known.ledger).in_turn() as context:
                apply_account(context, account)
