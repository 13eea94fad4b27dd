"""How each event of a coop changes its state; no rule is checked here, the event already happened."""

from __future__ import annotations

from domain.calendar import paris_date
from domain.closings.periods import PeriodKind
from domain.coop.state import BankMatch, Coop, Deposit, Payout, PayoutStatus
from domain.events import bank, coop, external, payout
from domain.events.by_hand import cash
from domain.events.closings import cut_off, period
from domain.events.papers import issued
from domain.papers.series import Paper
from domain.vocabulary.bank_lines import MatchKind


def _registered(state: Coop, event: coop.CoopRegistered) -> None:
    state.coop_id, state.details, state.demo = state.id, event.details, event.demo
    state.registered_on = paris_date(event.at)


def _details_changed(state: Coop, event: coop.CoopDetailsChanged) -> None:
    state.details = event.details


def _classes_defined(state: Coop, event: coop.SchoolClassesDefined) -> None:
    state.classes[event.school_year] = tuple(school_class.code for school_class in event.classes)
    state.class_labels[event.school_year] = tuple(school_class.label for school_class in event.classes)


def _means_set(state: Coop, event: coop.PaymentMeansSet) -> None:
    state.means = event.means


def _mandate_granted(state: Coop, event: coop.MandateGranted) -> None:
    state.mandates[event.mandate_id] = (event.holder_id, event.valid_from, event.valid_to)


def _mandate_revoked(state: Coop, event: coop.MandateRevoked) -> None:
    del state.mandates[event.mandate_id]


def _charter_accepted(state: Coop, event: coop.CharterAccepted) -> None:
    state.charter_accepted = event.version


def _certification_requested(state: Coop, event: coop.CertificationRequested) -> None:
    state.provider_account = event.provider_account


def _certified(state: Coop, event: coop.Certified) -> None:
    state.provider_account, state.certified = event.provider_account, True


def _certification_revoked(state: Coop, event: coop.CertificationRevoked) -> None:
    state.certified = False


def _finding(state: Coop, event: coop.InspectionFindingRecorded) -> None:
    state.findings[event.finding_id] = event


def _account_registered(state: Coop, event: bank.BankAccountRegistered) -> None:
    state.bank_accounts[event.bank_account_id] = (event.by, event.at)
    state.unconfirmed_accounts.add(event.bank_account_id)
    state.masked_ibans[event.bank_account_id] = event.iban_masked
    state.fingerprints[event.bank_account_id] = event.iban_fingerprint


def _account_confirmed(state: Coop, event: bank.BankAccountConfirmed) -> None:
    state.unconfirmed_accounts.discard(event.bank_account_id)
    state.current_account, state.frozen = event.bank_account_id, False


def _account_withdrawn(state: Coop, event: bank.BankAccountWithdrawn) -> None:
    del state.bank_accounts[event.bank_account_id], state.fingerprints[event.bank_account_id]
    del state.masked_ibans[event.bank_account_id]
    state.unconfirmed_accounts.remove(event.bank_account_id)


def _statement_imported(state: Coop, event: bank.BankStatementImported) -> None:
    state.statements.add(event.file_sha256)


def _line_matched(state: Coop, event: bank.BankLineMatched) -> None:
    match = BankMatch(MatchKind.PAYOUT, event.payout_id, event.cents, event.booked_on)
    state.matches[event.bank_line_id] = match


def _return_matched(state: Coop, event: bank.BankReturnMatched) -> None:
    match = BankMatch(MatchKind.RETURN, event.payout_id, event.cents, event.booked_on)
    state.matches[event.bank_line_id] = match


def _deposit_matched(state: Coop, event: cash.CashDepositMatched) -> None:
    match = BankMatch(MatchKind.DEPOSIT, event.deposit_id, event.cents, event.booked_on)
    state.matches[event.bank_line_id] = match


def _unmatched(
    state: Coop, event: bank.BankLineUnmatched | bank.BankReturnUnmatched | cash.CashDepositUnmatched
) -> None:
    del state.matches[event.bank_line_id]


def _deposited(state: Coop, event: cash.CashDeposited) -> None:
    state.deposits[event.deposit_id] = Deposit(event.slip, event.cents, event.deposited_on)


def _deposit_withdrawn(state: Coop, event: cash.CashDepositWithdrawn) -> None:
    del state.deposits[event.deposit_id]
    state.withdrawn_deposits.add(event.deposit_id)
    state.deposited_counts = {
        count_id: deposit_id
        for count_id, deposit_id in state.deposited_counts.items()
        if deposit_id != event.deposit_id
    }


def _counts_deposited(state: Coop, event: cash.CashCountsDeposited) -> None:
    state.deposited_counts |= dict.fromkeys(event.counts, event.deposit_id)


def _cash_counted(state: Coop, event: bank.CashCounted) -> None:
    """A count changes nothing that later decisions need."""


def _adjusted(state: Coop, event: bank.AdjustmentApproved) -> None:
    state.adjustments[event.adjustment_id] = event.cents


def _closed(state: Coop, event: period.PeriodClosed) -> None:
    if event.kind == PeriodKind.MONTH:
        state.first_closed, state.closed_through = state.first_closed or event.first_day, event.last_day
    else:
        state.closed_years.add(event.first_day.year)


def _carried(state: Coop, event: cut_off.IncomeDeferred | cut_off.DeferredIncomeReleased) -> None:
    """The cut-off of a year is the running totals' affair: no other decision needs it."""


def _payout_requested(state: Coop, event: payout.PayoutRequested) -> None:
    state.payouts[event.payout_id] = Payout(event)


def _payout_sent(state: Coop, event: payout.PayoutSent) -> None:
    state.payouts[event.payout_id].status = PayoutStatus.SENT
    state.payouts[event.payout_id].provider_payout = event.provider_payout


def _payout_paid(state: Coop, event: payout.PayoutPaid) -> None:
    state.payouts[event.payout_id].status = PayoutStatus.PAID


def _payout_failed(state: Coop, event: payout.PayoutFailed) -> None:
    state.payouts[event.payout_id].status = PayoutStatus.FAILED


def _payout_cancelled(state: Coop, event: payout.PayoutCancelled) -> None:
    state.payouts[event.payout_id].status = PayoutStatus.CANCELLED


def _frozen(state: Coop, event: payout.PayoutsFrozen) -> None:
    state.frozen = True


def _debt_changed(state: Coop, event: payout.NegativeBalanceCovered | payout.DebtRecovered) -> None:
    state.debt_moves.add(event.cover_id if isinstance(event, payout.NegativeBalanceCovered) else event.recovery_id)


def _adjustment_moved(state: Coop, event: bank.AdjustmentTransferred) -> None:
    state.adjustments_moved[event.adjustment_id] = event.transfer_id


def _adjustment_reversed(state: Coop, event: bank.AdjustmentReversed) -> None:
    state.adjustments_reversed.add(event.adjustment_id)


def _adjustment_moved_back(state: Coop, event: bank.AdjustmentTransferReversed) -> None:
    state.adjustments_moved_back.add(event.adjustment_id)


def _movement_on_hold(state: Coop, event: bank.MovementPutOnHold) -> None:
    state.suspense[event.movement_id] = event.cents
    state.movements.add(event.movement_id)


def _suspense_cleared(state: Coop, event: bank.SuspenseCleared) -> None:
    del state.suspense[event.movement_id]


def _payout_returned(state: Coop, event: payout.PayoutReturned) -> None:
    state.payouts[event.payout_id].status = PayoutStatus.RETURNED


def _external_payout(state: Coop, event: external.ExternalPayoutRecorded) -> None:
    state.external_payouts[event.external_payout_id] = event
    state.external_references[event.platform, event.reference] = event.external_payout_id


def _external_payout_withdrawn(state: Coop, event: external.ExternalPayoutWithdrawn) -> None:
    withdrawn = state.external_payouts.pop(event.external_payout_id)
    del state.external_references[withdrawn.platform, withdrawn.reference]


def _paper_issued(state: Coop, event: Paper) -> None:
    state.papers.add(event)


Coop.HANDLERS = {
    coop.CoopRegistered: _registered,
    coop.CoopDetailsChanged: _details_changed,
    coop.SchoolClassesDefined: _classes_defined,
    coop.PaymentMeansSet: _means_set,
    coop.MandateGranted: _mandate_granted,
    coop.MandateRevoked: _mandate_revoked,
    coop.CharterAccepted: _charter_accepted,
    coop.CertificationRequested: _certification_requested,
    coop.Certified: _certified,
    coop.CertificationRevoked: _certification_revoked,
    coop.InspectionFindingRecorded: _finding,
    bank.BankAccountRegistered: _account_registered,
    bank.BankAccountConfirmed: _account_confirmed,
    bank.BankAccountWithdrawn: _account_withdrawn,
    bank.BankStatementImported: _statement_imported,
    bank.BankLineMatched: _line_matched,
    bank.BankLineUnmatched: _unmatched,
    bank.BankReturnMatched: _return_matched,
    bank.BankReturnUnmatched: _unmatched,
    cash.CashDeposited: _deposited,
    cash.CashCountsDeposited: _counts_deposited,
    cash.CashDepositWithdrawn: _deposit_withdrawn,
    cash.CashDepositMatched: _deposit_matched,
    cash.CashDepositUnmatched: _unmatched,
    bank.CashCounted: _cash_counted,
    bank.AdjustmentApproved: _adjusted,
    period.PeriodClosed: _closed,
    cut_off.IncomeDeferred: _carried,
    cut_off.DeferredIncomeReleased: _carried,
    payout.PayoutRequested: _payout_requested,
    payout.PayoutSent: _payout_sent,
    payout.PayoutPaid: _payout_paid,
    payout.PayoutFailed: _payout_failed,
    payout.PayoutCancelled: _payout_cancelled,
    payout.PayoutReturned: _payout_returned,
    payout.PayoutsFrozen: _frozen,
    payout.NegativeBalanceCovered: _debt_changed,
    payout.DebtRecovered: _debt_changed,
    issued.PayoutStatementIssued: _paper_issued,
    issued.VoucherIssued: _paper_issued,
    issued.VoucherFinalized: _paper_issued,
    bank.AdjustmentTransferred: _adjustment_moved,
    bank.AdjustmentReversed: _adjustment_reversed,
    bank.AdjustmentTransferReversed: _adjustment_moved_back,
    bank.MovementPutOnHold: _movement_on_hold,
    bank.SuspenseCleared: _suspense_cleared,
    external.ExternalPayoutRecorded: _external_payout,
    external.ExternalPayoutWithdrawn: _external_payout_withdrawn,
}
