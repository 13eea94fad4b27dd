"""What families and coops do over a school year, at random from a seed, so that every kind of event happens."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from domain.calendar import add_months, paris_date, paris_noon
from domain.campaign.basket import AbandonContribution, CorrectContribution
from domain.campaign.by_hand.refunds import RepayFailedRefund
from domain.campaign.disputes.facts import RecordDisputeLost
from domain.campaign.instalments import CancelInstalments, RecordInstalmentFailed
from domain.campaign.payments import RecordCashReceived, RecordPaymentFailed
from domain.campaign.refunds import RecordRefundFailed
from domain.closings.periods import PeriodKind
from domain.coop.banking import UnmatchBankLine
from tests.projections.by_hand import by_hand
from tests.projections.history import CLASSES, POLICY, PRICE, TIP, History
from tests.projections.other_platforms import collect_elsewhere
from tests.projections.provider_surprises import surprises

OUTCOMES = ("failed", "returned", "unmatched")
"""What may go wrong with a payout."""


def family(history: History, campaign_id: UUID) -> None:
    """One family does what families do: most pay by card, some in cash or in three times, a few regret it."""
    chance = history.random.random()
    children = history.random.choices(CLASSES, k=history.random.choice((1, 1, 1, 2, 2, 3)))
    if chance < 0.1:
        _family_in_cash(history, campaign_id, children)
    elif chance < 0.2:
        _family_in_three_times(history, campaign_id, children, chance)
    else:
        _family_by_card(history, campaign_id, children, chance)


def _family_in_cash(history: History, campaign_id: UUID, children: list[str]) -> None:
    contribution_id = history.place(campaign_id, *children, means="cash")
    history.do(
        RecordCashReceived,
        campaign_id,
        contribution_id=contribution_id,
        slip=f"S-{contribution_id.hex[:12].upper()}-1",
        cents=PRICE,
        paid_at=history.now,
        policy=POLICY,
    )


def _family_in_three_times(history: History, campaign_id: UUID, children: list[str], chance: float) -> None:
    contribution_id = history.place(campaign_id, *children, instalments=3)
    history.settle_payment(campaign_id, contribution_id, history.pay(campaign_id, contribution_id))
    history.pay(campaign_id, contribution_id, 2)
    about = {"contribution_id": contribution_id}
    if chance < 0.13:
        refusal = {"attempt_id": f"at_{contribution_id.hex}", "reason": "expired_card", "final": True}
        history.do(RecordInstalmentFailed, campaign_id, **about, number=3, **refusal)
    elif chance < 0.16:
        history.do(CancelInstalments, campaign_id, **about, reason="child_left")
    else:
        history.pay(campaign_id, contribution_id, 3)


def _family_by_card(history: History, campaign_id: UUID, children: list[str], chance: float) -> None:
    contribution_id = history.place(campaign_id, *children)
    about = {"contribution_id": contribution_id}
    if chance < 0.24:
        history.do(RecordPaymentFailed, campaign_id, **about, attempt_id=f"at_{contribution_id.hex}", reason="funds")
    if chance < 0.22:
        history.do(AbandonContribution, campaign_id, **about, reason="given_up")
        return
    payment_id = history.pay(campaign_id, contribution_id)
    if chance < 0.95:
        history.settle_payment(campaign_id, contribution_id, payment_id)
    if chance < 0.28:
        correction = {"line": 1, "class_label": "CE1-CE2", "tariff_id": "t1", "reason": "mistake"}
        history.do(CorrectContribution, campaign_id, **about, **correction)
    elif chance < 0.34:
        _regret(history, campaign_id, contribution_id, chance)
    elif chance < 0.36:
        dispute_id = history.dispute(campaign_id, payment_id, PRICE, TIP)
        history.wait(days=1)
        if chance < 0.35:
            history.do(RecordDisputeLost, campaign_id, dispute_id=dispute_id, closed_at=history.now)
        else:
            history.win(campaign_id, dispute_id)


def _regret(history: History, campaign_id: UUID, contribution_id: UUID, chance: float) -> None:
    refund_id = history.refund(campaign_id, contribution_id, PRICE if chance < 0.31 else 700, TIP)
    failure = {"refund_id": refund_id, "reason": "closed_account"}
    if chance < 0.285:
        history.do(RecordRefundFailed, campaign_id, **failure, failed_at=history.now)
        return
    history.settle_refund(campaign_id, refund_id)
    if chance < 0.29:
        history.do(RecordRefundFailed, campaign_id, **failure, failed_at=history.now)
        paid = {"means": "cheque", "paid_on": paris_date(history.now)}
        history.do(RepayFailedRefund, campaign_id, refund_id=refund_id, **paid)


def pay_out(history: History, coop_id: UUID) -> None:
    """Pay half of a coop's balance out: it fails, or arrives and is matched, and may come back or be unmatched."""
    cents = history.available(coop_id) // 2
    if cents <= 0:
        return
    payout_id, outcome = history.payout(coop_id, cents), history.random.choice(("kept", "kept", *OUTCOMES))
    if outcome == "failed":
        history.fail(coop_id, payout_id)
        return
    booked_on = paris_date(history.now)
    history.arrive(coop_id, payout_id, cents, booked_on)
    if outcome == "returned":
        history.fail(coop_id, payout_id)
    elif outcome == "unmatched":
        history.do(UnmatchBankLine, coop_id, bank_line_id=f"L-{payout_id.hex[:12].upper()}-1", reason="mistake")


def school_year(seed: int = 4, coops: int = 2, families: int = 60, months: int = 3) -> History:
    """Some coops with a campaign each: families come month after month, payouts leave, the first months are closed."""
    history = History(seed)
    places = [(coop_id, history.campaign(coop_id)) for coop_id in (history.coop(f"Coop {n}") for n in range(coops))]
    for month in range(months):
        for coop_id, campaign_id in places:
            for _ in range(families // months):
                family(history, campaign_id)
                history.wait(minutes=history.random.randint(1, 90))
            pay_out(history, coop_id)
            pay_out(history, coop_id)
        first_day = add_months(date(2024, 9, 1), month)
        history.now = max(history.now, paris_noon(add_months(first_day, 1) + timedelta(days=3)))
        for coop_id, _ in places[: month + 1]:
            closed = history.closed_through(coop_id)
            history.close_month(coop_id, date(2024, 9, 1) if closed is None else closed + timedelta(days=1))
            history.adjust(coop_id, 1_500)
    for coop_id, campaign_id in places:
        by_hand(history, coop_id, campaign_id)
        surprises(history, coop_id, campaign_id)
        collect_elsewhere(history, coop_id, campaign_id)
    year_end(history, places[0][0])
    return history


def year_end(history: History, coop_id: UUID) -> None:
    """A family pays for the next year, and the months and the year are closed: its money is carried over."""
    campaign_id = history.campaign(coop_id, "Rentrée", valid=(date(2025, 9, 1), date(2026, 8, 31)))
    history.pay(campaign_id, history.place(campaign_id, "CP"))
    history.now = max(history.now, paris_noon(date(2025, 9, 10)))
    while (period := history.next_period(coop_id)).first_day < date(2025, 9, 1):
        history.close(coop_id, period.kind, period.first_day, deferring_since=2024)
        if period.kind is PeriodKind.YEAR:
            break
