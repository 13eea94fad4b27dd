"""What families see of a campaign before they contribute: the information, tariffs, questions and means (S-171…S-179).

One row for each campaign holds the last word of each of its settings as the events say it; its status and its window
are in the directory. Nothing here is a person: the contact, and who hears of registrations, are identifiers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

import msgspec
from psycopg import Connection

from domain.events import campaign
from domain.events.base import Event, InstalmentTerms, Tariff
from domain.events.campaign import CampaignDetails, FormField
from projections.base.read_model import BookedEvent, Write

_DDL: Final[LiteralString] = """
CREATE TABLE storefronts (
    campaign_id uuid   PRIMARY KEY,
    details     jsonb  NOT NULL,
    tariffs     jsonb  NOT NULL DEFAULT '[]',
    fields      jsonb  NOT NULL DEFAULT '[]',
    means       jsonb  NOT NULL DEFAULT '["card"]',
    instalments jsonb  NOT NULL DEFAULT 'null',
    embedding   jsonb  NOT NULL DEFAULT '[]',
    notified    jsonb  NOT NULL DEFAULT '[]',
    position    bigint NOT NULL
);
"""
_BEGIN: Final = "INSERT INTO storefronts (details, campaign_id, position) VALUES (%s, %s, %s)"
_DETAILS: Final = "UPDATE storefronts SET details = %s WHERE campaign_id = %s"
_TARIFFS: Final = "UPDATE storefronts SET tariffs = %s WHERE campaign_id = %s"
_FIELDS: Final = "UPDATE storefronts SET fields = %s WHERE campaign_id = %s"
_OPTIONS: Final = "UPDATE storefronts SET means = %s, instalments = %s WHERE campaign_id = %s"
_NOTIFIED: Final = "UPDATE storefronts SET notified = %s WHERE campaign_id = %s"
_EMBEDDING: Final = "UPDATE storefronts SET embedding = %s WHERE campaign_id = %s"
_SEEN: Final = "UPDATE storefronts SET position = %s WHERE campaign_id = %s"
Parts = Callable[[Any], tuple[object, ...]]
"""The settings that an event gives, in the order of its statement."""
_HANDLERS: Final[dict[type[Event], tuple[LiteralString, Parts]]] = {
    campaign.DetailsEdited: (_DETAILS, lambda event: (event.details,)),
    campaign.TariffsSet: (_TARIFFS, lambda event: (event.tariffs,)),
    campaign.FormFieldsSet: (_FIELDS, lambda event: (event.fields,)),
    campaign.PaymentOptionsSet: (_OPTIONS, lambda event: (event.means, event.instalments)),
    campaign.NotificationsSet: (_NOTIFIED, lambda event: (event.contact_ids,)),
    campaign.EmbeddingSet: (_EMBEDDING, lambda event: (event.origins,)),
}


class Storefronts:
    """The read model of what campaigns show to families."""

    name = "storefronts"
    version = 2
    tables = ("storefronts",)
    ddl: LiteralString = _DDL

    def fold(self, batch: Sequence[BookedEvent]) -> Write:
        """Keep the settings of campaigns; the write applies them in order."""
        facts = [fact for fact in batch if type(fact.event) in (campaign.CampaignDrafted, *_HANDLERS)]

        def write(connection: Connection[Any]) -> None:
            """Carry out the changes of what families see, in the order of the log."""
            for fact in facts:
                _apply(connection, fact)

        return write


def _apply(connection: Connection[Any], fact: BookedEvent) -> None:
    event = fact.event
    if isinstance(event, campaign.CampaignDrafted):
        connection.execute(_BEGIN, (_json(event.details), fact.stream_id, fact.position))
        return
    statement, parts = _HANDLERS[type(event)]
    connection.execute(statement, (*map(_json, parts(event)), fact.stream_id))
    connection.execute(_SEEN, (fact.position, fact.stream_id))


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


class Storefront(NamedTuple):
    """What a campaign shows, and the position of its last change; ``embedding`` names the sites that may frame it."""

    campaign_id: UUID
    details: CampaignDetails
    tariffs: tuple[Tariff, ...]
    fields: tuple[FormField, ...]
    means: tuple[str, ...]
    instalments: InstalmentTerms | None
    embedding: tuple[str, ...]
    position: int

    def asked(self, question: str) -> str:
        """Return whether a question is ``hidden``, ``optional`` or ``required`` (S-75…S-82)."""
        return next((field.state for field in self.fields if field.name == question), "hidden")


_READ: Final[LiteralString] = """
SELECT campaign_id, details, tariffs, fields, means, instalments, embedding, position
FROM storefronts WHERE campaign_id = %s
"""


def find(connection: Connection[Any], campaign_id: UUID) -> Storefront | None:
    """Return what a campaign shows, or None."""
    row = connection.execute(_READ, (campaign_id,)).fetchone()
    return None if row is None else msgspec.convert(row, Storefront)


def all_details(connection: Connection[Any]) -> list[CampaignDetails]:
    """Return what every campaign shows of itself, drafts and archived ones included."""
    rows = connection.execute("SELECT details FROM storefronts ORDER BY campaign_id").fetchall()
    return [msgspec.convert(details, CampaignDetails) for (details,) in rows]


def all_contacts(connection: Connection[Any]) -> set[UUID]:
    """Return who every campaign names by id: whom families can ask, and who hears of registrations (S-60, S-99)."""
    rows = connection.execute("SELECT details, notified FROM storefronts").fetchall()
    found = {contact_id for _, notified in rows for contact_id in msgspec.convert(notified, tuple[UUID, ...])}
    shown = (msgspec.convert(details, CampaignDetails).contact_id for details, _ in rows)
    return found | {contact_id for contact_id in shown if contact_id is not None}
