"""The names of people who work with an association: mandate holders from the vault, others as members."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from reports.parts.wording import ERASED_NAME
from service.people import full_names
from service.runtime.open_ledger import OpenLedger


def person_names(opened: OpenLedger, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of people by id; who is known no more is said to be."""
    wanted = list(dict.fromkeys(ids))
    held = full_names(opened.vault, wanted)
    found = {}
    for one in wanted:
        name = held[one]
        member = opened.members.members.by_id(one) if name == ERASED_NAME else None
        found[one] = f"{member.profile.first_name} {member.profile.last_name}" if member else name
    return found
