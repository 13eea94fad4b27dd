"""How the turns of a dispute are booked: fees that come and go, what finds its place, what comes back."""

from domain.chart_of_accounts import Account
from domain.events.dispute import DisputeCleared, DisputeOpened, DisputeWon, LostDisputeReinstated
from tests.domain.test_postings import by_class, moved, on


class TestADisputeThatTurns:
    """22,00 € contested, of which 2,00 € of tip."""

    def test_may_bring_a_fee_back_or_cost_another_one(self) -> None:
        assert on(DisputeWon, cents=0, tip_cents=0, suspense_cents=0, fee_cents=-1_500) == moved(
            PSP_PLATFORM=1_500, DISPUTE_FEES=-1_500
        )
        assert on(DisputeWon, cents=0, tip_cents=0, suspense_cents=0, fee_cents=500) == moved(
            PSP_PLATFORM=-500, DISPUTE_FEES=500
        )

    def test_takes_what_was_too_much_after_all_from_suspense_and_not_from_the_provider(self) -> None:
        assert on(DisputeOpened, suspense_cents=-2_200, fee_cents=0) == moved(
            DISPUTES_PENDING=2_200,
            SUSPENSE=-2_200,
            DUE_TO_COOP=2_000,
            DUE_TO_COOP_BLOCKED=-2_000,
            ONLINE_BLOCKED=2_000,
            ONLINE=-2_000,
        )

    def test_that_was_lost_and_is_given_back_after_all_pays_the_contribution_again(self) -> None:
        assert on(LostDisputeReinstated) == {
            **moved(PSP_PLATFORM=3_700, DUE_TO_COOP=-2_000, TIPS=-200, DISPUTE_FEES=-1_500, ONLINE=2_000),
            **by_class(Account.CONTRIBUTIONS, CPA=-1_000, CE1=-1_000),
        }

    def test_that_took_too_much_is_the_platform_s_loss_once_two_people_said_so(self) -> None:
        assert on(DisputeCleared) == moved(GOODWILL=500, SUSPENSE=-500)
        assert on(DisputeCleared, cents=-500) == moved(GOODWILL=-500, SUSPENSE=500)
