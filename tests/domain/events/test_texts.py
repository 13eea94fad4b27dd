"""Every text of every event has a kind, and none of them is what a person types freely about somebody."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Final

import msgspec

from domain.events import EVENT_TYPES
from domain.events.base import Event


class TextKind(StrEnum):
    """What a text of an event may be."""

    CODE = "a code from a list of ours"
    SCHOOL_CLASS = "a class of the coop's list, or what French schools call a class"
    ID = "an id, a number or a hash that says nothing of a person"
    PROVIDER = "an id or a code of the payment provider"
    PUBLIC = (
        "what the association or the coop publishes about itself: everybody reads it, and its author answers for it"
    )


TEXTS: Final[dict[str, TextKind]] = {
    "AdjustmentApproved.approvers": TextKind.ID,
    "AdjustmentApproved.reason": TextKind.CODE,
    "AdjustmentReversed.approvers": TextKind.ID,
    "AdjustmentReversed.reason": TextKind.CODE,
    "AdjustmentTransferReversed.reversal_id": TextKind.PROVIDER,
    "AdjustmentTransferReversed.transfer_id": TextKind.PROVIDER,
    "AdjustmentTransferred.transfer_id": TextKind.PROVIDER,
    "ApprovalGiven.decision": TextKind.CODE,
    "ApprovalGiven.digest": TextKind.ID,
    "AssociationRegistered.name": TextKind.PUBLIC,
    "AssociationRegistered.siren": TextKind.PUBLIC,
    "AssociationRegistered.slug": TextKind.PUBLIC,
    "BankAccountConfirmed.payee_check": TextKind.CODE,
    "BankAccountRegistered.iban_fingerprint": TextKind.ID,
    "BankAccountRegistered.iban_masked": TextKind.ID,
    "BankLineMatched.bank_line_id": TextKind.ID,
    "BankLineUnmatched.bank_line_id": TextKind.ID,
    "BankLineUnmatched.reason": TextKind.CODE,
    "BankReturnMatched.bank_line_id": TextKind.ID,
    "BankReturnUnmatched.bank_line_id": TextKind.ID,
    "BankReturnUnmatched.reason": TextKind.CODE,
    "BankStatementImported.file_sha256": TextKind.ID,
    "CampaignDetails.attachments": TextKind.PUBLIC,
    "CampaignDetails.description": TextKind.PUBLIC,
    "CampaignDetails.picture": TextKind.ID,
    "CampaignDetails.terms": TextKind.PUBLIC,
    "CampaignDetails.title": TextKind.PUBLIC,
    "CampaignDrafted.purpose": TextKind.CODE,
    "CampaignPublished.council_decision": TextKind.ID,
    "CashDepositMatched.bank_line_id": TextKind.ID,
    "CashDepositUnmatched.bank_line_id": TextKind.ID,
    "CashDepositUnmatched.reason": TextKind.CODE,
    "CashDepositWithdrawn.reason": TextKind.CODE,
    "CashDepositWithdrawn.slip": TextKind.ID,
    "CashDeposited.slip": TextKind.ID,
    "CashReceived.slip": TextKind.ID,
    "CashReturned.reason": TextKind.CODE,
    "CashReturned.slip": TextKind.ID,
    "CashSlipCorrected.reason": TextKind.CODE,
    "CashSlipCorrected.slip": TextKind.ID,
    "CertificationRequested.provider_account": TextKind.PROVIDER,
    "CertificationRevoked.reason": TextKind.PROVIDER,
    "Certified.provider_account": TextKind.PROVIDER,
    "CharterPublished.text_sha256": TextKind.ID,
    "ClassCashCounted.class_code": TextKind.SCHOOL_CLASS,
    "ClassCashCounted.slips": TextKind.ID,
    "ClassCashCounted.witness": TextKind.CODE,
    "ClassRecap.class_code": TextKind.SCHOOL_CLASS,
    "ContributionAbandoned.reason": TextKind.CODE,
    "ContributionCorrected.new_class": TextKind.SCHOOL_CLASS,
    "ContributionCorrected.old_class": TextKind.SCHOOL_CLASS,
    "ContributionCorrected.reason": TextKind.CODE,
    "ContributionCorrected.tariff_id": TextKind.PUBLIC,
    "ContributionSuspenseCleared.account": TextKind.CODE,
    "ContributionSuspenseCleared.approvers": TextKind.ID,
    "ContributionSuspenseCleared.payment_id": TextKind.PROVIDER,
    "ContributionSuspenseCleared.reason": TextKind.CODE,
    "ContributionPlaced.commitment": TextKind.ID,
    "ContributionPlaced.means": TextKind.CODE,
    "ContributionPlaced.terms_version": TextKind.ID,
    "CoopDetails.address": TextKind.PUBLIC,
    "CoopDetails.affiliation_number": TextKind.PUBLIC,
    "CoopDetails.name": TextKind.PUBLIC,
    "CoopDetails.school": TextKind.PUBLIC,
    "CoopDetails.town": TextKind.PUBLIC,
    "DeferredPart.class_code": TextKind.SCHOOL_CLASS,
    "DisputeCleared.account": TextKind.CODE,
    "DisputeCleared.approvers": TextKind.ID,
    "DisputeCleared.dispute_id": TextKind.PROVIDER,
    "DisputeCleared.reason": TextKind.CODE,
    "DisputeLost.dispute_id": TextKind.PROVIDER,
    "DisputeOpened.dispute_id": TextKind.PROVIDER,
    "DisputeOpened.payment_id": TextKind.PROVIDER,
    "DisputeOpened.provider_movement": TextKind.PROVIDER,
    "DisputeWon.dispute_id": TextKind.PROVIDER,
    "DisputeWon.payment_id": TextKind.PROVIDER,
    "DisputeWon.provider_movement": TextKind.PROVIDER,
    "EmbeddingSet.origins": TextKind.PUBLIC,
    "EntryLine.account": TextKind.CODE,
    "EntryLine.class_code": TextKind.SCHOOL_CLASS,
    "Event.by": TextKind.ID,
    "ExternalPaymentRecorded.platform": TextKind.CODE,
    "ExternalPaymentRecorded.reference": TextKind.ID,
    "ExternalPaymentRefunded.platform": TextKind.CODE,
    "ExternalPaymentWithdrawn.platform": TextKind.CODE,
    "ExternalPaymentWithdrawn.reason": TextKind.CODE,
    "ExternalPayoutRecorded.platform": TextKind.CODE,
    "ExternalPayoutRecorded.reference": TextKind.ID,
    "ExternalPayoutWithdrawn.platform": TextKind.CODE,
    "ExternalPayoutWithdrawn.reason": TextKind.CODE,
    "ExternalRefundAllocated.payment_id": TextKind.PROVIDER,
    "ExternalRefundFound.payment_id": TextKind.PROVIDER,
    "ExternalRefundFound.provider_refund": TextKind.PROVIDER,
    "FailedRefundRepaid.means": TextKind.CODE,
    "FailedRefundRepaid.payment_id": TextKind.PROVIDER,
    "FormField.name": TextKind.CODE,
    "FormField.state": TextKind.CODE,
    "FundsTransferred.payment_id": TextKind.PROVIDER,
    "FundsTransferred.transfer_id": TextKind.PROVIDER,
    "ExternalHolding.platform": TextKind.CODE,
    "InspectionFindingRecorded.severity": TextKind.CODE,
    "InspectionFindingRecorded.subject": TextKind.CODE,
    "InstalmentFailed.attempt_id": TextKind.PROVIDER,
    "InstalmentFailed.reason": TextKind.PROVIDER,
    "InstalmentsCancelled.reason": TextKind.CODE,
    "Line.class_code": TextKind.SCHOOL_CLASS,
    "Line.tariff_id": TextKind.PUBLIC,
    "ListedBreak.kind": TextKind.CODE,
    "ListedBreak.object_id": TextKind.PROVIDER,
    "LostDisputeReinstated.dispute_id": TextKind.PROVIDER,
    "LostDisputeReinstated.payment_id": TextKind.PROVIDER,
    "LostDisputeReinstated.provider_movement": TextKind.PROVIDER,
    "MandateRevoked.reason": TextKind.CODE,
    "MovementPutOnHold.kind": TextKind.PROVIDER,
    "MovementPutOnHold.movement_id": TextKind.PROVIDER,
    "OnHoldPaymentReturned.payment_id": TextKind.PROVIDER,
    "OnHoldPaymentReturned.provider_refund": TextKind.PROVIDER,
    "PaymentCaptured.payment_id": TextKind.PROVIDER,
    "PaymentFailed.attempt_id": TextKind.PROVIDER,
    "PaymentFailed.reason": TextKind.PROVIDER,
    "PaymentMeansSet.means": TextKind.CODE,
    "PaymentOptionsSet.means": TextKind.CODE,
    "PaymentOptionsSet.message": TextKind.PUBLIC,
    "PaymentPutOnHold.payment_id": TextKind.PROVIDER,
    "PaymentPutOnHold.reason": TextKind.PROVIDER,
    "PaymentToFamilyWithdrawn.means": TextKind.CODE,
    "PaymentToFamilyWithdrawn.reason": TextKind.CODE,
    "PayoutFailed.reason": TextKind.PROVIDER,
    "PayoutItem.kind": TextKind.CODE,
    "PayoutItem.reference": TextKind.PROVIDER,
    "PayoutReturned.reason": TextKind.PROVIDER,
    "PayoutSent.provider_payout": TextKind.PROVIDER,
    "PayoutStatementIssued.lines_sha256": TextKind.ID,
    "PayoutStatementIssued.printed": TextKind.PUBLIC,
    "PayoutStatementIssued.returns": TextKind.ID,
    "PayoutsFrozen.reason": TextKind.CODE,
    "PeriodClosed.chain_head": TextKind.ID,
    "PeriodClosed.kind": TextKind.CODE,
    "PeriodClosed.papers_issued": TextKind.ID,
    "PlatformMovementRecorded.account": TextKind.CODE,
    "PlatformMovementRecorded.kind": TextKind.PROVIDER,
    "PlatformMovementRecorded.movement_id": TextKind.PROVIDER,
    "PlatformSuspenseCleared.account": TextKind.CODE,
    "PlatformSuspenseCleared.approvers": TextKind.ID,
    "PlatformSuspenseCleared.movement_id": TextKind.PROVIDER,
    "PlatformSuspenseCleared.reason": TextKind.CODE,
    "Policy.means": TextKind.CODE,
    "Policy.purposes": TextKind.CODE,
    "Policy.wording": TextKind.CODE,
    "ProviderFeeCharged.payment_id": TextKind.PROVIDER,
    "RefundBackOnHold.payment_id": TextKind.PROVIDER,
    "RefundBackOnHold.provider_refund": TextKind.PROVIDER,
    "RefundBackOnHold.reason": TextKind.PROVIDER,
    "ReturnedRefundSettled.payment_id": TextKind.PROVIDER,
    "RefundFailed.reason": TextKind.PROVIDER,
    "RefundPaidOutOfBand.means": TextKind.CODE,
    "RefundPaidOutOfBand.reason": TextKind.CODE,
    "RefundRequested.payment_id": TextKind.PROVIDER,
    "RefundRequested.reason": TextKind.CODE,
    "RefundSettled.provider_refund": TextKind.PROVIDER,
    "ReminderAsked.class_code": TextKind.SCHOOL_CLASS,
    "RoleGranted.class_code": TextKind.SCHOOL_CLASS,
    "SchoolClass.code": TextKind.SCHOOL_CLASS,
    "SchoolClass.label": TextKind.SCHOOL_CLASS,
    "Share.class_code": TextKind.SCHOOL_CLASS,
    "SuspenseCleared.account": TextKind.CODE,
    "SuspenseCleared.approvers": TextKind.ID,
    "SuspenseCleared.movement_id": TextKind.PROVIDER,
    "SuspenseCleared.reason": TextKind.CODE,
    "Tariff.group": TextKind.PUBLIC,
    "Tariff.label": TextKind.PUBLIC,
    "Tariff.tariff_id": TextKind.PUBLIC,
    "TransferReversed.payment_id": TextKind.PROVIDER,
    "TransferReversed.reversal_id": TextKind.PROVIDER,
    "TransferReversed.transfer_id": TextKind.PROVIDER,
    "VoucherFinalized.printed": TextKind.PUBLIC,
    "VoucherIssued.kind": TextKind.CODE,
    "VoucherIssued.lines_sha256": TextKind.ID,
    "VoucherIssued.printed": TextKind.PUBLIC,
    "VoucherIssued.rectifies": TextKind.ID,
    "VoucherIssued.series": TextKind.CODE,
}
"""Every field of an event, or of a part of one, that holds a text. A new one must be one of these kinds: what people
write in their own words about a decision is a note of the vault."""


def texts_of(struct: type[msgspec.Struct]) -> Iterator[str]:
    """The fields of a struct that hold texts, and those of the structs in it, by the class that declares them."""
    for name, kind in typing.get_type_hints(struct).items():
        if name not in struct.__struct_fields__:
            continue
        inside = set(_parts(kind))
        if str in inside:
            owner = Event if name in Event.__struct_fields__ and issubclass(struct, Event) else struct
            yield f"{owner.__name__}.{name}"
        for part in inside:
            if isinstance(part, type) and issubclass(part, msgspec.Struct):
                yield from texts_of(part)


def _parts(kind: Any) -> Iterator[Any]:  # noqa: ANN401 - any type of a field
    """A type and all types in it."""
    yield kind
    for part in typing.get_args(kind):
        yield from _parts(part)


def test_every_text_of_every_event_has_its_kind() -> None:
    found = {text for event in EVENT_TYPES for text in texts_of(event)}
    assert found == set(TEXTS)


class _Remark(msgspec.Struct):
    """A part of an event that is planted for the test."""

    text: str
    lines: tuple[int, ...]


class _Planted(Event, frozen=True, kw_only=True):
    """An event with a free text two levels deep."""

    remarks: tuple[_Remark, ...] | None


def test_a_planted_free_text_is_found() -> None:
    assert set(texts_of(_Planted)) == {"Event.by", "_Remark.text"}
