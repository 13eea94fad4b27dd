"""One person as the vault and the ledger know them: who they are, and what is theirs, found by id."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection

from adapters.people_vault import Person, PersonMissing, Purpose
from domain.errors import ReadersBehind
from projections import contributions, directory, participants
from projections.contributions import ContributionRow
from projections.participants import ParticipantRow
from service.retention.people import is_current
from service.runtime.open_ledger import OpenLedger


class PaidContribution(NamedTuple):
    """A contribution of the person: its campaign's title, its row, its children."""

    title: str
    row: ContributionRow
    children: list[ParticipantRow]


class PersonRecord(NamedTuple):
    """What is kept of one person, and until when; ``children`` are the people on their own contributions, by id.

    No other payer is in it, not even one who paid for the same child.
    """

    person_id: UUID
    person: Person
    purpose: Purpose
    expires_on: date
    contributions: list[PaidContribution]
    children: dict[UUID, Person]

    @property
    def of_accounts(self) -> bool:
        """Whether the accounts need all that is kept: of who holds a mandate, or of a bank account. Of payers, no."""
        return self.purpose is Purpose.ACCOUNTING and not self.contributions


def find_person(opened: OpenLedger, person_id: UUID) -> PersonRecord:
    """Return what is kept of a person.

    Raises:
        PersonMissing: nobody of that id, or erased already.
        ReadersBehind: the read models do not show all of the log, so not all that is theirs.

    """
    if not is_current(opened):
        raise ReadersBehind(person=person_id)
    person, kept = opened.vault.get(person_id), opened.vault.kept_for(person_id)
    if person is None or kept is None:
        raise PersonMissing(person=person_id)
    found = opened.read(_contributions, person_id)
    children = opened.vault.get_many({child.participant_id for one in found for child in one.children})
    return PersonRecord(person_id, person, *kept, found, children)


def _contributions(connection: Connection[Any], payer_id: UUID) -> list[PaidContribution]:
    found = []
    for row in contributions.of_payer(connection, payer_id):
        campaign = directory.find_campaign(connection, row.campaign_id)
        children = participants.of_contribution(connection, row.contribution_id)
        found.append(PaidContribution(campaign.title if campaign else "", row, children))
    return found
