"""Who and what there is: coops with their bank accounts and classes, campaigns with their tariffs.

Nothing here is a person. Such events are few: they are applied one after the other, in the order of the log.
A coop's bank account is the one last confirmed by the association, else the one last registered; a tariff that is no
longer offered keeps its label and loses its rank, since contributions name it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from domain.events import bank, campaign, coop, payout
from domain.events.base import Event
from domain.texts.identification import identification_line
from projections.base.read_model import BookedEvent, Write
from projections.base.rows import write_rows

_DDL: Final[LiteralString] = """
CREATE TABLE coops (
    coop_id            uuid    PRIMARY KEY,
    association_id     uuid    NOT NULL,
    name               text    NOT NULL,
    school             text    NOT NULL,
    town               text    NOT NULL,
    affiliation_number text    NOT NULL,
    demo               boolean NOT NULL,
    certified          boolean NOT NULL DEFAULT false,
    bank_account_id    uuid,
    iban_masked        text,
    iban_confirmed     boolean NOT NULL DEFAULT false,
    charter_accepted   int     NOT NULL DEFAULT 0,
    payouts_frozen     boolean NOT NULL DEFAULT false,
    position           bigint  NOT NULL
);
CREATE TABLE bank_accounts (
    bank_account_id uuid    PRIMARY KEY,
    coop_id         uuid    NOT NULL,
    iban_masked     text    NOT NULL,
    confirmed       boolean NOT NULL,
    position        bigint  NOT NULL
);
CREATE INDEX bank_accounts_by_coop ON bank_accounts (coop_id);
CREATE TABLE school_classes (
    coop_id     uuid   NOT NULL,
    school_year int    NOT NULL,
    code        text   NOT NULL,
    label       text   NOT NULL,
    rank        int    NOT NULL,
    position    bigint NOT NULL,
    PRIMARY KEY (coop_id, school_year, code)
);
CREATE TABLE campaigns (
    campaign_id uuid        PRIMARY KEY,
    coop_id     uuid        NOT NULL,
    title       text        NOT NULL,
    purpose     text        NOT NULL,
    school_year int         NOT NULL,
    status      text        NOT NULL DEFAULT 'draft',
    by_link     boolean     NOT NULL DEFAULT true,
    opens_at    timestamptz,
    closes_at   timestamptz,
    demo        boolean     NOT NULL,
    position    bigint      NOT NULL
);
CREATE INDEX campaigns_by_coop ON campaigns (coop_id, school_year);
CREATE TABLE tariffs (
    campaign_id uuid   NOT NULL,
    tariff_id   text   NOT NULL,
    label       text   NOT NULL,
    rank        int,
    position    bigint NOT NULL,
    PRIMARY KEY (campaign_id, tariff_id)
);
"""
Apply = Callable[[Connection[Any], BookedEvent, Any], object]
"""Applies one event."""


def _applies(statement: LiteralString, parameters: Callable[[BookedEvent, Any], Sequence[Any]]) -> Apply:
    """Return what applies an event by one statement, with the parameters that it makes of the event."""
    return lambda connection, fact, event: connection.execute(statement, parameters(fact, event))


_register_coop = _applies(
    "INSERT INTO coops (coop_id, association_id, name, school, town, affiliation_number, demo, position)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
    lambda fact, event: (
        fact.stream_id,
        event.association_id,
        event.details.name,
        event.details.school,
        event.details.town,
        event.details.affiliation_number,
        event.demo,
        fact.position,
    ),
)
_change_coop = _applies(
    "UPDATE coops SET name = %s, school = %s, town = %s, affiliation_number = %s, position = %s WHERE coop_id = %s",
    lambda fact, event: (
        event.details.name,
        event.details.school,
        event.details.town,
        event.details.affiliation_number,
        fact.position,
        fact.stream_id,
    ),
)
_certify = _applies(
    "UPDATE coops SET certified = %s, position = %s WHERE coop_id = %s",
    lambda fact, event: (isinstance(event, coop.Certified), fact.position, fact.stream_id),
)
_accept_charter = _applies(
    "UPDATE coops SET charter_accepted = %s, position = %s WHERE coop_id = %s",
    lambda fact, event: (event.version, fact.position, fact.stream_id),
)
_freeze = _applies(
    "UPDATE coops SET payouts_frozen = true, position = %s WHERE coop_id = %s",
    lambda fact, _event: (fact.position, fact.stream_id),
)


def _register_account(connection: Connection[Any], fact: BookedEvent, event: bank.BankAccountRegistered) -> None:
    connection.execute(
        "INSERT INTO bank_accounts (bank_account_id, coop_id, iban_masked, confirmed, position)"
        " VALUES (%s, %s, %s, false, %s)",
        (event.bank_account_id, fact.stream_id, event.iban_masked, fact.position),
    )
    connection.execute(
        "UPDATE coops SET bank_account_id = %s, iban_masked = %s, position = %s"
        " WHERE coop_id = %s AND NOT iban_confirmed",
        (event.bank_account_id, event.iban_masked, fact.position, fact.stream_id),
    )


def _confirm_account(connection: Connection[Any], fact: BookedEvent, event: bank.BankAccountConfirmed) -> None:
    connection.execute(
        "WITH confirmed AS (UPDATE bank_accounts SET confirmed = true, position = %(position)s"
        "                   WHERE bank_account_id = %(account)s RETURNING iban_masked)"
        " UPDATE coops SET bank_account_id = %(account)s, iban_masked = confirmed.iban_masked, iban_confirmed = true,"
        "                  payouts_frozen = false, position = %(position)s FROM confirmed WHERE coop_id = %(coop)s",
        {"account": event.bank_account_id, "position": fact.position, "coop": fact.stream_id},
    )


def _withdraw_account(connection: Connection[Any], fact: BookedEvent, event: bank.BankAccountWithdrawn) -> None:
    connection.execute("DELETE FROM bank_accounts WHERE bank_account_id = %s", (event.bank_account_id,))
    connection.execute(
        "UPDATE coops SET bank_account_id = NULL, iban_masked = NULL, position = %s"
        " WHERE coop_id = %s AND bank_account_id = %s AND NOT iban_confirmed",
        (fact.position, fact.stream_id, event.bank_account_id),
    )


def _define_classes(connection: Connection[Any], fact: BookedEvent, event: coop.SchoolClassesDefined) -> None:
    connection.execute(
        "DELETE FROM school_classes WHERE coop_id = %s AND school_year = %s", (fact.stream_id, event.school_year)
    )
    write_rows(
        connection,
        "INSERT INTO school_classes (coop_id, school_year, code, label, rank, position)"
        " SELECT * FROM unnest(%s::uuid[], %s::int[], %s::text[], %s::text[], %s::int[], %s::bigint[])",
        [
            (fact.stream_id, event.school_year, known.code, known.label, rank, fact.position)
            for rank, known in enumerate(event.classes, start=1)
        ],
    )


_draft = _applies(
    "INSERT INTO campaigns (campaign_id, coop_id, title, purpose, school_year, demo, position)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s)",
    lambda fact, event: (
        *(fact.stream_id, event.coop_id, event.details.title, event.purpose, event.school_year, event.demo),
        fact.position,
    ),
)
_edit = _applies(
    "UPDATE campaigns SET title = %s, position = %s WHERE campaign_id = %s",
    lambda fact, event: (event.details.title, fact.position, fact.stream_id),
)
_set_publication = _applies(
    "UPDATE campaigns SET by_link = %s, opens_at = %s, closes_at = %s, position = %s WHERE campaign_id = %s",
    lambda fact, event: (event.by_link, event.opens_at, event.closes_at, fact.position, fact.stream_id),
)


def _becomes(status: str) -> Apply:
    """An event that gives a campaign another status."""
    return _applies(
        "UPDATE campaigns SET status = %s, position = %s WHERE campaign_id = %s",
        lambda fact, _event: (status, fact.position, fact.stream_id),
    )


def _set_tariffs(connection: Connection[Any], fact: BookedEvent, event: campaign.TariffsSet) -> None:
    connection.execute(
        "UPDATE tariffs SET rank = NULL, position = %s WHERE campaign_id = %s AND rank IS NOT NULL",
        (fact.position, fact.stream_id),
    )
    write_rows(
        connection,
        "INSERT INTO tariffs (campaign_id, tariff_id, label, rank, position)"
        " SELECT * FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::int[], %s::bigint[])"
        " ON CONFLICT (campaign_id, tariff_id) DO UPDATE SET"
        " label = excluded.label, rank = excluded.rank, position = excluded.position",
        [
            (fact.stream_id, tariff.tariff_id, tariff.label, rank, fact.position)
            for rank, tariff in enumerate(event.tariffs, start=1)
        ],
    )


_HANDLERS: Final[dict[type[Event], Apply]] = {
    coop.CoopRegistered: _register_coop,
    coop.CoopDetailsChanged: _change_coop,
    coop.Certified: _certify,
    coop.CertificationRevoked: _certify,
    coop.CharterAccepted: _accept_charter,
    payout.PayoutsFrozen: _freeze,
    bank.BankAccountRegistered: _register_account,
    bank.BankAccountConfirmed: _confirm_account,
    bank.BankAccountWithdrawn: _withdraw_account,
    coop.SchoolClassesDefined: _define_classes,
    campaign.CampaignDrafted: _draft,
    campaign.DetailsEdited: _edit,
    campaign.PublicationSet: _set_publication,
    campaign.CampaignPublished: _becomes("published"),
    campaign.CampaignSuspended: _becomes("suspended"),
    campaign.CampaignArchived: _becomes("archived"),
    campaign.TariffsSet: _set_tariffs,
}
EVENTS: Final = frozenset(_HANDLERS)
"""What changes its rows."""


class Directory:
    """The read model of coops and campaigns."""

    name = "directory"
    version = 4
    tables = ("coops", "bank_accounts", "school_classes", "campaigns", "tariffs")
    ddl: LiteralString = _DDL

    def fold(self, batch: Sequence[BookedEvent]) -> Write:
        """Keep the events about coops and campaigns themselves; the write applies them in order."""
        facts = [(_HANDLERS[type(fact.event)], fact) for fact in batch if type(fact.event) in _HANDLERS]

        def write(connection: Connection[Any]) -> None:
            """Carry out the changes of the directory, in the order of the log."""
            for apply, fact in facts:
                apply(connection, fact, fact.event)

        return write


class CoopRow(NamedTuple):
    """One coop; only the end of its IBAN is shown. ``charter_accepted`` is the version that it accepted, 0 for none."""

    coop_id: UUID
    association_id: UUID
    name: str
    school: str
    town: str
    affiliation_number: str
    demo: bool
    certified: bool
    bank_account_id: UUID | None
    iban_masked: str | None
    iban_confirmed: bool
    position: int
    charter_accepted: int = 0
    payouts_frozen: bool = False

    def identification(self, association: str) -> str:
        """Write the regulated line of the coop, affiliated by an association (S-56)."""
        return identification_line(self.school, self.town, self.affiliation_number, association)


class CampaignRow(NamedTuple):
    """One campaign; ``opens_at`` and ``closes_at`` are UTC."""

    campaign_id: UUID
    coop_id: UUID
    title: str
    purpose: str
    school_year: int
    status: str
    by_link: bool
    opens_at: datetime | None
    closes_at: datetime | None
    demo: bool
    position: int


_COOPS: Final[LiteralString] = """
SELECT coop_id, association_id, name, school, town, affiliation_number, demo, certified, bank_account_id, iban_masked,
       iban_confirmed, position, charter_accepted, payouts_frozen
FROM coops
"""
_CAMPAIGNS: Final[LiteralString] = """
SELECT campaign_id, coop_id, title, purpose, school_year, status, by_link, opens_at, closes_at, demo, position
FROM campaigns
"""


def coops(connection: Connection[Any], only: Collection[UUID] | None = None) -> list[CoopRow]:
    """Return the coops of the association by name, or only some of them."""
    query: LiteralString = f"{_COOPS} WHERE %(all)s OR coop_id = ANY(%(only)s::uuid[]) ORDER BY name, coop_id"
    with connection.cursor(row_factory=class_row(CoopRow)) as cursor:
        return cursor.execute(query, {"all": only is None, "only": list(only or ())}).fetchall()


def find_campaign(connection: Connection[Any], campaign_id: UUID) -> CampaignRow | None:
    """Return one campaign, or None."""
    with connection.cursor(row_factory=class_row(CampaignRow)) as cursor:
        return cursor.execute(f"{_CAMPAIGNS} WHERE campaign_id = %s", (campaign_id,)).fetchone()


def campaigns_of(connection: Connection[Any], *coop_ids: UUID) -> list[CampaignRow]:
    """Return the campaigns of a coop, or of several, the latest school year first."""
    query: LiteralString = f"{_CAMPAIGNS} WHERE coop_id = ANY(%s) ORDER BY school_year DESC, title, campaign_id"
    with connection.cursor(row_factory=class_row(CampaignRow)) as cursor:
        return cursor.execute(query, (list(coop_ids),)).fetchall()


def campaigns(connection: Connection[Any], only: Collection[UUID]) -> dict[UUID, CampaignRow]:
    """Return some campaigns by id, those that there are."""
    with connection.cursor(row_factory=class_row(CampaignRow)) as cursor:
        found = cursor.execute(f"{_CAMPAIGNS} WHERE campaign_id = ANY(%s)", (list(only),))
        return {row.campaign_id: row for row in found}


def campaign_ids_between(connection: Connection[Any], first: UUID, last: UUID) -> list[UUID]:
    """Return the ids of campaigns from one to another, both included; two of them at most."""
    query = "SELECT campaign_id FROM campaigns WHERE campaign_id BETWEEN %s AND %s ORDER BY campaign_id LIMIT 2"
    return [campaign_id for (campaign_id,) in connection.execute(query, (first, last))]


def class_labels(connection: Connection[Any], coop_id: UUID, school_year: int) -> dict[str, str]:
    """Return class code → label of a coop for a school year (2024 for 2024-2025), in the order of its list."""
    return labels_by_coop(connection, (coop_id,))[coop_id, school_year]


def labels_by_coop(
    connection: Connection[Any], coop_ids: Collection[UUID]
) -> defaultdict[tuple[UUID, int], dict[str, str]]:
    """Return class code → label of some coops, by coop and school year, each in the order of its list."""
    query = "SELECT coop_id, school_year, code, label FROM school_classes WHERE coop_id = ANY(%s) ORDER BY rank"
    found: defaultdict[tuple[UUID, int], dict[str, str]] = defaultdict(dict)
    for coop_id, school_year, code, label in connection.execute(query, (list(coop_ids),)):
        found[coop_id, school_year][code] = label
    return found


def tariff_labels(connection: Connection[Any], campaign_id: UUID) -> dict[str, str]:
    """Return the label of each tariff of a campaign: those still offered in their order, then the withdrawn ones."""
    query = "SELECT tariff_id, label FROM tariffs WHERE campaign_id = %s ORDER BY rank NULLS LAST, tariff_id"
    return {row[0]: row[1] for row in connection.execute(query, (campaign_id,))}


def masked_iban(connection: Connection[Any], bank_account_id: UUID) -> str:
    """Return the ends of the IBAN of a bank account, confirmed or not; nothing of an account that there never was."""
    query = "SELECT iban_masked FROM bank_accounts WHERE bank_account_id = %s"
    row = connection.execute(query, (bank_account_id,)).fetchone()
    return "" if row is None else str(row[0])


def has_unconfirmed_account(connection: Connection[Any], coop_id: UUID) -> bool:
    """Tell whether a bank account of a coop waits for the second person."""
    query = "SELECT 1 FROM bank_accounts WHERE coop_id = %s AND NOT confirmed LIMIT 1"
    return connection.execute(query, (coop_id,)).fetchone() is not None
