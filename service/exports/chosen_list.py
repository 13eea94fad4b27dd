"""The rows of a campaign's list that were chosen, as a file: read and named some at a time while they are written.

The page hands a short list over at once, the worker prepares a long one (ADR 74): both are written from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any, Final
from uuid import UUID

from psycopg import Connection

from adapters.people_vault import Person
from projections import contributions, directory, participants
from projections.contributions import ContributionRow
from projections.directory import CampaignRow
from projections.figures.participant_list import ChildKey
from projections.participants import ParticipantRow
from reports.class_balance import CampaignHead
from reports.participants.export import TAKEN, TITLE, ChosenChildren, ListLayout, Reached, participants_export
from reports.parts.provenance import coop_provenance
from reports.parts.report import Report, Table, TableCells
from reports.parts.streamed_table import StreamedTable
from reports.payments_table import UNKNOWN, PersonNames
from service.baskets.questions import CLASS, PHOTO, QUESTIONS
from service.contacts.person_fields import own_labels
from service.runtime.open_ledger import OpenLedger

AT_ONCE: Final = 1_000
"""The longest list that is handed over at once: a fifth of a second of processors and four MiB, as measured."""
PASSES: Final = 2
"""How often a list goes through its rows: once to order and count them, once to write them."""
_CHUNK: Final = 500
"""Rows whose children and payers are named at once."""
_ASKED: Final = {question.name: question.label for question in QUESTIONS if question.name not in (CLASS, PHOTO)}
"""What the answers of a form are called in a file, beside those of the coop's own fields; the class has a column."""
Told = Callable[[int], None]


class ChosenList:
    """The rows that were chosen of one campaign, on one snapshot; of all of them only their ids are held."""

    def __init__(
        self,
        opened: OpenLedger,
        connection: Connection[Any],
        campaign: CampaignRow,
        chosen: Sequence[ChildKey],
        told: Told,
        *,
        whole: bool,
    ) -> None:
        """Find the rows, order and count them; with ``whole`` they have every column, and are by class and name.

        ``told`` hears of so many rows each time: here, and again while they are written.
        """
        self._opened = opened
        self._connection = connection
        self._campaign = campaign
        self._told = told
        self._asked = _told_apart({**_ASKED, **own_labels(opened, campaign.coop_id)}) if whole else {}
        classes = directory.class_labels(connection, campaign.coop_id, campaign.school_year)
        self._layout = ListLayout(whole, (), classes, directory.tariff_labels(connection, campaign.campaign_id))
        self._paid = 0
        self._keys = self._ordered(chosen) if whole else self._counted(chosen)

    def report(self, at: datetime) -> Report:
        """Say what the file is, which bears an instant (UTC), without its table."""
        campaign = self._campaign
        (coop,) = directory.coops(self._connection, (campaign.coop_id,))
        last, hash_there = self._opened.standing(self._connection)
        proof = coop_provenance(coop, self._opened.name, last, hash_there, at)
        head = CampaignHead(
            campaign.campaign_id, campaign.title, campaign.school_year, campaign.opens_at, campaign.closes_at
        )
        return participants_export(proof, head, len(self._keys), self._paid)

    def table(self) -> StreamedTable:
        """Return the table, whose rows are read while they are written."""
        return StreamedTable(TITLE, self._layout.columns, self._rows())

    def _rows(self) -> Iterator[Any]:
        for children, orders in self._chunks(self._keys):
            payers = {orders[child.contribution_id].payer_id for child in children}
            people = self._opened.people({*payers, *(child.participant_id for child in children)})
            yield from self._layout.rows(
                ChosenChildren(
                    children,
                    orders,
                    {key: PersonNames(person.first_name, person.last_name) for key, person in people.items()},
                    {key: Reached(people[key].email, people[key].phone) for key in payers & people.keys()},
                    {
                        child.participant_id: _answers(people[child.participant_id], self._asked)
                        for child in children
                        if child.participant_id in people
                    },
                )
            )

    def _counted(self, chosen: Sequence[ChildKey]) -> list[ChildKey]:
        """Return the rows in the order they were chosen."""
        return [
            (one.contribution_id, one.line) for children, _ in self._chunks(chosen) for one in self._paid_of(children)
        ]

    def _ordered(self, chosen: Sequence[ChildKey]) -> list[ChildKey]:
        """Return the rows by class and name, and find which questions one of their children answered."""
        placed: list[tuple[tuple[int, str, str, str], ChildKey]] = []
        answered = set[str]()
        for children, _ in self._chunks(chosen):
            people = self._opened.people({child.participant_id for child in children})
            for child in self._paid_of(children):
                person = people.get(child.participant_id)
                name = UNKNOWN if person is None else PersonNames(person.first_name, person.last_name)
                answered |= _answers(person, self._asked).keys() if person else set()
                placed.append((self._layout.place(child.class_code, name), (child.contribution_id, child.line)))
        self._layout = self._layout._replace(
            questions=tuple(label for label in self._asked.values() if label in answered)
        )
        return [key for _, key in sorted(placed, key=lambda one: one[0])]

    def _paid_of(self, children: Sequence[ParticipantRow]) -> Sequence[ParticipantRow]:
        self._paid += sum(child.paid for child in children)
        return children

    def _chunks(
        self, keys: Sequence[ChildKey]
    ) -> Iterator[tuple[list[ParticipantRow], Mapping[UUID, ContributionRow]]]:
        """Yield the children of some rows at a time with their contributions: those of the campaign, in their order."""
        waiting = iter(dict.fromkeys(keys))
        while chunk := list(islice(waiting, _CHUNK)):
            baskets = list(dict.fromkeys(contribution_id for contribution_id, _ in chunk))
            orders = contributions.by_ids(self._connection, baskets)
            known = {
                (one.contribution_id, one.line): one
                for one in participants.of_contributions(self._connection, baskets)
                if orders[one.contribution_id].campaign_id == self._campaign.campaign_id
            }
            yield [known[key] for key in chunk if key in known], orders
            self._told(len(chunk))


def made_list(
    opened: OpenLedger, campaign: CampaignRow, chosen: Sequence[ChildKey], at: datetime, *, whole: bool
) -> Report:
    """Make the file of a short list as a whole; it bears an instant (UTC)."""

    def make(connection: Connection[Any]) -> Report:
        listed = ChosenList(opened, connection, campaign, chosen, lambda _: None, whole=whole)
        streamed = listed.table()
        columns = tuple(streamed.columns)
        table = Table(name="participants", title=TITLE, columns=columns, cells=TableCells(columns, streamed.rows))
        return replace(listed.report(at), tables=(table,))

    return opened.read(make)


def _told_apart(fields: Mapping[str, str]) -> dict[str, str]:
    """Name questions that are called the same, or as a column, by a number in their order: each has a column."""
    told: dict[str, str] = {}
    for name, label in fields.items():
        others = [one for one in fields if fields[one] == label]
        alone = others[0] == name and label not in TAKEN
        told[name] = label if alone else f"{label} (question {others.index(name) + 1})"
    return told


def _answers(person: Person, asked: Mapping[str, str]) -> dict[str, str]:
    """Return the answers of a child, by what each question is called."""
    given = {**person.extra, "email": person.email, "mobile": person.phone}
    return {label: given[name] for name, label in asked.items() if given.get(name)}
