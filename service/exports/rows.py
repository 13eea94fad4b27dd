"""The rows of a file, read chunk by chunk while it is written: orders, their children, the names of each chunk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import Connection

from adapters.people_vault import Person
from domain.people.person_fields import PersonField
from projections import directory, storefront
from projections.by_hand import cash_slips, unnamed_slips
from projections.directory import CampaignRow
from projections.figures.export_rows import OrderWithChildren, chunks_of_campaign
from projections.participants import ParticipantRow
from reports.parts.wording import slip_numbers
from reports.payments_table import UNKNOWN, PersonNames, stands
from service.baskets.questions import CLASS, PHOTO, QUESTIONS
from service.contacts.person_fields import shown_value
from service.fields import french_phone
from service.runtime.open_ledger import OpenLedger

Told = Callable[[int], None]
"""Hears how many orders were written since it was last told."""
_APART: Final = (CLASS, PHOTO)
_PHONES: Final = ("landline", "mobile")


class ExportedQuestion(NamedTuple):
    """A question whose answers are a column: its name in answers, what it is called, and the coop's field it asks."""

    name: str
    label: str
    own: PersonField | None = None


class CampaignTexts(NamedTuple):
    """What a campaign calls its classes and tariffs, and the slips of what was paid to it in cash, by order."""

    campaign: CampaignRow
    classes: Mapping[str, str]
    tariffs: Mapping[str, str]
    slips: Mapping[UUID, str]
    unnamed: frozenset[UUID]
    """The orders that stand for a slip of cash without a name."""

    def school_class(self, child: ParticipantRow) -> str:
        """Return a child's class as the coop calls it."""
        return self.classes.get(child.class_code, child.class_code)


class ExportedOrder(NamedTuple):
    """One order of a file with its children and all whom it names, as far as the vault knows them."""

    texts: CampaignTexts
    row: OrderWithChildren
    people: Mapping[UUID, Person]

    def name(self, person_id: UUID) -> PersonNames:
        """Return a person's names; whom the vault has forgotten is named as such."""
        person = self.people.get(person_id)
        return UNKNOWN if person is None else PersonNames(person.first_name, person.last_name)

    def person(self, person_id: UUID) -> Person:
        """Return a person with the ways to reach them; whom the vault has forgotten has none."""
        return self.people.get(person_id) or Person(UNKNOWN.first, UNKNOWN.last)


class ExportSource:
    """What a file of some campaigns is made of, on one snapshot."""

    def __init__(self, opened: OpenLedger, connection: Connection[Any], campaigns: Sequence[CampaignRow]) -> None:
        """Read what the campaigns call things, and what their forms ask."""
        self._opened = opened
        self._connection = connection
        self.campaigns = campaigns
        self._texts = [self._texts_of(row) for row in campaigns]
        own = opened.contacts.fields.read(campaigns[0].coop_id)
        asked = [storefront.find(connection, row.campaign_id) for row in campaigns]
        self.questions = tuple(
            question
            for question in (
                *(ExportedQuestion(one.name, one.label) for one in QUESTIONS if one.name not in _APART),
                *(ExportedQuestion(field.field_id, field.name, field) for field in own),
            )
            if any(shown is not None and shown.asked(question.name) != "hidden" for shown in asked)
        )

    def orders(self, told: Told, *, children: bool) -> Iterator[ExportedOrder]:
        """Yield all orders that stand; with ``children`` the people are those of the children, else who paid."""
        for texts in self._texts:
            for chunk in chunks_of_campaign(self._connection, texts.campaign.campaign_id):
                standing = [one for one in chunk if stands(one.order)]
                named = self._opened.people(_named(standing, children=children))
                for one in standing:
                    yield ExportedOrder(texts, one, named)
                told(len(chunk))

    def _texts_of(self, row: CampaignRow) -> CampaignTexts:
        return CampaignTexts(
            row,
            directory.class_labels(self._connection, row.coop_id, row.school_year),
            directory.tariff_labels(self._connection, row.campaign_id),
            slip_numbers(cash_slips.of_campaign(self._connection, row.campaign_id)),
            unnamed_slips.of_campaigns(self._connection, (row.campaign_id,)),
        )


def _named(orders: Sequence[OrderWithChildren], *, children: bool) -> set[UUID]:
    if children:
        return {child.participant_id for one in orders for child in one.children}
    return {one.order.payer_id for one in orders}


def answers_of(person: Person, questions: Sequence[ExportedQuestion]) -> list[str]:
    """Return a child's answers to some questions of the form, as pages show them."""
    apart = {"email": person.email, "mobile": person.phone}
    given = [(one, apart.get(one.name) or person.extra.get(one.name, "")) for one in questions]
    return [_shown(one, value) if value else "" for one, value in given]


def _shown(question: ExportedQuestion, value: str) -> str:
    """Write one answer: a number as France writes it, a coop's own field as its kind is shown."""
    if question.name in _PHONES:
        return french_phone(value)
    return shown_value(question.own, value) if question.own else value
