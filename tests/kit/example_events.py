"""One realistic instance of every event: the source of the golden files, with the amounts of the ledger's design."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final

from domain.events import association, bank, campaign, contribution, coop, dispute, instalment, payout, refund
from domain.events.base import (
    Event,
    InstalmentDue,
    InstalmentTerms,
    Line,
    PayoutItem,
    SchoolClass,
    StatementBoxes,
    Tariff,
)
from domain.events.by_hand import cash
from domain.events.by_hand import refund as by_hand_refund
from domain.events.closings import cut_off, period
from domain.rights.roles import MemberRole, RoleRevocationReason
from tests.kit import example
from tests.kit.example import LATER, NOW, SAID, share
from tests.kit.examples.external import EXTERNAL
from tests.kit.examples.held import HELD
from tests.kit.examples.papers import PAPERS

DECIDED: Final = "Conseil de coopérative du 3 juin 2024"
OF_COOP: Final = coop.CoopDetails(
    name="Coop Test 900", school="école maternelle des Mimosas", town="Cannes", affiliation_number="174"
)
DETAILS: Final = campaign.CampaignDetails(
    title="Contribution volontaire des familles",
    description="Pour les sorties et les projets de l’année.",
    attachments=("budget.pdf",),
    contact_id=example.HOLDER,
)
TARIFF: Final = Tariff(
    tariff_id="t1", label="1 enfant", tiers=(1_200, 1_000, 800), valid_from=example.FIRST_DAY, valid_to=example.LAST_DAY
)
BOXES: Final = StatementBoxes(opening=1_939, receipts=180_000, disbursements=1_000, transfers=120_000, closing=60_939)
_PAID: Final = (share(1, "CPA", 1_000, 1_000), share(2, "CE1", 1_000, 1_000))
_LOST: Final = (share(1, "CPA", 1_000, 0), share(2, "CE1", 1_000, 0))
_REFUNDED: Final = (share(1, "CPA", 500, 500), share(2, "CE1", 500, 500))
_PAID_AGAIN: Final = (share(1, "CPA", 500, 1_000), share(2, "CE1", 500, 1_000))
_OF: Final[dict[str, Any]] = {**SAID, "contribution_id": example.CONTRIBUTION}
_PAYOUT: Final[dict[str, Any]] = {**SAID, "payout_id": example.PAYOUT, "cents": 2_000}
_REFUND: Final[dict[str, Any]] = {**_OF, "refund_id": example.REFUND, "cents": 1_000, "tip_cents": 200}
_DISPUTE: Final[dict[str, Any]] = {**_OF, "dispute_id": example.DISPUTE, "cents": 2_000, "tip_cents": 200}
_MOVED: Final[dict[str, Any]] = {"provider_movement": "txn_4", "payment_id": example.PAYMENT}
_TOO_MUCH: Final[dict[str, Any]] = {"suspense_cents": 500}
_CLEARED: Final[dict[str, Any]] = {"account": "goodwill", "approvers": ("ad-1", "ad-2"), "reason": "dispute_cost"}
_BANK_LINE: Final[dict[str, Any]] = {
    **_PAYOUT,
    "bank_line_id": "2024-07-05-3",
    "booked_on": date(2024, 7, 5),
}

_ASSOCIATION: Final[tuple[Event, ...]] = (
    association.AssociationRegistered(
        **SAID, name="Association départementale d’essai", slug="ad06", siren="123456789", demo=True
    ),
    association.PolicyChanged(**SAID, policy=association.Policy(max_instalments=3)),
    association.CharterPublished(**SAID, version=2, text_sha256=example.DIGEST),
    association.PlatformMovementRecorded(
        **SAID, movement_id="txn_1", kind="stripe_fee", cents=-250, account="psp_fees", moved_at=LATER
    ),
    association.PlatformSuspenseCleared(
        **SAID, movement_id="txn_2", cents=-130, account="goodwill", approvers=("actor-1", "actor-2"), reason="Écart"
    ),
    association.RoleGranted(
        **SAID,
        role_id=example.ROLE,
        member_id=example.MEMBER,
        role=MemberRole.TEACHER,
        coop_id=example.COOP,
        class_code="CPA",
        valid_to=example.LAST_DAY,
    ),
    association.RoleRevoked(**SAID, role_id=example.ROLE, reason=RoleRevocationReason.DEPARTURE),
    association.MemberInvited(**SAID, member_id=example.MEMBER),
    association.MemberAddressChanged(**SAID, member_id=example.MEMBER),
    association.ApprovalGiven(**SAID, decision="ApproveAdjustment", digest=example.DIGEST),
)

_DAYS: Final[dict[str, Any]] = {"valid_from": example.FIRST_DAY, "valid_to": example.LAST_DAY}
_COOP: Final[tuple[Event, ...]] = (
    coop.CoopRegistered(**SAID, association_id=example.ASSOCIATION, details=OF_COOP, demo=True),
    coop.CoopDetailsChanged(**SAID, details=OF_COOP),
    coop.SchoolClassesDefined(
        **SAID,
        school_year=2024,
        classes=(SchoolClass(code="CPA", label="Cpa"), SchoolClass(code="CE2-CM1", label="CE2 – CM1")),
    ),
    coop.PaymentMeansSet(**SAID, means=("card", "cash")),
    coop.MandateGranted(**SAID, **_DAYS, mandate_id=example.MANDATE, holder_id=example.HOLDER),
    coop.MandateRevoked(**SAID, mandate_id=example.MANDATE, reason="Mutation"),
    coop.CharterAccepted(**SAID, version=2, mandate_id=example.MANDATE),
    coop.CertificationRequested(**SAID, provider_account="acct_900"),
    coop.Certified(**SAID, provider_account="acct_900"),
    coop.CertificationRevoked(**SAID, reason="Pièce expirée"),
    coop.InspectionFindingRecorded(
        **SAID, finding_id=example.FINDING, subject="Caisse non arrêtée", severity="remark", up_to_position=1_284
    ),
)

_BANK: Final[tuple[Event, ...]] = (
    bank.BankAccountRegistered(
        **SAID, bank_account_id=example.BANK_ACCOUNT, iban_masked="FR76 … 189", iban_fingerprint=example.DIGEST
    ),
    bank.BankAccountConfirmed(**SAID, bank_account_id=example.BANK_ACCOUNT, payee_check="match"),
    bank.BankAccountWithdrawn(**SAID, bank_account_id=example.BANK_ACCOUNT),
    bank.BankStatementImported(
        **SAID,
        statement_id=example.STATEMENT,
        bank_account_id=example.BANK_ACCOUNT,
        first_day=date(2024, 7, 1),
        last_day=date(2024, 7, 31),
        opening=-1_500,
        closing=500,
        lines=3,
        file_sha256=example.DIGEST,
    ),
    bank.BankLineMatched(**_BANK_LINE),
    bank.BankLineUnmatched(**_BANK_LINE, reason="Ligne d’un autre compte"),
    bank.BankReturnMatched(**_BANK_LINE),
    bank.BankReturnUnmatched(**_BANK_LINE, reason="other_account"),
    bank.CashCounted(**SAID, counted=1_450, expected=1_500),
    bank.AdjustmentApproved(
        **SAID,
        adjustment_id=example.ADJUSTMENT,
        cents=2_000,
        approvers=("actor-7", "actor-8"),
        reason="Frais d’une contestation",
    ),
    cut_off.IncomeDeferred(
        **SAID,
        entered_on=date(2024, 8, 31),
        parts=(
            cut_off.DeferredPart(campaign_id=example.CAMPAIGN, class_code="CE1", cents=-700),
            cut_off.DeferredPart(campaign_id=example.CAMPAIGN, class_code="CPA", cents=4_800),
        ),
    ),
    cut_off.DeferredIncomeReleased(
        **SAID,
        entered_on=date(2024, 9, 1),
        parts=(cut_off.DeferredPart(campaign_id=example.CAMPAIGN, class_code="CPA", cents=4_800),),
    ),
    period.PeriodClosed(
        **SAID,
        kind="month",
        first_day=date(2024, 5, 1),
        last_day=date(2024, 5, 31),
        boxes=BOXES,
        blocked=1_200,
        receipts=period.ByOrigin(families=178_500, platform=1_500),
        disbursements=period.ByOrigin(refunds=1_000),
        year_to_date=period.RunningTotals(receipts=480_000, disbursements=2_500, payouts=420_000, payouts_back=3_439),
        perpetual=period.RunningTotals(receipts=980_000, disbursements=4_500, payouts=918_000, payouts_back=3_439),
        up_to_position=1_284,
        chain_head=example.DIGEST,
        papers_issued=("R-2024-2025-0001",),
        held_elsewhere=(period.ExternalHolding(platform="helloasso", cents=4_800),),
        provider=period.ProviderCoverage(
            state=period.CoverageState.READ,
            read_at=LATER,
            breaks=(
                period.ListedBreak(
                    object_id="ch_1", kind="ledger-only", ledger_cents=2_400, provider_cents=0, moved_at=LATER
                ),
            ),
            platform_breaks=1,
        ),
    ),
    bank.AdjustmentTransferred(**SAID, adjustment_id=example.ADJUSTMENT, transfer_id="tr_2", cents=300, moved_at=LATER),
    bank.AdjustmentReversed(
        **SAID, adjustment_id=example.ADJUSTMENT, cents=2_000, approvers=("actor-7", "actor-8"), reason="made_twice"
    ),
    bank.AdjustmentTransferReversed(
        **SAID,
        adjustment_id=example.ADJUSTMENT,
        transfer_id="tr_2",
        reversal_id="trr_2",
        cents=2_000,
        moved_at=LATER,
    ),
    bank.MovementPutOnHold(**SAID, movement_id="txn_3", kind="adjustment", cents=-700, moved_at=LATER),
    bank.SuspenseCleared(
        **SAID, movement_id="txn_3", cents=-700, account="goodwill", approvers=("actor-1", "actor-2"), reason="Écart"
    ),
)

_CONTENT: Final = (
    PayoutItem(
        kind="campaign.payment_captured", reference=example.PAYMENT, cents=2_000, contribution_id=example.CONTRIBUTION
    ),
)

_PAYOUTS: Final[tuple[Event, ...]] = (
    payout.PayoutRequested(**_PAYOUT, bank_account_id=example.BANK_ACCOUNT, content=_CONTENT),
    payout.PayoutSent(**_PAYOUT, provider_payout="po_1", sent_at=LATER),
    payout.PayoutPaid(**_PAYOUT, paid_at=LATER),
    payout.PayoutFailed(**_PAYOUT, was_sent=True, reason="account_closed", failed_at=LATER),
    payout.PayoutCancelled(**_PAYOUT),
    payout.PayoutReturned(**_PAYOUT, reason="account_closed", returned_at=LATER),
    payout.PayoutsFrozen(**SAID, reason="bank account changed"),
    payout.NegativeBalanceCovered(**SAID, cover_id=example.ADJUSTMENT, cents=2_000),
    payout.DebtRecovered(**SAID, recovery_id=example.ADJUSTMENT, cents=1_500),
)

_CAMPAIGN: Final[tuple[Event, ...]] = (
    campaign.CampaignDrafted(
        **SAID,
        coop_id=example.COOP,
        details=DETAILS,
        purpose="contribution-volontaire",
        school_year=2024,
        demo=True,
        copied_from=example.uid(999),
    ),
    campaign.DetailsEdited(**SAID, details=DETAILS),
    campaign.TariffsSet(**SAID, tariffs=(TARIFF,)),
    campaign.FormFieldsSet(**SAID, fields=(campaign.FormField(name="class", state="required"),)),
    campaign.PaymentOptionsSet(
        **SAID, means=("card",), instalments=InstalmentTerms(count=3, interval_months=1), message="Merci !"
    ),
    campaign.NotificationsSet(**SAID, contact_ids=(example.HOLDER,)),
    campaign.PublicationSet(
        **SAID,
        by_link=True,
        opens_at=datetime(2024, 5, 31, 22, 0, tzinfo=UTC),
        closes_at=datetime(2024, 7, 28, 17, 0, tzinfo=UTC),
    ),
    campaign.ReminderAsked(**SAID, class_code="CPA", number=1, contacts=24),
    campaign.EmbeddingSet(**SAID, origins=("https://ecole-jules-ferry.example",)),
    campaign.CampaignPublished(**SAID, responsible_id=example.HOLDER, council_decision=DECIDED),
    *(campaign.CampaignSuspended(**SAID), campaign.CampaignArchived(**SAID)),
)

_CONTRIBUTION: Final[tuple[Event, ...]] = (
    contribution.ContributionPlaced(
        **_OF,
        payer_id=example.PAYER,
        commitment=example.DIGEST,
        lines=(
            Line(line=1, participant_id=example.MARIE, class_code="CPA", tariff_id="t1", cents=1_000),
            Line(line=2, participant_id=example.JULIEN, class_code="CE1", tariff_id="t1", cents=1_000),
        ),
        tip_cents=200,
        means="card",
        instalments=1,
        terms_version="2024-06",
    ),
    contribution.ContributionAbandoned(**_OF, reason="expired"),
    contribution.PaymentCaptured(
        **_OF, payment_id=example.PAYMENT, instalment=1, cents=2_000, tip_cents=200, shares=_PAID, paid_at=NOW
    ),
    contribution.PaymentFailed(**_OF, attempt_id="at_1", reason="insufficient_funds"),
    contribution.ProviderFeeCharged(**_OF, payment_id=example.PAYMENT, cents=58, charged_at=LATER),
    contribution.FundsTransferred(**_OF, payment_id=example.PAYMENT, transfer_id="tr_1", cents=2_000, moved_at=LATER),
    contribution.TransferReversed(
        **_OF, payment_id=example.PAYMENT, transfer_id="tr_1", reversal_id="trr_1", cents=1_000, moved_at=LATER
    ),
    contribution.CashReceived(
        **_OF, slip="2024-017", cents=1_500, shares=(share(1, "CPA", 1_500, 1_500),), paid_at=NOW
    ),
    contribution.PaymentPutOnHold(**_OF, payment_id="ch_2", cents=2_592, reason="twice", paid_at=LATER),
    contribution.OnHoldPaymentReturned(
        **_OF, payment_id="ch_2", provider_refund="re_3", cents=2_592, returned_at=LATER
    ),
    contribution.ContributionCorrected(
        **_OF,
        line=1,
        old_class="CPA",
        new_class="CPB",
        tariff_id="t1",
        held=1_000,
        due=1_000,
        reason="Erreur de classe",
    ),
)

_INSTALMENTS: Final[tuple[Event, ...]] = (
    instalment.InstalmentsScheduled(
        **_OF,
        instalments=(
            InstalmentDue(number=2, due_on=date(2024, 7, 23), cents=3_000, shares=(share(1, "CPA", 3_000, 6_000),)),
            InstalmentDue(number=3, due_on=date(2024, 8, 23), cents=3_000, shares=(share(1, "CPA", 3_000, 9_000),)),
        ),
        cents=6_000,
    ),
    instalment.InstalmentFailed(
        **_OF, number=3, attempt_id="at_3", cents=3_000, reason="expired_card", final=True, retry_on=None
    ),
    instalment.InstalmentsCancelled(**_OF, numbers=(2, 3), cents=6_000, reason="Départ de la famille"),
)

_REFUNDS: Final[tuple[Event, ...]] = (
    refund.RefundRequested(**_REFUND, payment_id=example.PAYMENT, shares=_REFUNDED, reason="Départ de la famille"),
    refund.RefundSettled(**_REFUND, provider_refund="re_1", shares=_REFUNDED, settled_at=LATER),
    refund.ExternalRefundFound(
        **SAID,
        refund_id=example.REFUND,
        contribution_id=example.CONTRIBUTION,
        payment_id=example.PAYMENT,
        provider_refund="re_2",
        cents=1_200,
        settled_at=LATER,
    ),
    refund.ExternalRefundAllocated(**_REFUND, payment_id=example.PAYMENT, shares=_REFUNDED),
    refund.RefundFailed(**_REFUND, was_settled=True, reason="card_closed", failed_at=LATER),
)

_DISPUTES: Final[tuple[Event, ...]] = (
    dispute.DisputeOpened(**_DISPUTE, **_MOVED, **_TOO_MUCH, fee_cents=2_000, shares=_PAID, opened_at=LATER),
    dispute.DisputeWon(**_DISPUTE, **_MOVED, **_TOO_MUCH, fee_cents=0, closed_at=LATER),
    dispute.DisputeLost(**_DISPUTE, shares=_LOST, closed_at=LATER),
    dispute.LostDisputeReinstated(**_DISPUTE, **_MOVED, fee_cents=-1_500, shares=_PAID, reinstated_at=LATER),
    dispute.DisputeCleared(**_OF, **_CLEARED, dispute_id=example.DISPUTE, cents=500),
)

_BY_THE_COOP: Final[dict[str, Any]] = {
    **_OF,
    "refund_id": example.REFUND,
    "cents": 1_000,
    "shares": _REFUNDED,
    "reason": "duplicate",
}
_DEPOSIT: Final[dict[str, Any]] = {
    **SAID,
    "deposit_id": example.DEPOSIT,
    "slip": "R-0042",
    "cents": 1_500,
    "deposited_on": example.NOW.date(),
}
_DEPOSIT_LINE: Final[dict[str, Any]] = {
    **SAID,
    "bank_line_id": "2024-07-05-4",
    "deposit_id": example.DEPOSIT,
    "cents": 1_500,
    "booked_on": date(2024, 7, 5),
}

_COINS: Final = cash.Pieces(value=500, number=3)
_BY_HAND: Final[tuple[Event, ...]] = (
    by_hand_refund.FailedRefundRepaid(
        **_REFUND, payment_id=example.PAYMENT, means="cheque", paid_on=example.NOW.date()
    ),
    by_hand_refund.RefundPaidOutOfBand(**_BY_THE_COOP, means="transfer", paid_on=example.NOW.date()),
    by_hand_refund.PaymentToFamilyWithdrawn(
        **{**_BY_THE_COOP, "shares": _PAID_AGAIN, "reason": "mistake"}, means="cash", paid_on=example.NOW.date()
    ),
    cash.CashReturned(**_BY_THE_COOP, slip="2024-018", returned_on=example.NOW.date()),
    cash.CashSlipCorrected(
        **_OF,
        slip="2024-017",
        typed=1_500,
        cents=150,
        shares=(share(1, "CPA", 1_350, 150),),
        paid_at=NOW,
        reason="mistake",
    ),
    cash.ClassCashCounted(
        **SAID,
        count_id=example.COUNT,
        class_code="CPA",
        slips=("CPA-1", "CPA-2"),
        expected=1_700,
        counted=1_650,
        pieces=(cash.Pieces(value=1_000, number=1), cash.Pieces(value=50, number=13)),
        witness="parent",
    ),
    cash.CashDeposited(**_DEPOSIT),
    cash.CashCountsDeposited(**SAID, deposit_id=example.DEPOSIT, counts=(example.COUNT,), pieces=(_COINS,)),
    cash.CashDepositWithdrawn(**_DEPOSIT, reason="mistake"),
    cash.CashDepositMatched(**_DEPOSIT_LINE),
    cash.CashDepositUnmatched(**_DEPOSIT_LINE, reason="other_account"),
)

EXAMPLES: Final[dict[type[Event], Event]] = {
    type(event): event
    for event in (
        *(*_ASSOCIATION, *_COOP, *_BANK, *_PAYOUTS, *PAPERS, *_CAMPAIGN, *_CONTRIBUTION),
        *(*_INSTALMENTS, *_REFUNDS, *HELD, *_DISPUTES, *_BY_HAND, *EXTERNAL),
    )
}
"""Every event class and its example."""

RETIRED: Final[dict[str, bytes]] = {
    "campaign.payment_options_set.1": (
        b'{"at":"2024-06-23T10:00:00Z","by":"actor-1","instalment_count":0,"instalment_interval_months":1,"means":["card"]'
        b',"message":"Merci !"}'
    ),
}
"""Every retired topic and bytes as they were stored when it was written."""
