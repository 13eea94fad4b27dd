"""Money that waits for somebody's word is written about the next day, to those who can say whose it is."""

from __future__ import annotations

from typing import Final

import pytest

from domain.campaign.refunds import AllocateExternalRefund, LineAmount
from domain.events.refund import ExternalRefundFound
from domain.rights.roles import MemberRole
from tests.kit.email_world import EmailWorld, ReceivedEmails, body
from tests.service.emails.test_bank_account_emails import STAFF, TREASURER, join
from tests.service.payments.held.test_external_refunds import dashboard_refund, found

CENTS: Final = 300


def waiting(world: EmailWorld) -> ExternalRefundFound:
    """A part of a payment for two children, given back in the provider's dashboard: nobody knows for which child."""
    world.certify()
    contribution_id = world.pay("CP A", "CE1")
    dashboard_refund(world, contribution_id, CENTS)
    world.settle(seconds=3)
    world.settle(seconds=3)
    (event,) = found(world)
    return event


def told(emails: ReceivedEmails) -> list[str]:
    """Who was asked."""
    return sorted(to for to, about in emails.subjects() if "attend une explication" in about)


@pytest.mark.parametrize("explained", [False, True], ids=["nobody explained it", "it was explained"])
def test_who_can_say_whose_money_waits_is_asked_the_next_day_and_not_once_it_is_said(
    world: EmailWorld,
    emails: ReceivedEmails,
    explained: bool,  # noqa: FBT001 - one of two ways
) -> None:
    join(world, MemberRole.STAFF, STAFF)
    join(world, MemberRole.TREASURER, TREASURER)
    join(world, MemberRole.AUDITOR, "audit@occe.example")
    refund = waiting(world)
    if explained:
        share = LineAmount(line=1, cents=CENTS)
        world.do(AllocateExternalRefund, refund_id=refund.refund_id, tip_cents=0, by_line=(share,))
    world.settle(seconds=3)
    assert told(emails) == []
    world.settle(days=1, seconds=60)
    world.settle(seconds=3)
    assert told(emails) == ([] if explained else [STAFF, TREASURER])
    texts = [body(one) for one in emails.read() if "attend une explication" in str(one["subject"])]
    assert [("3,00 €" in text, "Anatole" in text) for text in texts] == [(True, False)] * len(told(emails))
