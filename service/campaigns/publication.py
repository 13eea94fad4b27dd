"""Putting a campaign on line: what the association and the coop say of it at this moment goes with the command."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from domain.aggregate import Stamp
from domain.association.state import Association
from domain.calendar import paris_date
from domain.campaign.publication import PublishCampaign
from domain.coop.state import Coop


def publication_of(
    campaign_id: UUID, responsible_id: UUID, decision: str, coop: Coop, association: Association, stamp: Stamp
) -> PublishCampaign:
    """Return the command that publishes a campaign under the responsibility of a mandate holder (S-48, S-49)."""
    return PublishCampaign(
        stream_id=campaign_id,
        responsible_id=responsible_id,
        council_decision=decision,
        policy=coop.policy_within(association.policy),
        mandated=coop.has_mandate(responsible_id, paris_date(stamp.at)),
        charter_version=association.charter_version,
        charter_accepted=coop.charter_accepted,
        stamp=stamp,
    )


def mandate_of(coop: Coop, holder_id: UUID, day: date) -> UUID | None:
    """Return a mandate that a person holds on a Paris day, None without one."""
    held = coop.mandates.items()
    return next((key for key, (holder, first, last) in held if holder == holder_id and first <= day <= last), None)


def holders_on(coop: Coop, day: date) -> tuple[UUID, ...]:
    """Return who holds a mandate on a Paris day, each once."""
    held = coop.mandates.values()
    return tuple(dict.fromkeys(holder for holder, first, last in held if first <= day <= last))
