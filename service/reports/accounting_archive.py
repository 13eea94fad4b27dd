"""Opening the accounting archive: who paid, of families that were forgotten, for those who answer for the books.

The right is asked for here, whatever asked for it before; each opening is in the trail before a name is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from adapters.trail import TrailStore
from domain.errors import ActorInvalid
from reports.payments_table import PersonNames
from service.auth.actions import Action
from service.auth.principal import Principal, check_allowed
from service.runtime.open_ledger import OpenLedger
from service.runtime.runtime import Runtime
from service.trail import TrailKind, record

ANNEX: Final = "family-annex"
"""What the archive is opened for, as the trail says it."""


def asker(runtime: Runtime, slug: str, actor: str, now: datetime) -> Principal:
    """Return a member with the rights that the ledger gives them now, for a command.

    Raises:
        ActorInvalid: that is no member's id.
        NotFound: no such association.

    """
    try:
        member_id = UUID(actor)
    except ValueError as error:
        raise ActorInvalid(given=actor) from error
    return runtime.authority.principal(slug, member_id, now, fresh=True)


def archived_names(
    opened: OpenLedger, trail: TrailStore, principal: Principal, campaign_id: UUID
) -> Mapping[UUID, PersonNames]:
    """Open the archive of a campaign, and return who paid by contribution.

    Raises:
        NotFound: no such campaign, or none that the asker may see.
        NotAllowed: the asker is neither auditor nor treasurer; NoCurrentRight: they are nothing any more.
        VaultUnreadable: altered, moved, or another key.

    """
    coop_id = opened.coop_of(campaign_id)
    check_allowed(principal, Action.READ_ARCHIVE, coop_id)
    record(
        trail,
        TrailKind.ARCHIVE_OPENED,
        association=opened.ledger.slug,
        actor=principal.actor,
        coop_id=coop_id,
        campaign_id=campaign_id,
        detail=ANNEX,
    )
    found = opened.archive.of_campaign(campaign_id)
    return {contribution_id: PersonNames(name.first_name, name.last_name) for contribution_id, name in found.items()}
