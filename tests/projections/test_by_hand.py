"""What people write down by hand is seen in every read model that counts it, to the cent."""

from datetime import date

from domain.campaign.by_hand.cash import CorrectCashSlip, ReturnCash
from domain.campaign.by_hand.refunds import PayRefundOutOfBand, WithdrawPaymentToFamily
from domain.coop.banking import MatchBankReturn, UnmatchBankLine
from projections import class_balances, contributions, participants, payouts
from projections.by_hand import cash_slips, class_counts
from projections.by_hand.cash_slips import SlipRow
from projections.figures import cash_rows
from tests.projections.by_hand import count_a_class, receive
from tests.projections.history import PRICE, History
from tests.projections.projected_ledger import projected

TODAY = date(2024, 9, 2)


def test_slips_show_what_they_are_and_what_went_back(database: str) -> None:
    history = History()
    campaign_id = history.campaign(history.coop())
    contribution_id = history.place(campaign_id, "CP", means="cash")
    slip = receive(history, campaign_id, contribution_id, PRICE)
    history.do(CorrectCashSlip, campaign_id, slip=slip, cents=1_500, reason="mistake")
    back = {"contribution_id": contribution_id, "cents": 500, "reason": "child_left", "returned_on": TODAY}
    wrong = history.id()
    history.do(ReturnCash, campaign_id, **back, refund_id=wrong, slip="Z-1")
    history.do(WithdrawPaymentToFamily, campaign_id, refund_id=wrong, reason="never_happened")
    history.do(ReturnCash, campaign_id, **back, refund_id=history.id(), slip="Z-2")
    with projected(database, history.facts) as ledger:
        ledger.catch_up()
        assert cash_slips.of_campaign(ledger.read, campaign_id) == [
            SlipRow(slip, contribution_id, 1_500, 0, TODAY),
            SlipRow("Z-1", contribution_id, 0, 0, TODAY),
            SlipRow("Z-2", contribution_id, 0, 500, TODAY),
        ]
        (row,) = class_balances.of_campaign(ledger.read, campaign_id)
        assert (row.received, row.cash, row.refunded, row.balance, row.participants) == (1_500, 1_500, 500, 1_000, 1)
        (order,) = contributions.of_campaign(ledger.read, campaign_id)
        assert (order.due, order.paid, order.refunded) == (PRICE, 1_500, 500)
        (child,) = participants.of_campaign(ledger.read, campaign_id)
        assert (child.paid, child.refunded, child.held) == (1_500, 500, 1_000)


def test_a_count_says_its_difference_and_the_deposit_that_took_it(database: str) -> None:
    history = History()
    coop_id = history.coop()
    campaign_id = history.campaign(coop_id)
    count_id = count_a_class(history, coop_id, campaign_id)
    with projected(database, history.facts) as ledger:
        ledger.catch_up()
        (count,) = class_counts.of_coop(ledger.read, coop_id)
        assert (count.count_id, count.class_code, count.expected, count.counted) == (count_id, "CP", 2 * PRICE, 3_800)
        assert count.difference == 3_800 - 2 * PRICE
        deposits = {one.deposit_id: one for one in class_counts.deposits_of(ledger.read, coop_id)}
        assert sorted((one.cents, one.withdrawn) for one in deposits.values()) == [(3_000, False), (3_000, True)]
        assert count.deposit_id is not None
        assert not deposits[count.deposit_id].withdrawn
        assert class_counts.pieces_of(ledger.read, (count_id,)) == {2_000: 1, 1_000: 1, 200: 4}
        assert (
            cash_rows.balance(ledger.read, coop_id) == cash_rows.rows(ledger.read, coop_id).total == 2 * PRICE - 3_000
        )


def test_a_slip_corrected_to_nothing_leaves_no_participant_and_one_corrected_back_brings_it_again(
    database: str,
) -> None:
    history = History()
    campaign_id = history.campaign(history.coop())
    slip = receive(history, campaign_id, history.place(campaign_id, "CP", means="cash"), PRICE)
    history.do(CorrectCashSlip, campaign_id, slip=slip, cents=0, reason="other_family")
    nothing = history.position
    history.do(CorrectCashSlip, campaign_id, slip=slip, cents=PRICE, reason="mistake")
    with projected(database, history.facts) as ledger:
        for position, shown in ((nothing, 0), (None, 1)):
            ledger.catch_up(**({} if position is None else {"upto": position}))
            sheet = class_balances.of_campaign(ledger.read, campaign_id)
            assert [(row.participants, row.received, row.cash) for row in sheet] == [(1, PRICE, PRICE)] * shown
            (order,) = contributions.of_campaign(ledger.read, campaign_id)
            assert (order.payments, order.due) == (shown, PRICE * shown)


def test_a_refund_by_the_coop_is_given_back_everywhere_until_it_is_withdrawn(database: str) -> None:
    history = History()
    coop_id = history.coop()
    campaign_id = history.campaign(coop_id)
    contribution_id = history.place(campaign_id, "CP")
    history.pay(campaign_id, contribution_id)
    history.payout(coop_id, PRICE)
    back = {"contribution_id": contribution_id, "cents": PRICE, "reason": "child_left", "paid_on": TODAY}
    refund_id = history.id()
    history.do(PayRefundOutOfBand, campaign_id, **back, refund_id=refund_id, means="cheque")
    given = history.position
    history.do(WithdrawPaymentToFamily, campaign_id, refund_id=refund_id, reason="mistake")
    with projected(database, history.facts) as ledger:
        for position, refunded in ((given, PRICE), (None, 0)):
            ledger.catch_up(**({} if position is None else {"upto": position}))
            (sheet,) = class_balances.of_campaign(ledger.read, campaign_id)
            (order,) = contributions.of_campaign(ledger.read, campaign_id)
            (child,) = participants.of_campaign(ledger.read, campaign_id)
            assert sheet.refunded == order.refunded == child.refunded == refunded
            assert sheet.participants == int(refunded == 0)


def test_a_payout_shows_the_line_that_sent_it_back_until_its_match_is_undone(database: str) -> None:
    history = History()
    coop_id = history.coop()
    campaign_id = history.campaign(coop_id)
    history.pay(campaign_id, history.place(campaign_id, "CP"))
    payout_id = history.payout(coop_id, PRICE)
    history.arrive(coop_id, payout_id, PRICE, TODAY)
    history.fail(coop_id, payout_id)
    line = {"bank_line_id": "R-1", "payout_id": payout_id, "cents": PRICE, "booked_on": TODAY}
    history.do(MatchBankReturn, coop_id, **line)
    matched = history.position
    history.do(UnmatchBankLine, coop_id, bank_line_id="R-1", reason="mistake")
    with projected(database, history.facts) as ledger:
        for position, expected in ((matched, ("R-1", TODAY)), (None, (None, None))):
            ledger.catch_up(**({} if position is None else {"upto": position}))
            (row,) = payouts.of_coop(ledger.read, coop_id)
            assert (row.return_line_id, row.returned_on) == expected
            assert row.booked_on == TODAY
