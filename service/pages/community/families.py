"""The families of a coop: who paid for something in any of its campaigns, with their children (ADR 66).

A basket names its payer anew each time. Baskets placed under the account of one confirmed address, for that address,
are one family; any other basket is a family of its own: names prove nothing, nor does an address that was only typed.
Who was forgotten is in no list of names, and still counts as a family of its class. A slip of cash without a name is
no family.

All families are told apart, filtered and put into order by ids and by names folded in memory (ADR 65). Names to be
shown are opened for the families of one page.
"""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple, TypeVar
from uuid import UUID

from psycopg import Connection

from adapters.people_vault import Person
from domain.texts.visible import plain_letters
from projections import contributions, directory, participants
from projections.contributions import ContributionRow
from projections.directory import CampaignRow
from projections.engine.runner import tracked
from projections.figures.lists import family_list
from projections.figures.lists.family_list import BasketPlaced, ChildPlaced
from projections.participants import ParticipantRow
from service.fields import french_phone
from service.pages.community.participant_rows import class_label
from service.runtime.folded_names import FoldedName
from service.runtime.open_ledger import OpenLedger

K = TypeVar("K", bound=Hashable)
FamilyKey = UUID
"""A family of a coop: what its address says and nothing else does, made by a secret of the association."""
_NAMED: Final = "families"
"""What the secret is called that ids of families are made by."""


class ListedFamily(NamedTuple):
    """A family by its baskets, the latest first, and its children; ``name`` is that of the latest payer, folded.

    ``confirmed`` says that the address of the latest basket is known to be the payer's.
    """

    family_id: FamilyKey
    confirmed: bool
    baskets: tuple[BasketPlaced, ...]
    children: tuple[ChildPlaced, ...]
    name: FoldedName


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


class FamilyWords(NamedTuple):
    """What the campaigns of a coop are, and its classes called in each school year."""

    campaigns: Mapping[UUID, CampaignRow]
    labels: Mapping[int, Mapping[str, str]]


class Families(NamedTuple):
    """All families of a coop by name: those that have names, and which of all has children in a class of a school year.

    ``alike`` are the same classes with baskets of one typed address counted once: never more than there are families,
    so whether a class has enough of them to be shown is decided by it. ``names`` are folded, by person.
    """

    listed: tuple[ListedFamily, ...]
    by_class: Mapping[tuple[int, str], frozenset[FamilyKey]]
    alike: Mapping[tuple[int, str], frozenset[str]]
    labels: Mapping[int, Mapping[str, str]]
    campaigns: Mapping[UUID, CampaignRow]
    names: Mapping[UUID, FoldedName]

    @property
    def words(self) -> FamilyWords:
        """What its campaigns are, and its classes called."""
        return FamilyWords(self.campaigns, self.labels)

    @property
    def years(self) -> list[int]:
        """The school years of the coop's campaigns and lists of classes, the latest first."""
        return sorted({*self.labels, *(row.school_year for row in self.campaigns.values())}, reverse=True)

    def classes_of(self, year: int) -> dict[str, str]:
        """Return the classes of a school year by code: those of the coop's list, then others that families named."""
        listed = dict(self.labels.get(year, {}))
        others = sorted({code for one, code in self.by_class if one == year} - listed.keys())
        return {**listed, **{code: class_label(listed, code) for code in others}}

    def text_of(self, family: ListedFamily) -> str:
        """Return what a search looks at: the payer's name and address, and the children's names, folded."""
        names = (self.names.get(child.participant_id, family.name) for child in family.children)
        payer = family.name
        return " ".join((payer.first, payer.last, payer.email, *(f"{name.first} {name.last}" for name in names)))


class _FamilyRows(NamedTuple):
    """What families of a coop are made of, without names; ``position`` is where the read models stand."""

    position: int
    campaigns: Mapping[UUID, CampaignRow]
    baskets: list[BasketPlaced]
    children: Mapping[UUID, list[ChildPlaced]]
    labels: Mapping[int, Mapping[str, str]]


def read_families(opened: OpenLedger, coop_id: UUID) -> Families:
    """Read the families of a coop; no name of theirs is opened that this process knows."""
    rows = opened.read(_rows, coop_id)
    payers = {basket.contribution_id: basket.payer_id for basket in rows.baskets}
    people = [(one.participant_id, payers[one.contribution_id]) for many in rows.children.values() for one in many]
    names = opened.names.of_people(coop_id, rows.position, people)
    known = {key: name for key, name in names.items() if not name.erased}
    confirmed = _confirmed(opened, rows, {key: name.email for key, name in known.items()})
    baskets: defaultdict[FamilyKey, list[BasketPlaced]] = defaultdict(list)
    alike: defaultdict[str, list[BasketPlaced]] = defaultdict(list)
    make = family_ids(opened, coop_id)
    for basket in rows.baskets:
        baskets[make(basket.payer_id, confirmed.get(basket.contribution_id))].append(basket)
        alike[_typed(basket.payer_id, known)].append(basket)
    listed = [
        ListedFamily(key, found[0].contribution_id in confirmed, tuple(found), _children(rows, found), name)
        for key, found in baskets.items()
        if (name := known.get(found[0].payer_id)) is not None
    ]
    return Families(
        listed=tuple(sorted(listed, key=lambda one: one.name)),
        by_class=_by_class(baskets, rows),
        alike=_by_class(alike, rows),
        labels=rows.labels,
        campaigns=rows.campaigns,
        names=known,
    )


def name_families(opened: OpenLedger, wanted: Collection[ListedFamily], words: FamilyWords) -> list[FamilyContact]:
    """Open the names of some families, in their order; one that was forgotten meanwhile is left out."""
    orders, children = opened.read(_read, [one.contribution_id for family in wanted for one in family.baskets])
    people = opened.people({*(one.payer_id for one in orders.values()), *(child.participant_id for child in children)})
    pupils: defaultdict[UUID, list[FamilyChild]] = defaultdict(list)
    for child in children:
        pupils[child.contribution_id].append(_child(child, words, people))
    contacts = (
        _contact(family, [orders[one.contribution_id] for one in family.baskets], pupils, words, people)
        for family in wanted
    )
    return list(filter(None, contacts))


def find_family(opened: OpenLedger, coop_id: UUID, family_id: FamilyKey) -> FamilyContact | None:
    """Return one family of a coop, or None: only the names of its own baskets are opened."""
    rows: _FamilyRows = opened.read(_rows, coop_id)
    linked = opened.families.accounts.confirmed_addresses(tuple(rows.campaigns))
    claimed = opened.people({one.payer_id for one in rows.baskets if one.contribution_id in linked})
    confirmed = _confirmed(opened, rows, {key: person.email for key, person in claimed.items()})
    make = family_ids(opened, coop_id)
    own = tuple(one for one in rows.baskets if make(one.payer_id, confirmed.get(one.contribution_id)) == family_id)
    if not own:
        return None
    found = ListedFamily(family_id, own[0].contribution_id in confirmed, own, (), FoldedName("", ""))
    return next(iter(name_families(opened, [found], FamilyWords(rows.campaigns, rows.labels))), None)


def _rows(connection: Connection[Any], coop_id: UUID) -> _FamilyRows:
    """Read what the families of a coop are made of."""
    campaigns = {row.campaign_id: row for row in directory.campaigns_of(connection, coop_id)}
    children: defaultdict[UUID, list[ChildPlaced]] = defaultdict(list)
    for child in family_list.children(connection, campaigns):
        children[child.contribution_id].append(child)
    labels = {year: found for (_, year), found in directory.labels_by_coop(connection, (coop_id,)).items()}
    return _FamilyRows(tracked(connection), campaigns, family_list.baskets(connection, campaigns), children, labels)


def family_ids(opened: OpenLedger, coop_id: UUID) -> Callable[[UUID, bytes | None], FamilyKey]:
    """Return what makes the id of a family of a coop: of the digest of its confirmed address, else of its payer.

    Without the association's secret neither can be guessed from it, nor whether two coops know the same family.
    """
    secret = opened.secret(_NAMED)

    def make(payer_id: UUID, confirmed: bytes | None) -> FamilyKey:
        told = b"payer" + payer_id.bytes if confirmed is None else b"address" + confirmed
        return UUID(bytes=hmac.digest(secret, coop_id.bytes + told, "sha256")[:16])

    return make


def _confirmed(opened: OpenLedger, rows: _FamilyRows, addresses: Mapping[UUID, str]) -> dict[UUID, bytes]:
    """Return, by contribution, the digest of its payer's address where an account confirmed that very address."""
    accounts = opened.families.accounts
    linked = accounts.confirmed_addresses(tuple(rows.campaigns))
    return {
        basket.contribution_id: digest
        for basket in rows.baskets
        if (digest := linked.get(basket.contribution_id)) is not None
        and basket.payer_id in addresses
        and accounts.address_digest(addresses[basket.payer_id]) == digest
    }


def _typed(payer_id: UUID, known: Mapping[UUID, FoldedName]) -> str:
    """Return what a payer typed to be reached by: the address, else the name; the id of one who was forgotten."""
    payer = known.get(payer_id)
    if payer is None:
        return payer_id.hex
    return payer.email or plain_letters(f"{payer.last} {payer.first}")


def _children(rows: _FamilyRows, baskets: Iterable[BasketPlaced]) -> tuple[ChildPlaced, ...]:
    return tuple(child for basket in baskets for child in rows.children.get(basket.contribution_id, ()))


def _read(connection: Connection[Any], baskets: list[UUID]) -> tuple[dict[UUID, ContributionRow], list[ParticipantRow]]:
    return contributions.by_ids(connection, baskets), participants.of_contributions(connection, baskets)


def _child(child: ParticipantRow, words: FamilyWords, people: Mapping[UUID, Person]) -> FamilyChild:
    person, year = people.get(child.participant_id), words.campaigns[child.campaign_id].school_year
    return FamilyChild(
        name=f"{person.first_name} {person.last_name}".strip() if person else "",
        class_code=child.class_code,
        school_class=class_label(words.labels.get(year, {}), child.class_code),
        school_year=year,
        campaign_id=child.campaign_id,
        takes_part=child.takes_part,
    )


def _contact(
    family: ListedFamily,
    latest: list[ContributionRow],
    pupils: Mapping[UUID, list[FamilyChild]],
    words: FamilyWords,
    people: Mapping[UUID, Person],
) -> FamilyContact | None:
    """Make one family of its baskets, the latest first; None where it was forgotten."""
    payer = people.get(latest[0].payer_id) if latest else None
    if payer is None:
        return None
    children = [child for order in latest for child in pupils.get(order.contribution_id, ())]
    told = dict.fromkeys(order.campaign_id for order in latest)
    dialled = next(_phones(latest, people), "")
    return FamilyContact(
        family_id=family.family_id,
        confirmed=family.confirmed,
        first_name=payer.first_name,
        last_name=payer.last_name,
        email=payer.email,
        phone=french_phone(dialled),
        dialled=dialled,
        children=tuple(sorted(children, key=lambda child: -child.school_year)),
        campaigns=tuple(words.campaigns[campaign_id] for campaign_id in told),
        orders=tuple(latest),
    )


def _phones(orders: Iterable[ContributionRow], people: Mapping[UUID, Person]) -> Iterator[str]:
    """Yield the numbers that a payer gave, the latest first; who was forgotten meanwhile gave none."""
    given = (people[order.payer_id].phone for order in orders if order.payer_id in people)
    return (phone for phone in given if phone)


def _by_class(baskets: Mapping[K, Collection[BasketPlaced]], rows: _FamilyRows) -> dict[tuple[int, str], frozenset[K]]:
    """Say which families have a child that takes part, by school year and class."""
    found: defaultdict[tuple[int, str], set[K]] = defaultdict(set)
    for key, many in baskets.items():
        for child in _children(rows, many):
            if child.takes_part:
                found[rows.campaigns[child.campaign_id].school_year, child.class_code].add(key)
    return {place: frozenset(keys) for place, keys in found.items()}
