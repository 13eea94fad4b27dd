"""Decisions of two people: what one asks for is noted, and done when another asks for the very same."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from adapters.log.bus.submission import fingerprint_of
from domain.aggregate import Intent, Stamp
from domain.association.approvals import GiveApproval, first_of_two
from domain.association.platform import ClearPlatformSuspense
from domain.association.state import Association
from domain.campaign.disputes.explanation import ClearDispute
from domain.campaign.held.explained import ClearContributionSuspense
from domain.campaign.state import Campaign
from domain.coop.by_hand.adjustments import ReverseAdjustment
from domain.coop.closing import ApproveAdjustment
from domain.coop.state import Coop
from domain.coop.suspense import ClearSuspense

ByTwo: TypeAlias = (
    ApproveAdjustment
    | ReverseAdjustment
    | ClearSuspense
    | ClearPlatformSuspense
    | ClearContributionSuspense
    | ClearDispute
)
NOBODY = ("", "")
"""Who approved, before it is known."""


def by_two(association: Association, decision: ByTwo) -> Intent[Coop] | Intent[Association] | Intent[Campaign]:
    """Return the decision with both of its people if another one approved the same, else the approval of the first.

    Raises:
        SecondPersonNeeded: one of the two could act for the other.

    """
    nobody = Stamp(at=decision.at, by="")
    said = msgspec.structs.replace(decision, stamp=nobody, approvers=NOBODY)
    digest = fingerprint_of(said).hex()
    first = first_of_two(association, digest, decision.by, decision.at)
    if first is None:
        stamp = Stamp(at=decision.at, by=decision.by)
        return GiveApproval(stream_id=association.id, decision=decision.KIND, digest=digest, stamp=stamp)
    return msgspec.structs.replace(decision, approvers=(first, decision.by))
