"""The participants of one campaign as its tab lists them: each child with who paid, how, when, and what became of it.

The rows are those of the payments table (S-164): who paid, or had nothing to pay, never who did not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any, NamedTuple, Self
from uuid import UUID

from psycopg import Connection

from adapters.people_vault import Person
from domain.calendar import paris_date
from domain.school_classes import UNASSIGNED
from domain.texts.visible import plain_letters
from projections import contributions, directory, participants
from projections.by_hand import unnamed_slips
from projections.contributions import NOTHING_DUE, ContributionRow
from projections.directory import CampaignRow
from projections.engine.runner import tracked
from projections.figures.lists import participant_list
from projections.figures.lists.participant_list import ChildKey, ChildrenListed, ListedPage, ListedWhole, ListOrder
from projections.participants import ParticipantRow
from reports.parts.wording import ERASED_NAME, MEANS, STATES, payment_reference, state_of_child
from service.pages.community.choices import ROWS, Choices, Pages
from service.people import full_name
from service.runtime.folded_names import ORDERS
from service.runtime.open_ledger import OpenLedger


class ListedChild(NamedTuple):
    """One child: cents as integers, ``held`` what the coop keeps of what was paid; ``state`` its own in words.

    Or, ``unnamed``, a slip of cash without a name, which cannot be written to.
    """

    contribution_id: UUID
    line: int
    participant_id: UUID
    payer_id: UUID
    reference: str
    first_name: str
    last_name: str
    payer: str
    class_code: str
    school_class: str
    tariff: str
    status: str
    state: str
    means: str
    due: int
    paid: int
    held: int
    refund_pending: int
    on: date
    takes_part: bool
    unnamed: bool = False

    @property
    def key(self) -> str:
        """What stands for it in forms: its basket and its line there."""
        return f"{self.contribution_id}.{self.line}"

    @property
    def named(self) -> bool:
        """Whether it has a name: it is no slip without one, and was not forgotten."""
        return bool(self.first_name) and not self.unnamed

    @property
    def way(self) -> str:
        """The means of payment in words; nothing where nothing was to be paid."""
        return MEANS.get(self.means, "")


class ParticipantPage(NamedTuple):
    """A page of the list of a campaign: its children, and what the list is as a whole and as it was chosen."""

    children: tuple[ListedChild, ...]
    pages: Pages
    number: int
    paid: int
    held: int
    whole: ListedWhole
    classes: Mapping[str, str]


class _Labels(NamedTuple):
    classes: dict[str, str]
    tariffs: dict[str, str]

    @classmethod
    def read(cls, connection: Connection[Any], campaign: CampaignRow) -> Self:
        """Read what the classes and tariffs of a campaign are called."""
        classes = directory.class_labels(connection, campaign.coop_id, campaign.school_year)
        return cls(classes, directory.tariff_labels(connection, campaign.campaign_id))


class _ChildRows(NamedTuple):
    orders: Mapping[UUID, ContributionRow]
    children: list[ParticipantRow]
    labels: _Labels
    unnamed: frozenset[UUID]


class _PageSeen(NamedTuple):
    listed: ListedPage
    rows: _ChildRows


def stands(order: ContributionRow) -> bool:
    """Tell whether something was paid, or nothing was to be paid: who left a basket is listed nowhere."""
    return order.paid_at is not None or order.status == NOTHING_DUE


def read_page(opened: OpenLedger, campaign: CampaignRow, choices: Choices) -> ParticipantPage:
    """Read a page of the participants of a campaign, with the names that the vault still knows."""
    seen = opened.read(_read_page, opened, campaign, choices)
    classes = seen.rows.labels.classes
    known = {code: class_label(classes, code) for code in sorted(seen.listed.whole.classes)}
    return ParticipantPage(
        children=_named(opened, seen.rows, seen.listed.keys),
        pages=Pages(seen.listed.page, max(-(-seen.listed.number // ROWS), 1)),
        number=seen.listed.number,
        paid=seen.listed.paid,
        held=seen.listed.held,
        whole=seen.listed.whole,
        classes={code: label for code, label in {**classes, **known}.items() if code in known},
    )


def read_chosen(opened: OpenLedger, campaign: CampaignRow, choices: Choices) -> tuple[ListedChild, ...]:
    """Read all participants that fit some choices, by name."""

    def read(connection: Connection[Any]) -> tuple[list[ChildKey], _ChildRows]:
        keys = participant_list.keys(connection, _wanted(connection, opened, campaign, choices, "nom"))
        return keys, _rows_of(connection, campaign, keys)

    keys, rows = opened.read(read)
    return _named(opened, rows, keys)


def keys_of(opened: OpenLedger, campaign: CampaignRow, choices: Choices) -> tuple[ChildKey, ...]:
    """Return all participants that fit some choices, by basket and line, in the order of their names."""

    def read(connection: Connection[Any]) -> list[ChildKey]:
        return participant_list.keys(connection, _wanted(connection, opened, campaign, choices, "nom"))

    return tuple(opened.read(read))


def read_lines(opened: OpenLedger, campaign: CampaignRow, chosen: Iterable[ChildKey]) -> tuple[ListedChild, ...]:
    """Read some participants, by name: those of this campaign that are in its list."""
    rows = opened.read(_rows_of, campaign, list(dict.fromkeys(chosen)))
    listed = {
        contribution_id
        for contribution_id, order in rows.orders.items()
        if order.campaign_id == campaign.campaign_id and stands(order)
    }
    return tuple(sorted(_named(opened, rows, [key for key in chosen if key[0] in listed]), key=_by_name))


def class_label(labels: Mapping[str, str], code: str) -> str:
    """Return a class as the coop calls it."""
    return labels.get(code, "Sans classe" if code == UNASSIGNED else code)


def _read_page(connection: Connection[Any], opened: OpenLedger, campaign: CampaignRow, choices: Choices) -> _PageSeen:
    column = choices.sort.removeprefix("-")
    by_name = column in ORDERS
    wanted = _wanted(connection, opened, campaign, choices, column if by_name else "nom")
    labels = _Labels.read(connection, campaign)
    order = ListOrder("" if by_name else column, choices.sort.startswith("-"), _ranked(column, labels))
    listed = participant_list.page(connection, wanted, order, choices.page, ROWS)
    return _PageSeen(listed, _rows_of(connection, campaign, listed.keys, labels))


def _wanted(
    connection: Connection[Any], opened: OpenLedger, campaign: CampaignRow, choices: Choices, order: str
) -> ChildrenListed:
    """Say which children are chosen, in the order of a name."""
    campaign_id, filters = campaign.campaign_id, choices.filters
    since = partial(participant_list.since, connection, campaign_id)
    names = opened.names.ordered(campaign_id, tracked(connection), since, order, choices.search)
    return ChildrenListed(
        campaign_id,
        names.children,
        names.searched,
        status=filters["etat"],
        means=filters["moyen"],
        class_code=filters["classe"],
        takes_part=filters["inscrit"],
        named=filters["nomme"],
    )


def _ranked(column: str, labels: _Labels) -> list[str]:
    """Return the codes of a column in the order of what they are called; a class in that of the coop's list."""
    match column:
        case "formule":
            return sorted(labels.tariffs, key=lambda code: plain_letters(labels.tariffs[code]))
        case "classe":
            return list(labels.classes)
        case "etat":
            return sorted(STATES, key=lambda code: plain_letters(STATES[code]))
        case "moyen":
            return ["", *sorted(MEANS, key=lambda code: plain_letters(MEANS[code]))]
    return []


def _rows_of(
    connection: Connection[Any], campaign: CampaignRow, keys: Iterable[ChildKey], labels: _Labels | None = None
) -> _ChildRows:
    baskets = list(dict.fromkeys(contribution_id for contribution_id, _ in keys))
    return _ChildRows(
        contributions.by_ids(connection, baskets),
        participants.of_contributions(connection, baskets),
        labels or _Labels.read(connection, campaign),
        unnamed_slips.of_campaigns(connection, (campaign.campaign_id,)),
    )


def _named(opened: OpenLedger, rows: _ChildRows, keys: Iterable[ChildKey]) -> tuple[ListedChild, ...]:
    """Give the rows their names, in the order of the keys."""
    children = {(child.contribution_id, child.line): child for child in rows.children}
    chosen = [children[key] for key in keys if key in children]
    ids = {one for child in chosen for one in (child.participant_id, rows.orders[child.contribution_id].payer_id)}
    people = opened.people(ids)
    return tuple(_listed(child, rows, people) for child in chosen)


def _listed(child: ParticipantRow, rows: _ChildRows, people: Mapping[UUID, Person]) -> ListedChild:
    order, person = rows.orders[child.contribution_id], people.get(child.participant_id)
    unnamed = order.contribution_id in rows.unnamed
    return ListedChild(
        contribution_id=order.contribution_id,
        line=child.line,
        participant_id=child.participant_id,
        payer_id=order.payer_id,
        reference=payment_reference(order.contribution_id),
        first_name=person.first_name if person else "",
        last_name=person.last_name if person else ERASED_NAME,
        payer="" if unnamed else full_name(people.get(order.payer_id)),
        class_code=child.class_code,
        school_class=class_label(rows.labels.classes, child.class_code),
        tariff=rows.labels.tariffs.get(child.tariff_id, ""),
        status=child.status,
        state=state_of_child(order, child),
        means=order.means if order.asked else "",
        due=child.due,
        paid=child.paid,
        held=child.held,
        refund_pending=child.refund_pending,
        on=paris_date(order.paid_at or order.placed_at),
        takes_part=child.takes_part,
        unnamed=unnamed,
    )


def _by_name(child: ListedChild) -> tuple[str, ...]:
    return plain_letters(child.last_name), plain_letters(child.first_name), child.key
