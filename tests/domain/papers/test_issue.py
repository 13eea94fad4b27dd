"""Each arrived payout is explained to the cent by papers that have a number, a day, and are issued once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec
import pytest

from domain.aggregate import Stamp
from domain.campaign.basket import CorrectContribution
from domain.campaign.disputes.facts import RecordDisputeLost
from domain.coop.payouts import RecordPayoutFailed
from domain.errors import Conflict, StatementDoesNotAddUp
from domain.external.payouts import EnterExternalPayout
from domain.papers.fold.book import papers_asked
from domain.papers.fold.known import Drafted
from domain.papers.issue import issue_command
from tests.domain.papers.binder import Binder, entry
from tests.projections.other_platforms import import_one

JUNE, JULY, SEPTEMBER = date(2025, 6, 10), date(2025, 7, 10), date(2025, 9, 3)


def arrived(*families: tuple[str, ...], cents: int | None = None) -> Binder:
    """Families pay in June, and a payout of what there is, or of some cents, arrives in July."""
    binder = Binder()
    binder.at(JUNE)
    for classes in families:
        binder.paid_for(binder.campaign_id, *classes)
    binder.on_its_way = binder.payout(binder.coop_id, cents or binder.available(binder.coop_id))
    binder.at(JULY)
    binder.arrives(binder.on_its_way)
    return binder


def test_papers_are_issued_once_however_often_they_are_asked_for() -> None:
    binder = arrived(("CP",))
    (drafted,) = binder.issue()
    assert (len(binder.statements), len(binder.parts)) == (1, 1)
    again = issue_command(drafted, binder.coop_id, Stamp(at=binder.now, by="papers"))
    assert again.decide(binder.coop_state) == ()


def test_a_statement_is_numbered_in_the_exercise_of_its_arrival_and_not_of_its_request() -> None:
    binder = arrived(("CP",), ("CE1",), cents=2_000)
    binder.at(date(2025, 8, 31))
    late = binder.payout(binder.coop_id, 1_000)
    binder.at(SEPTEMBER)
    binder.arrives(late)
    binder.issue()
    assert [(one.exercise, one.number) for one in binder.statements] == [(2024, 1), (2025, 1)]


def test_drafts_that_never_collect_and_payouts_that_fail_take_no_number() -> None:
    binder = Binder()
    for title in ("Photos", "Kermesse"):
        binder.campaign(binder.coop_id, title)
    binder.at(JUNE)
    binder.paid_for(binder.campaign_id, "CP")
    failed = binder.payout(binder.coop_id, 500)
    binder.do(RecordPayoutFailed, binder.coop_id, payout_id=failed, reason="account_closed", failed_at=binder.now)
    binder.arrives(binder.payout(binder.coop_id, 2_000))
    binder.issue()
    assert [(one.number, one.cents) for one in binder.statements] == [(1, 2_000)]
    assert [(one.number, one.part) for one in binder.parts] == [(1, 1)]


def test_adjustments_travel_in_a_part_of_the_coop_itself_and_the_statement_adds_up() -> None:
    binder = Binder()
    binder.at(JUNE)
    binder.paid_for(binder.campaign_id, "CP")
    binder.adjust(binder.coop_id, 150)
    binder.arrives(binder.payout(binder.coop_id, 2_150))
    binder.issue()
    campaign, own = binder.parts
    assert (own.campaign_id, own.number, entry(own)) == (
        None,
        2,
        [("bank", "", 150, 0), ("other_income", "", 0, 150)],
    )
    assert entry(campaign)[0] == ("bank", "", 2_000, 0)
    assert binder.statements[0].cents == 2_150


def test_a_campaign_whose_refunds_are_more_than_its_payments_has_a_part_of_its_sign() -> None:
    binder = arrived(("CP",))
    other = binder.campaign(binder.coop_id, "Photos")
    binder.paid_for(other, "CP", "CE1")
    contribution = next(iter(binder.state(binder.campaign_id).contributions))
    binder.settle_refund(binder.campaign_id, binder.refund(binder.campaign_id, contribution, 500))
    binder.arrives(binder.payout(binder.coop_id, 3_000))
    binder.issue()
    taken = next(one for one in binder.parts if one.campaign_id == binder.campaign_id and one.part == 2)
    assert entry(taken) == [("bank", "", 0, 500), ("contributions", "CP", 500, 0)]
    assert taken.rectifies == ("R-2024-2025-0001/1",)


def test_a_lost_dispute_is_two_lines_without_cash_and_never_a_negative_debit() -> None:
    binder = arrived(("CP",))
    contribution = next(iter(binder.state(binder.campaign_id).contributions))
    (payment,) = binder.state(binder.campaign_id).contribution(contribution).payments
    dispute = binder.dispute(binder.campaign_id, payment, 1_200)
    binder.do(RecordDisputeLost, binder.campaign_id, dispute_id=dispute, closed_at=binder.now)
    binder.paid_for(binder.campaign_id, "CE1")
    binder.arrives(binder.payout(binder.coop_id, 800))
    binder.issue()
    assert entry(binder.parts[-1]) == [
        ("bank", "", 800, 0),
        ("contributions", "CE1", 0, 2_000),
        ("contributions", "CP", 1_200, 0),
        ("online_blocked", "", 0, 1_200),
        ("online_blocked", "", 1_200, 0),
    ]


def test_a_movement_in_two_payouts_splits_by_child_and_its_parts_add_up_to_its_shares() -> None:
    binder = arrived(("CP", "CE1"), cents=1_001)
    binder.arrives(binder.payout(binder.coop_id, 2_499))
    binder.issue()
    first, second = ({line.class_code: line.credit for line in part.entry if line.credit} for part in binder.parts)
    assert (first, second) == ({"CP": 572, "CE1": 429}, {"CP": 1_428, "CE1": 1_071})
    assert [sum(row.children for row in part.classes) for part in binder.parts] == [0, 2]


def test_a_returned_payout_has_a_statement_that_names_the_first_and_parts_that_take_back_what_they_showed() -> None:
    binder = arrived(("CP",))
    came_back = {"payout_id": binder.on_its_way, "reason": "account_closed", "failed_at": binder.now}
    binder.do(RecordPayoutFailed, binder.coop_id, **came_back)
    binder.issue()
    first, back = binder.statements
    assert (first.returns, back.number, back.returns) == ("", 2, "V-2024-2025-0001")
    taken = binder.parts[-1]
    assert (taken.kind, taken.part, taken.rectifies) == ("return", 2, ("R-2024-2025-0001/1",))
    assert binder.cash_book(2024) == dict.fromkeys(binder.cash_book(2024), 0)


def test_a_corrected_class_is_rectified_by_what_parts_had_shown_of_it() -> None:
    binder = arrived(("CP",))
    contribution = next(iter(binder.state(binder.campaign_id).contributions))
    given = {"contribution_id": contribution, "line": 1, "class_label": "CE1", "tariff_id": "t1", "reason": "mistake"}
    binder.do(CorrectContribution, binder.campaign_id, **given)
    binder.issue()
    rectifying = binder.parts[-1]
    assert (rectifying.kind, rectifying.rectifies) == ("correction", ("R-2024-2025-0001/1",))
    assert entry(rectifying) == [("contributions", "CE1", 0, 2_000), ("contributions", "CP", 2_000, 0)]


def test_a_campaign_with_one_payout_has_one_part_and_its_final_recap_under_one_number() -> None:
    binder = arrived(("CP",), ("CE1",))
    binder.archive(binder.campaign_id)
    binder.issue()
    (part,), (recap,) = binder.parts, binder.recaps
    assert (part.number, recap.number, recap.edition) == (1, 1, 1)
    assert (recap.entry, recap.classes, recap.to_pay_out) == (part.entry, part.classes, 0)


def test_a_late_fact_makes_another_edition_of_the_recap() -> None:
    binder = arrived(("CP",))
    binder.archive(binder.campaign_id)
    binder.issue()
    contribution = next(iter(binder.state(binder.campaign_id).contributions))
    (payment,) = binder.state(binder.campaign_id).contribution(contribution).payments
    binder.dispute(binder.campaign_id, payment, 500)
    binder.issue()
    assert [(one.edition, one.blocked, one.overpaid) for one in binder.recaps] == [(1, 0, 0), (2, 500, 500)]


def test_cash_has_its_piece_at_once_and_never_moves_the_bank() -> None:
    binder = Binder()
    binder.state(binder.campaign_id).means = ("card", "cash")
    binder.at(JUNE)
    binder.cash(binder.campaign_id, "B1", "CP")
    binder.issue()
    (slip,) = binder.parts
    assert (slip.kind, slip.number, slip.part) == ("cash", 1, 1)
    assert entry(slip) == [("cash", "", 2_000, 0), ("contributions", "CP", 0, 2_000)]


def test_parts_that_do_not_add_up_to_their_payout_are_refused() -> None:
    binder = arrived(("CP",))
    drafted = next(one for one in _asked(binder) if one.payout is not None)
    (part,) = drafted.parts
    short = drafted._replace(parts=(msgspec.structs.replace(part, entry=part.entry[1:]),))
    with pytest.raises(StatementDoesNotAddUp):
        issue_command(short, binder.coop_id, Stamp(at=binder.now, by="papers")).decide(binder.coop_state)


def test_a_statement_of_a_payout_that_has_not_arrived_is_refused() -> None:
    drafted = next(one for one in _asked(arrived(("CP",))) if one.payout is not None)
    empty = Binder()
    command = issue_command(drafted, empty.coop_id, Stamp(at=empty.now, by="papers"))
    with pytest.raises(Conflict):
        command.decide(empty.coop_state)


def _asked(binder: Binder) -> Iterator[Drafted]:
    return papers_asked(list(binder.facts), "AD 06")


def test_another_platforms_payout_that_is_all_fees_has_its_piece_and_stops_no_later_paper() -> None:
    binder = Binder()
    binder.at(JUNE)
    import_one(binder, binder.campaign_id, binder.id(), 1)
    kept = {"external_payout_id": binder.id(), "platform": "helloasso", "reference": "V-1", "booked_on": JUNE}
    binder.do(EnterExternalPayout, binder.coop_id, **kept, cents=60, fee_cents=60)
    binder.cash(binder.campaign_id, "S-1", "CP")
    binder.issue()
    fees, cash = binder.parts
    assert entry(fees) == [
        ("bank_fees", "", 60, 0),
        ("contributions", "CE1", 0, 30),
        ("contributions", "CP", 0, 30),
    ]
    assert cash.kind == "cash"
