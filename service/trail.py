"""Writing the trail of access: one function, used wherever someone signs in, is refused, or reads what names people.

Names never enter it: an actor is an opaque id, a subject an id of ours, a detail a word that this program wrote.
"""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from adapters.trail import NewTrailEntry, TrailStore
from service.logging import request_id


class TrailKind(StrEnum):
    """What is written down."""

    SIGNED_IN = "signed-in"
    SIGN_IN_FAILED = "sign-in-failed"
    REFUSED = "refused"
    """Someone known asked for what they may not do, or for what does not exist for them; or nobody known asked."""
    NAMES_READ = "names-read"
    """A document or an answer that names people was given."""
    ARCHIVE_OPENED = "archive-opened"
    """Names of families that were forgotten were read in the accounting archive."""
    LOG_READ = "log-read"
    """The association's log or its trail was read."""
    PERSON_EXPORTED = "person-exported"
    PERSON_ERASED = "person-erased"


def record(
    store: TrailStore,
    kind: TrailKind,
    *,
    association: str,
    actor: str | None = None,
    coop_id: UUID | None = None,
    campaign_id: UUID | None = None,
    subject_id: UUID | None = None,
    detail: str = "",
) -> None:
    """Write one entry, before what it is about is given: where it cannot be written, nothing is.

    ``actor`` is who signed in, by opaque id; ``subject_id`` the person, account or contribution that it is about.
    """
    store.add(NewTrailEntry(kind, actor, association, coop_id, campaign_id, subject_id, detail, request_id()))
