"""The participants of one campaign as its tab lists them: each child with who paid, how, when, and what became of it.

The rows are those of the payments table (S-164): who paid, or had nothing to pay, never who did not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection

from adapters.people_vault import Person
from domain.calendar import paris_date
from domain.school_classes import UNASSIGNED
from domain.texts.visible import plain_letters
from projections import contributions, directory, participants
from projections.contributions import NOTHING_DUE, ContributionRow
from projections.directory import CampaignRow
from projections.participants import ParticipantRow
from reports.parts.wording import ERASED_NAME, MEANS, payment_reference, state_on_schedule
from service.people import full_name
from service.runtime.open_ledger import OpenLedger


class ListedChild(NamedTuple):
    """One child: cents as integers, ``held`` what the coop keeps of what was paid for it; ``state`` in words."""

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
    on: date
    takes_part: bool

    @property
    def key(self) -> str:
        """What stands for it in forms: its basket and its line there."""
        return f"{self.contribution_id}.{self.line}"

    @property
    def way(self) -> str:
        """The means of payment in words; nothing where nothing was to be paid."""
        return MEANS.get(self.means, "")


class Listing(NamedTuple):
    """All participants of a campaign, by name, with the classes and tariffs that they have."""

    children: tuple[ListedChild, ...]
    classes: Mapping[str, str]

    @property
    def taking_part(self) -> int:
        """How many take part now."""
        return sum(child.takes_part for child in self.children)


class _ChildRows(NamedTuple):
    orders: dict[UUID, ContributionRow]
    children: list[ParticipantRow]
    classes: dict[str, str]
    tariffs: dict[str, str]


def stands(order: ContributionRow) -> bool:
    """Tell whether something was paid, or nothing was to be paid: who left a basket is listed nowhere."""
    return order.paid_at is not None or order.status == NOTHING_DUE


def read_participants(opened: OpenLedger, campaign: CampaignRow) -> Listing:
    """Read the participants of a campaign, with the names that the vault still knows."""
    rows = opened.read(_read, campaign)
    people = opened.people(
        {*(row.payer_id for row in rows.orders.values()), *(c.participant_id for c in rows.children)}
    )
    listed = sorted(_listed(rows, people), key=_by_name)
    known = {child.class_code for child in listed}
    labels = {**rows.classes, **{code: class_label(rows.classes, code) for code in sorted(known)}}
    return Listing(tuple(listed), {code: label for code, label in labels.items() if code in known})


def class_label(labels: Mapping[str, str], code: str) -> str:
    """Return a class as the coop calls it."""
    return labels.get(code, "Sans classe" if code == UNASSIGNED else code)


def _read(connection: Connection[Any], campaign: CampaignRow) -> _ChildRows:
    orders = (row for row in contributions.of_campaign(connection, campaign.campaign_id) if stands(row))
    found = {row.contribution_id: row for row in orders}
    children = participants.of_campaign(connection, campaign.campaign_id)
    return _ChildRows(
        found,
        [child for child in children if child.contribution_id in found],
        directory.class_labels(connection, campaign.coop_id, campaign.school_year),
        directory.tariff_labels(connection, campaign.campaign_id),
    )


def _listed(rows: _ChildRows, people: Mapping[UUID, Person]) -> Iterable[ListedChild]:
    for child in rows.children:
        order, person = rows.orders[child.contribution_id], people.get(child.participant_id)
        yield ListedChild(
            contribution_id=order.contribution_id,
            line=child.line,
            participant_id=child.participant_id,
            payer_id=order.payer_id,
            reference=payment_reference(order.contribution_id),
            first_name=person.first_name if person else "",
            last_name=person.last_name if person else ERASED_NAME,
            payer=full_name(people.get(order.payer_id)),
            class_code=child.class_code,
            school_class=class_label(rows.classes, child.class_code),
            tariff=rows.tariffs.get(child.tariff_id, ""),
            status=order.status,
            state=state_on_schedule(order),
            means=order.means if order.asked else "",
            due=child.due,
            paid=child.paid,
            held=child.held,
            on=paris_date(order.paid_at or order.placed_at),
            takes_part=child.takes_part,
        )


def _by_name(child: ListedChild) -> tuple[str, ...]:
    """By last name and first name; those of one basket with one name stay in its order."""
    return plain_letters(child.last_name), plain_letters(child.first_name), child.reference
