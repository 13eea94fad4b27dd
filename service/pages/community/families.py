"""The families of a coop: who paid for something in any of its campaigns, with their children (ADR 66).

A basket names its payer anew each time. Baskets placed under the account of one confirmed address, for that address,
are one family; any other basket is a family of its own: names prove nothing, nor does an address that was only typed.
Who was forgotten is in no list of names, and still counts as a family of its class. A slip of cash without a name is
no family.
"""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple, TypeVar
from uuid import UUID

from psycopg import Connection

from adapters.people_vault import Person
from domain.texts.addresses import address_form
from domain.texts.visible import plain_letters
from projections import contributions, directory, participants
from projections.by_hand import unnamed_slips
from projections.contributions import ContributionRow
from projections.directory import CampaignRow
from projections.participants import ParticipantRow
from service.fields import french_phone
from service.pages.community.participant_rows import class_label, stands
from service.runtime.open_ledger import OpenLedger

K = TypeVar("K", bound=Hashable)
FamilyKey = UUID
"""A family of a coop: what its address says and nothing else does, made by a secret of the association."""
_NAMED: Final = "families"
"""What the secret is called that ids of families are made by."""


class FamilyChild(NamedTuple):
    """A child in one campaign, with the class that it has there; the name is empty once it is forgotten."""

    name: str
    class_code: str
    school_class: str
    school_year: int
    campaign_id: UUID
    takes_part: bool


class FamilyContact(NamedTuple):
    """A family that can be reached: who pays, how, the children and campaigns, the latest school year first.

    ``orders`` are its baskets, the latest first; ``confirmed`` says that its address is known to be the payer's.
    """

    family_id: FamilyKey
    confirmed: bool
    first_name: str
    last_name: str
    email: str
    phone: str
    dialled: str
    children: tuple[FamilyChild, ...]
    campaigns: tuple[CampaignRow, ...]
    orders: tuple[ContributionRow, ...]

    @property
    def pupils(self) -> list[str]:
        """The children by name, each once, with the latest class that is known; who left everything is said to."""
        seen: dict[str, str] = {}
        taking_part = {child.name for child in self.children if child.takes_part}
        for child in self.children:
            if child.name:
                gone = "" if child.name in taking_part else ", ne participe plus"
                seen.setdefault(child.name, f"{child.school_class}{gone}")
        return [f"{name} ({told})" for name, told in seen.items()]


class Families(NamedTuple):
    """All families of a coop: those that have names, and which of all has children in a class of a school year.

    ``alike`` are the same classes with baskets of one typed address counted once: never more than there are families,
    so whether a class has enough of them to be shown is decided by it.
    """

    contacts: tuple[FamilyContact, ...]
    by_class: Mapping[tuple[int, str], frozenset[FamilyKey]]
    alike: Mapping[tuple[int, str], frozenset[str]]
    labels: Mapping[int, Mapping[str, str]]
    campaigns: tuple[CampaignRow, ...]

    @property
    def years(self) -> list[int]:
        """The school years of the coop's campaigns and lists of classes, the latest first."""
        return sorted({*self.labels, *(row.school_year for row in self.campaigns)}, reverse=True)

    def classes_of(self, year: int) -> dict[str, str]:
        """Return the classes of a school year by code: those of the coop's list, then others that families named."""
        listed = dict(self.labels.get(year, {}))
        others = sorted({code for one, code in self.by_class if one == year} - listed.keys())
        return {**listed, **{code: class_label(listed, code) for code in others}}


class _FamilyRows(NamedTuple):
    campaigns: dict[UUID, CampaignRow]
    orders: dict[UUID, ContributionRow]
    children: list[ParticipantRow]
    labels: dict[int, dict[str, str]]


def read_families(opened: OpenLedger, coop_id: UUID) -> Families:
    """Read the families of a coop, with the names that the vault still knows."""
    rows = opened.read(_read, coop_id)
    ids = {row.payer_id for row in rows.orders.values()} | {child.participant_id for child in rows.children}
    people = opened.people(ids)
    confirmed = _confirmed(opened, rows, people)
    baskets: defaultdict[FamilyKey, list[ContributionRow]] = defaultdict(list)
    alike: defaultdict[str, list[ContributionRow]] = defaultdict(list)
    make = family_ids(opened, coop_id)
    for order in rows.orders.values():
        baskets[make(order.payer_id, confirmed.get(order.contribution_id))].append(order)
        alike[_typed(order.payer_id, people)].append(order)
    pupils = _pupils(rows.children, rows, people)
    contacts = (_contact(family_id, orders, pupils, rows, people, confirmed) for family_id, orders in baskets.items())
    return Families(
        contacts=tuple(sorted(filter(None, contacts), key=_by_name)),
        by_class=_by_class(baskets, pupils),
        alike=_by_class(alike, pupils),
        labels=rows.labels,
        campaigns=tuple(rows.campaigns.values()),
    )


def find_family(opened: OpenLedger, coop_id: UUID, family_id: FamilyKey) -> FamilyContact | None:
    """Return one family of a coop, or None: only the names of its own baskets are opened."""
    rows = opened.read(_read, coop_id)
    linked = opened.families.accounts.confirmed_addresses(tuple(rows.campaigns))
    claimed = {key: order.payer_id for key, order in rows.orders.items() if key in linked}
    confirmed = _confirmed(opened, rows, opened.people(claimed.values()))
    make = family_ids(opened, coop_id)
    own = [one for key, one in rows.orders.items() if make(one.payer_id, confirmed.get(key)) == family_id]
    if not own:
        return None
    baskets = {order.contribution_id for order in own}
    children = [child for child in rows.children if child.contribution_id in baskets]
    people = opened.people({*(order.payer_id for order in own), *(child.participant_id for child in children)})
    return _contact(family_id, own, _pupils(children, rows, people), rows, people, confirmed)


def _read(connection: Connection[Any], coop_id: UUID) -> _FamilyRows:
    campaigns = {row.campaign_id: row for row in directory.campaigns_of(connection, coop_id)}
    orders: dict[UUID, ContributionRow] = {}
    children: list[ParticipantRow] = []
    for campaign_id in campaigns:
        orders |= {
            row.contribution_id: row for row in contributions.of_campaign(connection, campaign_id) if stands(row)
        }
        children += participants.of_campaign(connection, campaign_id)
    unnamed = unnamed_slips.of_campaigns(connection, campaigns)
    orders = {key: order for key, order in orders.items() if key not in unnamed}
    labels = {year: found for (_, year), found in directory.labels_by_coop(connection, (coop_id,)).items()}
    return _FamilyRows(campaigns, orders, [child for child in children if child.contribution_id in orders], labels)


def family_ids(opened: OpenLedger, coop_id: UUID) -> Callable[[UUID, bytes | None], FamilyKey]:
    """Return what makes the id of a family of a coop: of the digest of its confirmed address, else of its payer.

    Without the association's secret neither can be guessed from it, nor whether two coops know the same family.
    """
    secret = opened.secret(_NAMED)

    def make(payer_id: UUID, confirmed: bytes | None) -> FamilyKey:
        told = b"payer" + payer_id.bytes if confirmed is None else b"address" + confirmed
        return UUID(bytes=hmac.digest(secret, coop_id.bytes + told, "sha256")[:16])

    return make


def _confirmed(opened: OpenLedger, rows: _FamilyRows, people: Mapping[UUID, Person]) -> dict[UUID, bytes]:
    """Return, by contribution, the digest of its payer's address where an account confirmed that very address."""
    accounts = opened.families.accounts
    found: dict[UUID, bytes] = {}
    for contribution_id, digest in accounts.confirmed_addresses(tuple(rows.campaigns)).items():
        order = rows.orders.get(contribution_id)
        payer = None if order is None else people.get(order.payer_id)
        if payer is not None and accounts.address_digest(payer.email) == digest:
            found[contribution_id] = digest
    return found


def _typed(payer_id: UUID, people: Mapping[UUID, Person]) -> str:
    """Return what a payer typed to be reached by: the address, else the name; the id of one who was forgotten."""
    payer = people.get(payer_id)
    if payer is None:
        return payer_id.hex
    return address_form(payer.email) or plain_letters(f"{payer.last_name} {payer.first_name}")


def _pupils(
    children: Iterable[ParticipantRow], rows: _FamilyRows, people: Mapping[UUID, Person]
) -> Mapping[UUID, list[FamilyChild]]:
    """Return the children of baskets with their names and classes, by basket."""
    pupils: defaultdict[UUID, list[FamilyChild]] = defaultdict(list)
    for child in children:
        pupils[child.contribution_id].append(_child(child, rows, people))
    return pupils


def _child(child: ParticipantRow, rows: _FamilyRows, people: Mapping[UUID, Person]) -> FamilyChild:
    person, year = people.get(child.participant_id), rows.campaigns[child.campaign_id].school_year
    return FamilyChild(
        name=f"{person.first_name} {person.last_name}".strip() if person else "",
        class_code=child.class_code,
        school_class=class_label(rows.labels.get(year, {}), child.class_code),
        school_year=year,
        campaign_id=child.campaign_id,
        takes_part=child.takes_part,
    )


def _contact(
    family_id: FamilyKey,
    orders: Iterable[ContributionRow],
    pupils: Mapping[UUID, list[FamilyChild]],
    rows: _FamilyRows,
    people: Mapping[UUID, Person],
    confirmed: Mapping[UUID, bytes],
) -> FamilyContact | None:
    """Make one family of its baskets; None where it was forgotten."""
    latest = sorted(orders, key=lambda order: order.placed_at, reverse=True)
    payer = people.get(latest[0].payer_id)
    if payer is None:
        return None
    children = [child for order in latest for child in pupils.get(order.contribution_id, ())]
    told = dict.fromkeys(order.campaign_id for order in latest)
    dialled = next(_phones(latest, people), "")
    return FamilyContact(
        family_id=family_id,
        confirmed=latest[0].contribution_id in confirmed,
        first_name=payer.first_name,
        last_name=payer.last_name,
        email=payer.email,
        phone=french_phone(dialled),
        dialled=dialled,
        children=tuple(sorted(children, key=lambda child: -child.school_year)),
        campaigns=tuple(rows.campaigns[campaign_id] for campaign_id in told),
        orders=tuple(latest),
    )


def _phones(orders: Iterable[ContributionRow], people: Mapping[UUID, Person]) -> Iterator[str]:
    """Yield the numbers that a payer gave, the latest first."""
    return (people[order.payer_id].phone for order in orders if people[order.payer_id].phone)


def _by_class(
    baskets: Mapping[K, list[ContributionRow]], pupils: Mapping[UUID, list[FamilyChild]]
) -> dict[tuple[int, str], frozenset[K]]:
    """Say which families have a child that takes part, by school year and class."""
    found: defaultdict[tuple[int, str], set[K]] = defaultdict(set)
    for key, orders in baskets.items():
        for order in orders:
            for child in pupils.get(order.contribution_id, ()):
                if child.takes_part:
                    found[child.school_year, child.class_code].add(key)
    return {place: frozenset(keys) for place, keys in found.items()}


def _by_name(contact: FamilyContact) -> tuple[str, ...]:
    return plain_letters(contact.last_name), plain_letters(contact.first_name), contact.email
