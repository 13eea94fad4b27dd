"""Every event is booked as the ledger's design says, line by line, and balances in each book."""

from __future__ import annotations

from typing import ClassVar

import msgspec
import pytest

from domain.chart_of_accounts import Account, Book, book_of
from domain.errors import LedgerCorrupt
from domain.events import EVENT_TYPES
from domain.events.association import PlatformMovementRecorded, PlatformSuspenseCleared
from domain.events.bank import (
    AdjustmentApproved,
    AdjustmentReversed,
    AdjustmentTransferred,
    AdjustmentTransferReversed,
    BankLineMatched,
    BankLineUnmatched,
    BankReturnMatched,
    BankReturnUnmatched,
    MovementPutOnHold,
    SuspenseCleared,
)
from domain.events.base import Event
from domain.events.by_hand.cash import (
    CashDeposited,
    CashDepositMatched,
    CashDepositUnmatched,
    CashDepositWithdrawn,
    CashReturned,
    CashSlipCorrected,
)
from domain.events.by_hand.refund import FailedRefundRepaid, PaymentToFamilyWithdrawn, RefundPaidOutOfBand
from domain.events.contribution import (
    CashReceived,
    ContributionCorrected,
    FundsTransferred,
    OnHoldPaymentReturned,
    PaymentCaptured,
    PaymentPutOnHold,
    ProviderFeeCharged,
    TransferReversed,
)
from domain.events.dispute import DisputeLost, DisputeOpened, DisputeWon
from domain.events.instalment import InstalmentFailed, InstalmentsCancelled, InstalmentsScheduled
from domain.events.payout import (
    DebtRecovered,
    NegativeBalanceCovered,
    PayoutFailed,
    PayoutPaid,
    PayoutReturned,
    PayoutSent,
)
from domain.events.refund import (
    ExternalRefundAllocated,
    ExternalRefundFound,
    RefundFailed,
    RefundSettled,
)
from domain.journal import MONEY_EVENTS, Posting, check_balanced, postings
from tests.kit.example import SAID
from tests.kit.example_events import EXAMPLES

A = Account
Booked = dict[tuple[Account, str | None], int]
every_event = pytest.mark.parametrize("event", EVENT_TYPES, ids=lambda event: event.__name__)


def booked(event: Event) -> Booked:
    """The balance of each account and class after an event: debit positive, credit negative."""
    balances: Booked = {}
    for leg in postings(event):
        key = (leg.account, leg.class_code)
        balances[key] = balances.get(key, 0) + leg.debit - leg.credit
    return {key: cents for key, cents in balances.items() if cents}


def on(example: type[Event], **changes: object) -> Booked:
    """How an example is booked, with some of its fields changed."""
    return booked(msgspec.structs.replace(EXAMPLES[example], **changes))


def moved(**cents: int) -> Booked:
    """Balances by the name of the account, without class."""
    return {(Account[name], None): amount for name, amount in cents.items()}


def by_class(account: Account, **cents: int) -> Booked:
    """Balances of one account by class."""
    return {(account, code): amount for code, amount in cents.items()}


@every_event
def test_an_event_balances_in_each_book(event: type[Event]) -> None:
    gaps = dict.fromkeys(Book, 0)
    for leg in postings(EXAMPLES[event]):
        assert min(leg.debit, leg.credit) == 0 < max(leg.debit, leg.credit)
        gaps[book_of(leg.account)] += leg.debit - leg.credit
    assert set(gaps.values()) == {0}


@every_event
def test_an_event_posts_something_exactly_when_it_moves_money(event: type[Event]) -> None:
    assert bool(postings(EXAMPLES[event])) is (event in MONEY_EVENTS)


@every_event
def test_an_event_says_that_it_posts_nothing_exactly_when_it_moves_no_money(event: type[Event]) -> None:
    assert ("Posts: nothing." in (event.__doc__ or "")) is (event not in MONEY_EVENTS)


def test_a_payment_of_20_with_a_tip_of_2() -> None:
    assert on(PaymentCaptured) == {
        **moved(PSP_PLATFORM=2_200, DUE_TO_COOP=-2_000, TIPS=-200, ONLINE=2_000),
        **by_class(A.CONTRIBUTIONS, CPA=-1_000, CE1=-1_000),
    }


def test_two_children_of_one_class_make_one_line_of_that_class() -> None:
    payment = EXAMPLES[PaymentCaptured]
    assert isinstance(payment, PaymentCaptured)
    shares = tuple(msgspec.structs.replace(share, class_code="CPA") for share in payment.shares)
    legs = postings(msgspec.structs.replace(payment, shares=shares))
    assert [leg for leg in legs if leg.class_code] == [Posting(A.CONTRIBUTIONS, 0, 2_000, "CPA")]


def test_a_payment_without_tip_leaves_the_tips_alone() -> None:
    assert on(PaymentCaptured, tip_cents=0)[A.PSP_PLATFORM, None] == 2_000
    assert (A.TIPS, None) not in on(PaymentCaptured, tip_cents=0)


def test_a_tip_alone_never_reaches_the_coop() -> None:
    assert on(PaymentCaptured, cents=0, shares=()) == moved(PSP_PLATFORM=200, TIPS=-200)


def test_a_payment_of_nothing_posts_nothing() -> None:
    assert on(PaymentCaptured, cents=0, tip_cents=0, shares=()) == {}


def test_the_second_instalment_is_no_longer_expected() -> None:
    booked_second = on(PaymentCaptured, instalment=2)
    assert booked_second[A.INSTALMENTS_EXPECTED, None] == -2_000
    assert booked_second[A.INSTALMENTS_COUNTERPART, None] == 2_000


def test_the_provider_s_fee_of_58_cents_is_the_platform_s() -> None:
    assert on(ProviderFeeCharged) == moved(PSP_FEES=58, PSP_PLATFORM=-58)


def test_a_fee_of_nothing_posts_nothing() -> None:
    assert on(ProviderFeeCharged, cents=0) == {}


def test_a_transfer_of_20() -> None:
    assert on(FundsTransferred) == moved(PSP_COOP=2_000, PSP_PLATFORM=-2_000)


def test_cash_of_15_goes_to_the_cash_box_and_never_to_the_online_account() -> None:
    assert on(CashReceived) == {**moved(CASH=1_500), **by_class(A.CONTRIBUTIONS, CPA=-1_500)}


def test_a_corrected_class_takes_its_cents_with_it() -> None:
    assert on(ContributionCorrected) == by_class(A.CONTRIBUTIONS, CPA=1_000, CPB=-1_000)


def test_a_corrected_class_without_money_posts_nothing() -> None:
    assert on(ContributionCorrected, held=0) == {}


def test_a_corrected_tariff_posts_nothing() -> None:
    assert on(ContributionCorrected, new_class="CPA") == {}


def test_instalments_of_60_are_expected_in_the_memo_book() -> None:
    assert on(InstalmentsScheduled) == moved(INSTALMENTS_EXPECTED=6_000, INSTALMENTS_COUNTERPART=-6_000)


def test_an_instalment_that_failed_for_good_is_no_longer_expected() -> None:
    assert on(InstalmentFailed) == moved(INSTALMENTS_EXPECTED=-3_000, INSTALMENTS_COUNTERPART=3_000)


def test_an_instalment_that_failed_for_now_is_still_expected() -> None:
    assert on(InstalmentFailed, final=False) == {}


def test_cancelled_instalments_are_no_longer_expected() -> None:
    assert on(InstalmentsCancelled) == moved(INSTALMENTS_EXPECTED=-6_000, INSTALMENTS_COUNTERPART=6_000)


class TestARefund:
    """10,00 € of contribution and 2,00 € of tip."""

    IN_THE_COOP_S_BOOK: ClassVar[Booked] = {
        **moved(ONLINE=-1_000),
        **by_class(A.CONTRIBUTIONS, CPA=500, CE1=500),
    }

    def test_comes_from_the_platform_s_account_at_the_provider(self) -> None:
        platform = moved(DUE_TO_COOP=1_000, TIPS=200, PSP_PLATFORM=-1_200)
        assert on(RefundSettled) == {**platform, **self.IN_THE_COOP_S_BOOK}

    def test_to_which_what_had_moved_to_the_coop_s_comes_back(self) -> None:
        assert on(TransferReversed) == moved(PSP_PLATFORM=1_000, PSP_COOP=-1_000)

    def test_of_the_tip_alone_leaves_the_coop_alone(self) -> None:
        tip_alone = on(RefundSettled, cents=0, shares=())
        assert tip_alone == moved(TIPS=200, PSP_PLATFORM=-200)

    def test_that_failed_after_settlement_is_online_again_and_owed_to_the_family_tip_included(self) -> None:
        expected = moved(PSP_PLATFORM=1_200, DUE_TO_COOP=-1_200, ONLINE=1_200, DUE_TO_FAMILIES=-1_200)
        assert on(RefundFailed) == expected

    def test_that_failed_before_settlement_posts_nothing(self) -> None:
        assert on(RefundFailed, was_settled=False) == {}

    @pytest.mark.parametrize(("means", "account"), [("cheque", "BANK"), ("transfer", "BANK"), ("cash", "CASH")])
    def test_that_came_back_and_was_repaid_is_owed_no_more(self, means: str, account: str) -> None:
        assert on(FailedRefundRepaid, means=means) == moved(**{"DUE_TO_FAMILIES": 1_200, account: -1_200})

    @pytest.mark.parametrize(("means", "account"), [("cheque", "BANK"), ("transfer", "BANK"), ("cash", "CASH")])
    def test_that_the_coop_paid_itself_is_given_by_the_class_from_its_own_account(
        self, means: str, account: str
    ) -> None:
        given = by_class(A.CONTRIBUTIONS, CPA=500, CE1=500)
        assert on(RefundPaidOutOfBand, means=means) == {**moved(**{account: -1_000}), **given}

    def test_that_was_not_paid_after_all_is_held_or_owed_again(self) -> None:
        again = by_class(A.CONTRIBUTIONS, CPA=-500, CE1=-500)
        assert on(PaymentToFamilyWithdrawn) == {**moved(CASH=1_000), **again}
        assert on(PaymentToFamilyWithdrawn, means="cheque") == {**moved(BANK=1_000), **again}
        assert on(PaymentToFamilyWithdrawn, shares=()) == moved(CASH=1_000, DUE_TO_FAMILIES=-1_000)


class TestTheCashBox:
    """What goes back from it, what it was said to have, and what is taken to the bank."""

    def test_gives_cash_back_by_class(self) -> None:
        assert on(CashReturned) == {**moved(CASH=-1_000), **by_class(A.CONTRIBUTIONS, CPA=500, CE1=500)}

    def test_of_a_slip_typed_ten_times_too_high_never_had_the_difference(self) -> None:
        assert on(CashSlipCorrected) == {**moved(CASH=-1_350), **by_class(A.CONTRIBUTIONS, CPA=1_350)}

    def test_of_a_slip_typed_too_low_had_the_difference(self) -> None:
        more = on(CashSlipCorrected, typed=150, cents=1_500)
        assert more == {**moved(CASH=1_350), **by_class(A.CONTRIBUTIONS, CPA=-1_350)}

    def test_empties_into_account_5802_until_the_bank_shows_the_deposit(self) -> None:
        assert on(CashDeposited) == moved(CASH_DEPOSITS=1_500, CASH=-1_500)
        assert on(CashDepositMatched) == moved(BANK=1_500, CASH_DEPOSITS=-1_500)

    def test_has_what_was_not_deposited_after_all(self) -> None:
        assert on(CashDepositWithdrawn) == {key: -cents for key, cents in on(CashDeposited).items()}
        assert on(CashDepositUnmatched) == {key: -cents for key, cents in on(CashDepositMatched).items()}


class TestADispute:
    """27,00 € taken: 22,00 € contested, of which 2,00 € of tip, and 5,00 € too much; the provider's fee is 20,00 €."""

    def test_blocks_the_coop_s_part(self) -> None:
        assert on(DisputeOpened) == moved(
            DISPUTES_PENDING=2_200,
            DISPUTE_FEES=2_000,
            SUSPENSE=500,
            PSP_PLATFORM=-4_700,
            DUE_TO_COOP=2_000,
            DUE_TO_COOP_BLOCKED=-2_000,
            ONLINE_BLOCKED=2_000,
            ONLINE=-2_000,
        )

    def test_that_is_won_gives_everything_back_but_the_fee(self) -> None:
        opened, won = on(DisputeOpened, fee_cents=0), on(DisputeWon)
        assert won == {key: -cents for key, cents in opened.items()}

    def test_that_is_lost_leaves_the_contribution_unpaid(self) -> None:
        assert on(DisputeLost) == {
            **moved(DUE_TO_COOP_BLOCKED=2_000, TIPS=200, DISPUTES_PENDING=-2_200, ONLINE_BLOCKED=-2_000),
            **by_class(A.CONTRIBUTIONS, CPA=1_000, CE1=1_000),
        }

    def test_of_the_tip_alone_leaves_the_coop_alone(self) -> None:
        tip_alone = on(DisputeLost, cents=0, shares=())
        assert tip_alone == moved(TIPS=200, DISPUTES_PENDING=-200)


class TestAPayout:
    """20,00 € to the coop's bank."""

    SENT: ClassVar[Booked] = moved(
        DUE_TO_COOP=2_000,
        PAYOUT_IN_PROGRESS=-2_000,
        PSP_IN_TRANSIT=2_000,
        PSP_COOP=-2_000,
        PAYOUT_TRANSFERS=2_000,
        ONLINE=-2_000,
    )

    def test_leaves_the_online_account_when_it_is_sent(self) -> None:
        assert on(PayoutSent) == self.SENT

    def test_is_no_longer_in_progress_when_it_arrives(self) -> None:
        assert on(PayoutPaid) == moved(PAYOUT_IN_PROGRESS=2_000, PSP_IN_TRANSIT=-2_000)

    def test_that_failed_is_the_exact_reverse_of_its_sending(self) -> None:
        assert on(PayoutFailed) == {key: -cents for key, cents in self.SENT.items()}

    def test_that_failed_before_it_was_sent_posts_nothing(self) -> None:
        assert on(PayoutFailed, was_sent=False) == {}

    def test_that_was_returned_is_the_exact_reverse_of_its_sending_and_arrival(self) -> None:
        total: Booked = {}
        for part in (self.SENT, on(PayoutPaid), on(PayoutReturned)):
            for key, cents in part.items():
                total[key] = total.get(key, 0) + cents
        assert set(total.values()) == {0}
        assert on(PayoutReturned) == moved(PSP_COOP=2_000, DUE_TO_COOP=-2_000, ONLINE=2_000, PAYOUT_TRANSFERS=-2_000)

    def test_is_at_the_bank_when_its_line_is_matched(self) -> None:
        assert on(BankLineMatched) == moved(BANK=2_000, PAYOUT_TRANSFERS=-2_000)

    def test_is_on_its_way_again_when_the_match_is_undone(self) -> None:
        assert on(BankLineUnmatched) == moved(BANK=-2_000, PAYOUT_TRANSFERS=2_000)

    def test_leaves_the_bank_again_when_the_line_of_its_return_is_matched(self) -> None:
        assert on(BankReturnMatched) == moved(BANK=-2_000, PAYOUT_TRANSFERS=2_000)
        assert on(BankReturnUnmatched) == moved(BANK=2_000, PAYOUT_TRANSFERS=-2_000)


def test_an_adjustment_of_20_is_the_platform_s_goodwill() -> None:
    assert on(AdjustmentApproved) == moved(GOODWILL=2_000, DUE_TO_COOP=-2_000, ONLINE=2_000, OTHER_INCOME=-2_000)
    assert on(AdjustmentTransferred, cents=2_000) == moved(PSP_COOP=2_000, PSP_PLATFORM=-2_000)


def test_an_adjustment_that_was_reversed_leaves_nothing_behind() -> None:
    assert on(AdjustmentReversed) == {key: -cents for key, cents in on(AdjustmentApproved).items()}
    there = on(AdjustmentTransferred, cents=2_000)
    assert on(AdjustmentTransferReversed) == {key: -cents for key, cents in there.items()}


def test_a_balance_below_zero_is_covered_as_a_debt_of_the_coop_and_recovered() -> None:
    covered = moved(RECEIVABLE_FROM_COOP=2_000, DUE_TO_COOP=-2_000, ONLINE=2_000, DUE_TO_PLATFORM=-2_000)
    assert on(NegativeBalanceCovered) == covered
    assert on(DebtRecovered, cents=2_000) == {key: -cents for key, cents in covered.items()}


class TestWhatIsNotExplained:
    """It waits on the platform's suspense account, and the coop's money is untouched."""

    def test_a_payment_that_was_not_expected_comes_and_goes(self) -> None:
        assert on(PaymentPutOnHold) == moved(PSP_PLATFORM=2_592, SUSPENSE=-2_592)
        assert on(OnHoldPaymentReturned) == moved(PSP_PLATFORM=-2_592, SUSPENSE=2_592)

    def test_a_movement_of_the_coop_s_account_comes_or_goes_and_is_explained(self) -> None:
        assert on(MovementPutOnHold) == moved(PSP_COOP=-700, SUSPENSE=700)
        assert on(MovementPutOnHold, cents=700) == moved(PSP_COOP=700, SUSPENSE=-700)
        assert on(SuspenseCleared) == moved(SUSPENSE=-700, GOODWILL=700)

    def test_a_fee_of_the_provider_s_own_is_the_platform_s_charge(self) -> None:
        assert on(PlatformMovementRecorded) == moved(PSP_PLATFORM=-250, PSP_FEES=250)
        unexplained = on(PlatformMovementRecorded, account="suspense", cents=-130)
        assert unexplained == moved(PSP_PLATFORM=-130, SUSPENSE=130)
        assert on(PlatformSuspenseCleared) == moved(SUSPENSE=-130, GOODWILL=130)

    def test_a_refund_made_at_the_provider_waits_until_somebody_says_whose_money_it_was(self) -> None:
        assert on(ExternalRefundFound) == moved(SUSPENSE=1_200, PSP_PLATFORM=-1_200)
        assert on(ExternalRefundAllocated) == {
            **moved(DUE_TO_COOP=1_000, TIPS=200, SUSPENSE=-1_200, ONLINE=-1_000),
            **by_class(A.CONTRIBUTIONS, CPA=500, CE1=500),
        }


def test_shares_that_do_not_make_the_amount_are_refused() -> None:
    with pytest.raises(LedgerCorrupt, match="unbalanced"):
        on(CashReceived, cents=1_499)


def test_books_that_balance_only_together_are_refused() -> None:
    with pytest.raises(LedgerCorrupt):
        check_balanced((Posting(A.ONLINE, 100, 0), Posting(A.DUE_TO_COOP, 0, 100)))


def test_an_event_that_the_ledger_does_not_know_is_refused() -> None:
    class UnknownEvent(Event, frozen=True, kw_only=True):
        TOPIC: ClassVar[str] = "coop.rumour.1"

    with pytest.raises(LedgerCorrupt, match="rumour"):
        postings(UnknownEvent(**SAID))
