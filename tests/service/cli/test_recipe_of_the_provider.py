"""What the recipe on reconciling tells people to type about money that waits is typed as it stands."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from domain.campaign.payments import RecordPaymentOnHold
from domain.campaign.refunds import RecordExternalRefund, RecordRefundFailed
from service.demo.scenario import DemoIds
from tests.deployment.first_hour.documents import commands
from tests.service.cli.test_cli import Run, run, show, told
from tests.service.cli.test_families import campaign, enter, of_two_children, sound

__all__ = ["run", "told"]
_PAGE: Final = "docs/recipes/reconcile-with-the-provider.md"
_LATER: Final = datetime(2024, 7, 15, tzinfo=UTC)
_BY: Final = ("2024-1", "2024-2")


def typed(beginning: str) -> list[str]:
    """The one command of the page that begins so, word by word."""
    (found,) = [one.text for one in commands() if one.page == _PAGE and one.text.startswith(f"coopledger {beginning}")]
    return shlex.split(found)[1:]


def test_a_refund_made_at_the_provider_is_found_waiting_and_said_whose_it_was(
    run: Run, told: DemoIds, database: str
) -> None:
    family, made = of_two_children(told), uuid4()
    (payment,) = [key for key, one in campaign(told).payments.items() if one == family]
    enter(
        lambda stamp, _: RecordExternalRefund(
            stream_id=told.campaign_id,
            stamp=stamp,
            refund_id=made,
            payment_id=payment,
            provider_refund="re_1",
            cents=500,
            settled_at=_LATER,
        ),
        at=_LATER,
    )
    show(database)
    assert str(made) in run(*typed("decision waiting")).output
    known = {"CAMPAIGN": told.campaign_id, "MADE_THERE": made, "ACTOR": _BY[0]}
    done = run(*(known.get(word, word) for word in typed("refund allocate")))
    assert done.exit_code == 0, done.output
    assert campaign(told).contribution(family).external[made].left == 0
    sound(run, database)
    assert str(made) not in run(*typed("decision waiting")).output


def test_a_refund_made_at_the_provider_settles_what_had_come_back(run: Run, told: DemoIds, database: str) -> None:
    (came_back,), made = campaign(told).refunds, uuid4()
    contribution = campaign(told).contribution(campaign(told).refunds[came_back])
    refund = contribution.refunds[came_back]
    enter(
        lambda stamp, _: RecordRefundFailed(
            stream_id=told.campaign_id, stamp=stamp, refund_id=came_back, reason="expired_card", failed_at=_LATER
        ),
        lambda stamp, _: RecordExternalRefund(
            stream_id=told.campaign_id,
            stamp=stamp,
            refund_id=made,
            payment_id=refund.payment_id,
            provider_refund="re_2",
            cents=refund.cents,
            settled_at=_LATER,
        ),
        at=_LATER,
    )
    known = {"CAMPAIGN": told.campaign_id, "CAME_BACK": came_back, "MADE_THERE": made, "ACTOR": _BY[0]}
    done = run(*(known.get(word, word) for word in typed("refund settle")))
    assert done.exit_code == 0, done.output
    sound(run, database)


def test_two_people_explain_a_payment_that_nobody_expected(run: Run, told: DemoIds, database: str) -> None:
    family = of_two_children(told)
    enter(
        lambda stamp, _: RecordPaymentOnHold(
            stream_id=told.campaign_id,
            stamp=stamp,
            contribution_id=family,
            payment_id="ch_unexpected",
            cents=500,
            reason="unexpected",
            paid_at=_LATER,
        ),
        at=_LATER,
    )
    known = {"CAMPAIGN": told.campaign_id, "CONTRIBUTION": family, "PAYMENT": "ch_unexpected"}
    for who in _BY:
        assert campaign(told).contribution(family).on_hold_cents == 500
        done = run(*({**known, "ACTOR": who}.get(word, word) for word in typed("decision explain-payment")))
        assert done.exit_code == 0, done.output
    assert campaign(told).contribution(family).on_hold_cents == 0
    sound(run, database)
