"""What was decided for a reason is read by coop, with its code and the id of its note, and no word of anybody's."""

from __future__ import annotations

import msgspec

from domain.campaign.basket import AbandonContribution, CorrectContribution
from domain.coop.closing import RecordFinding
from domain.events.contribution import ContributionAbandoned
from domain.recorded_event import RecordedEvent
from domain.vocabulary.reasons import AbandonReason
from projections import decisions
from tests.projections.history import History
from tests.projections.projected_ledger import projected


def test_the_decisions_of_a_coop_are_listed_in_their_order_page_by_page(database: str) -> None:
    history = History()
    coop_id, other = history.coop(), history.coop("Coopérative des Roses")
    campaign_id = history.campaign(coop_id)
    contribution_id = history.place(campaign_id, "CE1")
    note_id = history.id()
    history.do(
        CorrectContribution,
        campaign_id,
        contribution_id=contribution_id,
        line=1,
        class_label="CE2",
        tariff_id="t1",
        reason="mistake",
        note_id=note_id,
    )
    history.pay(campaign_id, contribution_id)
    history.refund(campaign_id, contribution_id, 500)
    finding = {"finding_id": history.id(), "subject": "cash_box", "severity": "remark", "up_to_position": 1}
    history.do(RecordFinding, coop_id, **finding)
    with projected(database, history.facts) as ledger:
        ledger.catch_up()
        rows = decisions.of_coop(ledger.read, coop_id, 0, 10)
        assert [(row.topic, row.stream_id, row.subject_id, row.reason, row.note_id) for row in rows] == [
            ("campaign.contribution_corrected.1", campaign_id, contribution_id, "mistake", note_id),
            ("campaign.refund_requested.1", campaign_id, contribution_id, "child_left", None),
            ("coop.inspection_finding_recorded.1", coop_id, None, "cash_box", None),
        ]
        facts = {fact.position: fact.event for fact in history.facts}
        assert [(row.decided_at, row.decided_by) for row in rows] == [
            (facts[row.position].at, facts[row.position].by) for row in rows
        ]
        assert decisions.of_coop(ledger.read, coop_id, rows[0].position, 1) == rows[1:2]
        assert decisions.of_coop(ledger.read, other, 0, 10) == []


def test_a_basket_that_only_expired_or_was_filled_in_again_is_nobody_s_decision(database: str) -> None:
    history = History()
    coop_id = history.coop()
    campaign_id = history.campaign(coop_id)
    for reason in AbandonReason:
        history.do(
            AbandonContribution, campaign_id, contribution_id=history.place(campaign_id, "CE1"), reason=reason.value
        )
    with projected(database, history.facts) as ledger:
        ledger.catch_up()
        reasons = [row.reason for row in decisions.of_coop(ledger.read, coop_id, 0, 10)]
    assert reasons == ["given_up", "mistake", "other"]


def test_the_free_text_of_an_older_event_is_not_copied(database: str) -> None:
    history = History()
    coop_id = history.coop()
    campaign_id = history.campaign(coop_id)
    history.do(AbandonContribution, campaign_id, contribution_id=history.place(campaign_id, "CE1"), reason="given_up")
    *before, last = history.facts
    assert isinstance(last.event, ContributionAbandoned)
    older: RecordedEvent = last._replace(event=msgspec.structs.replace(last.event, reason="Mme Durand a renoncé"))
    with projected(database, [*before, older]) as ledger:
        ledger.catch_up()
        (row,) = decisions.of_coop(ledger.read, coop_id, 0, 10)
    assert (row.reason, row.note_id) == ("other", None)
