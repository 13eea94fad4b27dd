"""The office is asked about what a bank took beyond a payment, once it is clear that nothing else explains it."""

from __future__ import annotations

from typing import Any, Final

import pytest

from domain.campaign.disputes.explanation import ClearDispute
from domain.rights.roles import MemberRole
from tests.kit.email_world import EmailWorld, ReceivedEmails
from tests.kit.service_world import PRICE, TIP
from tests.service.emails.test_bank_account_emails import STAFF, TREASURER, join

CLEARED: Final[dict[str, Any]] = {"account": "goodwill", "approvers": ("ad-1", "ad-2"), "reason": "dispute_cost"}


def told(emails: ReceivedEmails) -> list[str]:
    """Who was asked."""
    return sorted(to for to, about in emails.subjects() if "à expliquer" in about)


@pytest.mark.parametrize("explained", [False, True], ids=["nobody explained it", "two people explained it"])
def test_the_office_is_asked_the_day_after_whose_loss_it_is_and_not_once_that_is_said(
    world: EmailWorld,
    emails: ReceivedEmails,
    explained: bool,  # noqa: FBT001 - one of two ways
) -> None:
    join(world, MemberRole.STAFF, STAFF)
    join(world, MemberRole.TREASURER, TREASURER)
    join(world, MemberRole.AUDITOR, "audit@occe.example")
    world.certify()
    contribution_id = world.pay("CP A", card="instant")
    (charge,) = world.contribution(contribution_id).payments
    world.refund(contribution_id, PRICE)
    world.settle(seconds=3)
    dispute = world.sandbox.do(f"/charges/{charge}/claim", cents=PRICE + TIP)["dispute"]
    world.settle(seconds=3)
    if explained:
        world.do(ClearDispute, dispute_id=dispute, **CLEARED)
    assert told(emails) == []
    world.settle(days=1, seconds=60)
    world.settle(seconds=3)
    assert told(emails) == ([] if explained else [STAFF, TREASURER])
