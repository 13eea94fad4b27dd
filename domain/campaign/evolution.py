"""How each event of a campaign changes its state; no rule is checked here, the event already happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from domain.calendar import paris_date
from domain.campaign.contribution import (
    Contribution,
    ExternalPayment,
    PaidByHand,
    Payment,
    Refund,
    RefundStatus,
    Slip,
)
from domain.campaign.disputes.evolution import HANDLERS as OF_DISPUTES
from domain.campaign.held.evolution import HELD, made_elsewhere_came_back
from domain.campaign.state import Campaign, CampaignStatus
from domain.events import campaign as settings
from domain.events import contribution as money
from domain.events.base import Event, Share
from domain.events.by_hand import cash as hand_cash
from domain.events.by_hand import refund as hand_refund
from domain.events.external import ExternalPaymentRecorded, ExternalPaymentRefunded, ExternalPaymentWithdrawn
from domain.events.instalment import InstalmentFailed, InstalmentsCancelled, InstalmentsScheduled
from domain.events.refund import RefundFailed, RefundRequested, RefundSettled

Handler = Callable[[Campaign, Any], None]
"""What an event does to a campaign."""


def _setting(handler: Handler) -> Handler:
    """Have an event that sets something move the version of the settings to that of the stream."""

    def apply(state: Campaign, event: Event) -> None:
        handler(state, event)
        state.settings_version = state.version + 1

    return apply


def _drafted(state: Campaign, event: settings.CampaignDrafted) -> None:
    state.coop_id, state.details, state.purpose = event.coop_id, event.details, event.purpose
    state.school_year, state.demo = event.school_year, event.demo
    state.drafted_on = paris_date(event.at)


def _details_edited(state: Campaign, event: settings.DetailsEdited) -> None:
    state.details = event.details


def _tariffs_set(state: Campaign, event: settings.TariffsSet) -> None:
    state.tariffs = {tariff.tariff_id: tariff for tariff in event.tariffs}


def _fields_set(state: Campaign, event: settings.FormFieldsSet) -> None:
    state.fields = event.fields


def _options_set(state: Campaign, event: settings.PaymentOptionsSet) -> None:
    state.means, state.instalments, state.message = event.means, event.instalments, event.message
    state.payment_chosen = True


def _notifications_set(state: Campaign, event: settings.NotificationsSet) -> None:
    state.notified = event.contact_ids


def _publication_set(state: Campaign, event: settings.PublicationSet) -> None:
    state.by_link, state.opens_at, state.closes_at = event.by_link, event.opens_at, event.closes_at


def _reminder_asked(state: Campaign, event: settings.ReminderAsked) -> None:
    state.reminders.setdefault(event.class_code, []).append(paris_date(event.at))


def _embedding_set(state: Campaign, event: settings.EmbeddingSet) -> None:
    state.embedding = event.origins


def _published(state: Campaign, event: settings.CampaignPublished) -> None:
    state.status, state.responsible_id = CampaignStatus.PUBLISHED, event.responsible_id


def _suspended(state: Campaign, event: settings.CampaignSuspended) -> None:
    state.status = CampaignStatus.SUSPENDED


def _archived(state: Campaign, event: settings.CampaignArchived) -> None:
    state.status = CampaignStatus.ARCHIVED


def _placed(state: Campaign, event: money.ContributionPlaced) -> None:
    state.contributions[event.contribution_id] = Contribution(event)


def _abandoned(state: Campaign, event: money.ContributionAbandoned) -> None:
    state.contributions[event.contribution_id].abandoned = True


def _receive(contribution: Contribution, shares: Iterable[Share]) -> None:
    contribution.abandoned = False
    for share in shares:
        line = contribution.lines[share.line]
        line.paid += share.cents
        line.held += share.cents


def _captured(state: Campaign, event: money.PaymentCaptured) -> None:
    contribution = state.contributions[event.contribution_id]
    _receive(contribution, event.shares)
    contribution.payments[event.payment_id] = Payment(event.cents, event.tip_cents)
    contribution.tip_paid += event.tip_cents
    contribution.tip_held += event.tip_cents
    contribution.schedule.pop(event.instalment, None)
    state.payments[event.payment_id] = event.contribution_id


def _payment_failed(state: Campaign, event: money.PaymentFailed) -> None:
    state.contributions[event.contribution_id].attempts.add(event.attempt_id)


def _fee(state: Campaign, event: money.ProviderFeeCharged) -> None:
    state.contributions[event.contribution_id].fees.add(event.payment_id)


def _transferred(state: Campaign, event: money.FundsTransferred) -> None:
    payment = state.contributions[event.contribution_id].payments[event.payment_id]
    payment.transfers[event.transfer_id] = event.cents
    payment.moves += 1
    state.transfers.add(event.transfer_id)


def _reversed(state: Campaign, event: money.TransferReversed) -> None:
    payment = state.contributions[event.contribution_id].payments[event.payment_id]
    payment.transfers[event.transfer_id] -= event.cents
    payment.moves += 1
    state.reversals.add(event.reversal_id)


def _cash(state: Campaign, event: money.CashReceived) -> None:
    contribution = state.contributions[event.contribution_id]
    _receive(contribution, event.shares)
    contribution.slips[event.slip] = Slip(event.cents, event.paid_at)
    state.slips[event.slip] = event.contribution_id


def _corrected(state: Campaign, event: money.ContributionCorrected) -> None:
    line = state.contributions[event.contribution_id].lines[event.line]
    line.class_code, line.tariff_id = event.new_class, event.tariff_id


def _scheduled(state: Campaign, event: InstalmentsScheduled) -> None:
    state.contributions[event.contribution_id].schedule = {due.number: due for due in event.instalments}


def _instalment_failed(state: Campaign, event: InstalmentFailed) -> None:
    contribution = state.contributions[event.contribution_id]
    contribution.attempts.add(event.attempt_id)
    contribution.refusals[event.number] = contribution.refusals.get(event.number, 0) + 1
    if event.final:
        contribution.schedule.pop(event.number, None)


def _instalments_cancelled(state: Campaign, event: InstalmentsCancelled) -> None:
    for number in event.numbers:
        state.contributions[event.contribution_id].schedule.pop(number, None)


def _refund_requested(state: Campaign, event: RefundRequested) -> None:
    contribution = state.contributions[event.contribution_id]
    by_line = {share.line: share.cents for share in event.shares}
    refund = Refund(event.payment_id, by_line, event.cents, event.tip_cents)
    contribution.refunds[event.refund_id] = refund
    contribution.tip_reserved += event.tip_cents
    for number, cents in refund.by_line.items():
        contribution.lines[number].reserved += cents
    payment = contribution.payments[event.payment_id]
    payment.given_back += event.cents
    payment.tip_given_back += event.tip_cents
    state.refunds[event.refund_id] = event.contribution_id


def _release(contribution: Contribution, refund: Refund) -> None:
    contribution.tip_reserved -= refund.tip_cents
    for number, cents in refund.by_line.items():
        contribution.lines[number].reserved -= cents


def _refund_settled(state: Campaign, event: RefundSettled) -> None:
    contribution = state.contributions[event.contribution_id]
    refund = contribution.refunds[event.refund_id]
    refund.status, refund.provider_refund = RefundStatus.SETTLED, event.provider_refund
    _release(contribution, refund)
    contribution.tip_held -= refund.tip_cents
    for number, cents in refund.by_line.items():
        contribution.lines[number].held -= cents


def _refund_failed(state: Campaign, event: RefundFailed) -> None:
    contribution = state.contributions[event.contribution_id]
    if event.refund_id in contribution.external:
        made_elsewhere_came_back(state, event)
        return
    refund = contribution.refunds[event.refund_id]
    if not event.was_settled:
        _release(contribution, refund)
        payment = contribution.payments[refund.payment_id]
        payment.given_back -= refund.cents
        payment.tip_given_back -= refund.tip_cents
        refund.status = RefundStatus.FAILED
        return
    refund.status = RefundStatus.RETURNED
    contribution.payments[refund.payment_id].came_back += event.cents + event.tip_cents


def _refund_repaid(state: Campaign, event: hand_refund.FailedRefundRepaid) -> None:
    """The class gave it when it was refunded; what the coop pays the family settles what it owes."""
    contribution = state.contributions[event.contribution_id]
    contribution.refunds[event.refund_id].status = RefundStatus.REPAID
    paid = PaidByHand(event.cents + event.tip_cents, {}, event.means, event.paid_on)
    contribution.by_hand[event.refund_id] = paid
    state.by_hand[event.refund_id] = event.contribution_id


def _take(contribution: Contribution, shares: Iterable[Share], sign: int) -> dict[int, int]:
    """Change what lines hold, not what was paid for them; return the cents by line."""
    for share in shares:
        contribution.lines[share.line].held += sign * share.cents
    return {share.line: share.cents for share in shares}


def _paid_out_of_band(state: Campaign, event: hand_refund.RefundPaidOutOfBand) -> None:
    contribution = state.contributions[event.contribution_id]
    by_line = _take(contribution, event.shares, -1)
    contribution.by_hand[event.refund_id] = PaidByHand(event.cents, by_line, event.means, event.paid_on)
    state.by_hand[event.refund_id] = event.contribution_id


def _payment_withdrawn(state: Campaign, event: hand_refund.PaymentToFamilyWithdrawn) -> None:
    contribution = state.contributions[event.contribution_id]
    del contribution.by_hand[event.refund_id]
    if event.refund_id in contribution.refunds:
        contribution.refunds[event.refund_id].status = RefundStatus.RETURNED
    _take(contribution, event.shares, 1)


def _cash_returned(state: Campaign, event: hand_cash.CashReturned) -> None:
    contribution = state.contributions[event.contribution_id]
    by_line = _take(contribution, event.shares, -1)
    contribution.by_hand[event.refund_id] = PaidByHand(event.cents, by_line, "cash", event.returned_on)
    state.by_hand[event.refund_id] = event.contribution_id
    state.slips[event.slip] = event.contribution_id


def _class_counted(state: Campaign, event: hand_cash.ClassCashCounted) -> None:
    state.class_counts[event.count_id] = event.slips


def _slip_corrected(state: Campaign, event: hand_cash.CashSlipCorrected) -> None:
    contribution = state.contributions[event.contribution_id]
    sign = 1 if event.cents > event.typed else -1
    if sign > 0:
        contribution.abandoned = False
    for number, cents in _take(contribution, event.shares, sign).items():
        contribution.lines[number].paid += sign * cents
    contribution.slips[event.slip] = Slip(event.cents, event.paid_at)


def _external_paid(state: Campaign, event: ExternalPaymentRecorded) -> None:
    contribution = state.contributions[event.contribution_id]
    _receive(contribution, event.shares)
    contribution.external_payments[event.external_payment_id] = ExternalPayment(event)
    state.external_payments[event.external_payment_id] = event.contribution_id
    state.external_references[event.platform, event.reference] = event.external_payment_id
    if event.import_id is not None:
        state.imports.setdefault(event.import_id, {})[event.external_payment_id] = None


def _external_refunded(state: Campaign, event: ExternalPaymentRefunded) -> None:
    contribution = state.contributions[event.contribution_id]
    refunded = contribution.external_payments[event.external_payment_id].refunded
    for share in event.shares:
        contribution.lines[share.line].held -= share.cents
        refunded[share.line] = refunded.get(share.line, 0) + share.cents
    state.external_refunds[event.refund_id] = (event.external_payment_id, event.cents)


def _external_withdrawn(state: Campaign, event: ExternalPaymentWithdrawn) -> None:
    contribution = state.contributions[event.contribution_id]
    payment = contribution.external_payments.pop(event.external_payment_id)
    for share in event.shares:
        contribution.lines[share.line].paid -= share.cents
        contribution.lines[share.line].held -= share.cents
    for share in event.refunded:
        contribution.lines[share.line].held += share.cents
    contribution.abandoned = not contribution.received
    del state.external_payments[event.external_payment_id]
    del state.external_references[payment.platform, payment.reference]
    if payment.import_id is not None:
        del state.imports[payment.import_id][event.external_payment_id]


Campaign.HANDLERS = {
    settings.CampaignDrafted: _setting(_drafted),
    settings.DetailsEdited: _setting(_details_edited),
    settings.TariffsSet: _setting(_tariffs_set),
    settings.FormFieldsSet: _setting(_fields_set),
    settings.PaymentOptionsSet: _setting(_options_set),
    settings.NotificationsSet: _setting(_notifications_set),
    settings.PublicationSet: _setting(_publication_set),
    settings.EmbeddingSet: _setting(_embedding_set),
    settings.ReminderAsked: _reminder_asked,
    settings.CampaignPublished: _published,
    settings.CampaignSuspended: _suspended,
    settings.CampaignArchived: _archived,
    money.ContributionPlaced: _placed,
    money.ContributionAbandoned: _abandoned,
    money.PaymentCaptured: _captured,
    money.PaymentFailed: _payment_failed,
    money.ProviderFeeCharged: _fee,
    money.FundsTransferred: _transferred,
    money.TransferReversed: _reversed,
    money.CashReceived: _cash,
    money.ContributionCorrected: _corrected,
    InstalmentsScheduled: _scheduled,
    InstalmentFailed: _instalment_failed,
    InstalmentsCancelled: _instalments_cancelled,
    RefundRequested: _refund_requested,
    RefundSettled: _refund_settled,
    RefundFailed: _refund_failed,
    **HELD,
    hand_refund.FailedRefundRepaid: _refund_repaid,
    hand_refund.RefundPaidOutOfBand: _paid_out_of_band,
    hand_refund.PaymentToFamilyWithdrawn: _payment_withdrawn,
    hand_cash.ClassCashCounted: _class_counted,
    hand_cash.CashReturned: _cash_returned,
    hand_cash.CashSlipCorrected: _slip_corrected,
    **OF_DISPUTES,
    ExternalPaymentRecorded: _external_paid,
    ExternalPaymentRefunded: _external_refunded,
    ExternalPaymentWithdrawn: _external_withdrawn,
}
