"""What the read models say is what the domain's own states say."""

from datetime import UTC, date, datetime
from uuid import UUID

from domain.campaign.basket import CorrectContribution
from domain.campaign.by_hand.refunds import RepayFailedRefund, WithdrawPaymentToFamily
from domain.campaign.refunds import RecordRefundFailed
from domain.coop.mandates import AcceptCharter, GrantMandate
from domain.coop.suspense import FreezePayouts
from domain.events.campaign import CampaignDrafted
from domain.events.coop import CoopRegistered
from projections import class_balances, contributions, directory, online_account, papers, participants, payouts
from tests.domain.papers.binder import Binder
from tests.projections.history import PRICE, SIBLING, TIP, History
from tests.projections.projected_ledger import ProjectedLedger, projected


def coops_of(history: History) -> list[UUID]:
    return [fact.stream_id for fact in history.facts if isinstance(fact.event, CoopRegistered)]


def campaigns_of(history: History) -> list[UUID]:
    return [fact.stream_id for fact in history.facts if isinstance(fact.event, CampaignDrafted)]


def test_a_class_holds_what_its_children_hold(ledger: ProjectedLedger, year: History) -> None:
    ledger.catch_up()
    for campaign_id in campaigns_of(year):
        expected: dict[str, tuple[int, int]] = {}
        for contribution in year.state(campaign_id).contributions.values():
            for line in contribution.lines.values():
                held, children = expected.get(line.class_code, (0, 0))
                expected[line.class_code] = (held + line.held, children + (line.held > 0))
        sheet = class_balances.of_campaign(ledger.read, campaign_id)
        found = {row.class_code: (row.balance, row.participants) for row in sheet}
        assert {code: sums for code, sums in found.items() if any(sums)} == {
            code: sums for code, sums in expected.items() if any(sums)
        }
        assert [row.class_code for row in sheet] == sorted(row.class_code for row in sheet)


def test_each_contribution_stands_where_its_campaign_says(ledger: ProjectedLedger, year: History) -> None:
    ledger.catch_up()
    for campaign_id in campaigns_of(year):
        rows = {row.contribution_id: row for row in contributions.of_campaign(ledger.read, campaign_id)}
        known = year.state(campaign_id).contributions
        assert rows.keys() == known.keys()
        for contribution_id, contribution in known.items():
            row = rows[contribution_id]
            lines = contribution.lines.values()
            assert (row.asked, row.paid) == (contribution.due, sum(line.paid for line in lines))
            assert row.due == sum(line.due for line in lines if line.held > 0)
            assert row.paid - row.refunded - row.owed - row.lost == sum(line.held for line in lines)
            assert row.refund_pending + row.disputed == sum(line.reserved for line in lines)
            assert row.tip_paid - row.tip_refunded == contribution.tip_held
            assert (row.expected_later, row.abandoned) == (contribution.expected_later, contribution.abandoned)
            children = participants.of_contribution(ledger.read, contribution_id)
            assert [(child.class_code, child.held) for child in children] == [
                (line.class_code, line.held) for line in lines
            ]


def test_the_boxes_of_each_month_are_those_of_its_movements(ledger: ProjectedLedger, year: History) -> None:
    ledger.catch_up()
    for coop_id in coops_of(year):
        months = [row.period for row in online_account.months(ledger.read, (coop_id,))[coop_id]]
        assert months == sorted(year.months[coop_id])
        stated = online_account.boxes(ledger.read, [(coop_id, month) for month in months])
        assert {(coop_id, month): (year.boxes(coop_id, month), 0) for month in months} == stated
        total, blocked = online_account.balance(ledger.read, coop_id)
        assert (total - blocked, blocked) == (year.balance(coop_id), 0)


def test_contributions_are_read_page_by_page(ledger: ProjectedLedger, year: History) -> None:
    ledger.catch_up()
    campaign_id = campaigns_of(year)[0]
    read: list[contributions.ContributionRow] = []
    while rows := contributions.page(ledger.read, campaign_id, read[-1].contribution_id if read else None, 7):
        read += rows
    assert read == contributions.of_campaign(ledger.read, campaign_id)


def test_the_payouts_of_a_coop_are_numbered_and_say_where_they_are(database: str) -> None:
    history = History()
    coop_id = history.coop()
    campaign_id = history.campaign(coop_id)
    history.pay(campaign_id, history.place(campaign_id, "CP", "CE1"))
    first, second = history.payout(coop_id, 1_000), history.payout(coop_id, 500)
    history.wait(days=2)
    history.arrive(coop_id, first, 1_000, date(2024, 9, 4))
    history.fail(coop_id, second)
    with projected(database, history.facts) as ledger:
        ledger.catch_up()
        paid, failed = payouts.of_coop(ledger.read, coop_id)
        assert (paid.payout_id, paid.statement, paid.status, paid.booked_on) == (first, "", "paid", date(2024, 9, 4))
        assert (failed.payout_id, failed.status, failed.reason) == (second, "failed", "no_account")


def test_a_refund_that_came_back_is_owed_and_one_that_is_repaid_is_refunded(database: str) -> None:
    history = History()
    campaign_id = history.campaign(history.coop())
    contribution_id = history.place(campaign_id, "CP", "CE1")
    history.pay(campaign_id, contribution_id)
    refund_id = history.refund(campaign_id, contribution_id, PRICE + SIBLING)
    history.settle_refund(campaign_id, refund_id)
    settled = history.position
    moved = {"contribution_id": contribution_id, "line": 1, "class_label": "CM2", "tariff_id": "t1"}
    history.do(CorrectContribution, campaign_id, **moved, reason="mistake")
    history.do(RecordRefundFailed, campaign_id, refund_id=refund_id, reason="closed", failed_at=history.now)
    back = history.position
    repaid = {"refund_id": refund_id, "means": "cheque", "paid_on": date(2024, 9, 2)}
    history.do(RepayFailedRefund, campaign_id, **repaid)
    paid = history.position
    history.do(WithdrawPaymentToFamily, campaign_id, refund_id=refund_id, reason="mistake")
    stages = ((settled, "refunded"), (back, "owed_to_family"), (paid, "refunded"), (None, "owed_to_family"))
    with projected(database, history.facts) as ledger:
        for position, status in stages:
            ledger.catch_up(**({} if position is None else {"upto": position}))
            owed = {"CE1": SIBLING, "CP" if position == settled else "CM2": PRICE}
            (order,) = contributions.of_campaign(ledger.read, campaign_id)
            sheet = class_balances.of_campaign(ledger.read, campaign_id)
            assert (order.status, order.due, order.given_back) == (status, 0, PRICE + SIBLING)
            came_back = status == "owed_to_family"
            assert {row.class_code: (row.refunded, row.owed_to_families) for row in sheet} == {
                code: (0, cents) if came_back else (cents, 0) for code, cents in owed.items()
            }
            assert {(row.participants, row.due, row.balance, row.moved) for row in sheet} == {(0, 0, 0, 0)}


STORIES = {
    "": "pending",
    "abandon": "abandoned",
    "pay": "received",
    "pay_first": "partial",
    "pay refund_some": "partially_refunded",
    "pay refund_all": "refunded",
    "pay dispute": "disputed",
    "pay dispute lose": "unpaid",
    "pay dispute win": "received",
}


def test_the_status_of_a_contribution_follows_its_story(database: str) -> None:
    history = History()
    campaign_id = history.campaign(history.coop())
    told = {}
    for story, status in STORIES.items():
        contribution_id = history.place(campaign_id, "CP", "CP", instalments=3 if story == "pay_first" else 1)
        told[contribution_id] = status
        history.tell(campaign_id, contribution_id, story.split())
    with projected(database, history.facts) as ledger:
        ledger.catch_up()
        rows = contributions.of_campaign(ledger.read, campaign_id)
        assert {row.contribution_id: row.status for row in rows} == told
        assert {(row.asked, row.tip_due) for row in rows} == {(PRICE + SIBLING, TIP)}
        assert [contributions.by_id(ledger.read, row.contribution_id) for row in rows] == rows


def test_the_directory_names_coops_campaigns_classes_and_tariffs(database: str) -> None:
    history = History()
    coop_id = history.coop(classes=("CP a", "CE1"))
    campaign_id = history.campaign(coop_id, "Vie de classe")
    history.retitle(campaign_id, "Vie de la classe", opens_at=datetime(2024, 9, 9, tzinfo=UTC))
    history.replace_tariff(campaign_id, "t2", "Soutien")
    with projected(database, history.facts) as ledger:
        ledger.catch_up()
        (coop,) = directory.coops(ledger.read)
        assert (coop.coop_id, coop.town, coop.certified) == (coop_id, "Nice", True)
        assert (coop.iban_masked, coop.iban_confirmed) == ("FR76…189", True)
        assert (coop.charter_accepted, coop.payouts_frozen) == (0, False)
        assert directory.coops(ledger.read, (campaign_id,)) == []
        campaign = directory.find_campaign(ledger.read, campaign_id)
        assert campaign is not None
        assert (campaign.title, campaign.status, campaign.by_link) == ("Vie de la classe", "published", True)
        assert campaign.opens_at == datetime(2024, 9, 9, tzinfo=UTC)
        assert directory.campaigns_of(ledger.read, coop_id) == [campaign]
        assert directory.class_labels(ledger.read, coop_id, 2024) == {"CPA": "CP a", "CE1": "CE1"}
        assert list(directory.tariff_labels(ledger.read, campaign_id).items()) == [
            ("t2", "Soutien"),
            ("t1", "Un enfant"),
        ]
        assert directory.find_campaign(ledger.read, coop_id) is None


def test_the_directory_says_which_charter_was_accepted_and_whether_payouts_are_frozen(database: str) -> None:
    history = History()
    coop_id = history.coop()
    mandate_id, days = history.id(), {"valid_from": date(2024, 9, 1), "valid_to": date(2025, 8, 31)}
    history.do(GrantMandate, coop_id, mandate_id=mandate_id, holder_id=history.id(), **days)
    history.do(AcceptCharter, coop_id, version=2, published_charter=2, mandate_id=mandate_id)
    told = [(history.position, False)]
    history.do(FreezePayouts, coop_id, reason="bank_account_changed")
    told.append((history.position, True))
    with projected(database, history.facts) as ledger:
        ledger.catch_up(upto=told[0][0] - 1)
        assert _standing(ledger) == (0, False)
        for position, frozen in told:
            ledger.catch_up(upto=position)
            assert _standing(ledger) == (2, frozen)


def _standing(ledger: ProjectedLedger) -> tuple[int, bool]:
    """What the directory says of its only coop."""
    (coop,) = directory.coops(ledger.read)
    return coop.charter_accepted, coop.payouts_frozen


def test_papers_are_found_by_their_event_and_a_payout_by_its_statement(database: str) -> None:
    binder = Binder()
    binder.paid_for(binder.campaign_id, "CP")
    payout = binder.payout(binder.coop_id, 2_000)
    binder.arrives(payout)
    binder.archive(binder.campaign_id)
    binder.issue()
    with projected(database, binder.facts) as ledger:
        ledger.catch_up()
        statement, part, recap = papers.of_coop(ledger.read, binder.coop_id, 2024)
        found = [(one.paper, one.reference, one.edition, one.cents) for one in (statement, part, recap)]
        assert found == [
            ("statement", "V-2024-2025-0001", 0, 2_000),
            ("part", "R-2024-2025-0001/1", 0, 2_000),
            ("final", "R-2024-2025-0001", 1, 2_000),
        ]
        assert papers.find(ledger.read, part.position) == part
        assert papers.last_recap(ledger.read, binder.campaign_id) == recap
        assert papers.of_coop(ledger.read, binder.coop_id, 2023) == []
        (paid,) = payouts.of_coop(ledger.read, binder.coop_id)
        assert paid.statement == statement.reference
