"""Reading one contribution for its pages: who paid, its children with their amounts and answers, what happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import Connection
from starlette.concurrency import run_in_threadpool

from adapters.log.chain import chain_excerpt
from adapters.people_vault import Person
from domain.errors import LedgerCorrupt, NotFound
from domain.events import decode
from domain.people.person_fields import GONE, is_own
from domain.recorded_event import RecordedEvent
from projections import contributions, decisions, directory, journal, participants
from projections.contributions import ContributionRow
from projections.expected import instalments
from projections.expected.instalments import ExpectedInstalment
from projections.participants import ParticipantRow
from reports.parts.wording import ERASED_NAME, state_of_child
from service.baskets.questions import QUESTIONS, Question, question_of, shown_answer
from service.fields import french_phone
from service.http.trail import note
from service.pages.community.participant_rows import class_label, stands
from service.pages.frame.visit import CampaignVisit
from service.trail import TrailKind

_QUESTIONS: Final = {question.name: question for question in QUESTIONS}


class ChildAnswer(NamedTuple):
    """What was answered for a child to a question of the form."""

    label: str
    answer: str


class ChildDetail(NamedTuple):
    """One child of a contribution: cents as integers; ``held`` is what the coop keeps of what was paid for it."""

    line: int
    first_name: str
    last_name: str
    class_code: str
    school_class: str
    tariff_id: str
    tariff: str
    due: int
    paid: int
    held: int
    status: str
    state: str
    refund_pending: int
    takes_part: bool
    answers: tuple[ChildAnswer, ...]

    @property
    def name(self) -> str:
        """The child's name in full."""
        return f"{self.first_name} {self.last_name}".strip()


class SeenContribution(NamedTuple):
    """One contribution as its pages show it; ``payer`` is None once it was erased."""

    order: ContributionRow
    payer: Person | None
    children: tuple[ChildDetail, ...]
    facts: tuple[RecordedEvent, ...]
    to_come: tuple[ExpectedInstalment, ...]
    classes: Mapping[str, str]
    tariffs: Mapping[str, str]

    def child(self, line: int) -> str:
        """Return the first name of a child by its line, or what stands for one who was erased."""
        found = next((child for child in self.children if child.line == line), None)
        return found.first_name or found.last_name if found else ERASED_NAME


class _Rows(NamedTuple):
    order: ContributionRow
    children: list[ParticipantRow]
    facts: tuple[RecordedEvent, ...]
    to_come: list[ExpectedInstalment]
    classes: dict[str, str]
    tariffs: dict[str, str]


async def read_contribution(visit: CampaignVisit, contribution_id: UUID) -> SeenContribution:
    """Read one contribution with its names, once it is written down that they are read.

    Raises:
        NotFound: the campaign has none, or nothing came of it.

    """
    rows: _Rows = await visit.read(_read, visit, contribution_id)
    await note(visit.request, TrailKind.NAMES_READ, coop_id=visit.coop.coop_id)
    wanted = {rows.order.payer_id, *(child.participant_id for child in rows.children)}
    people = await run_in_threadpool(visit.opened.people, wanted)
    own = await run_in_threadpool(visit.opened.contacts.fields.read, visit.coop.coop_id)
    questions = _QUESTIONS | {field.field_id: question_of(field) for field in (*own.former, *own)}
    return SeenContribution(
        rows.order,
        people.get(rows.order.payer_id),
        tuple(_children(rows, people, questions)),
        rows.facts,
        tuple(rows.to_come),
        rows.classes,
        rows.tariffs,
    )


def _read(connection: Connection[Any], visit: CampaignVisit, contribution_id: UUID) -> _Rows:
    order = contributions.by_id(connection, contribution_id)
    if order is None or order.campaign_id != visit.campaign.campaign_id or not stands(order):
        raise NotFound(contribution=contribution_id)
    return _Rows(
        order,
        participants.of_contribution(connection, contribution_id),
        facts_of(connection, visit, order),
        instalments.of_contribution(connection, contribution_id),
        directory.class_labels(connection, order.coop_id, visit.campaign.school_year),
        directory.tariff_labels(connection, order.campaign_id),
    )


def facts_of(connection: Connection[Any], visit: CampaignVisit, order: ContributionRow) -> tuple[RecordedEvent, ...]:
    """Return the events of a contribution's money and of what was decided about it, each checked against the chain.

    Raises:
        LedgerCorrupt: one of them is not what was chained.

    """
    ledger = visit.opened.ledger
    booked = journal.lines_of_subject(connection, order.campaign_id, order.contribution_id)
    positions = {line.position for line in booked}
    positions.update(decisions.positions_about(connection, order.coop_id, order.contribution_id))
    found = chain_excerpt(connection, ledger.log_schema, ledger.association_id, positions)
    if found.broken:
        raise LedgerCorrupt(contribution=order.contribution_id, positions=found.broken)
    return tuple(
        RecordedEvent(
            row.position, row.stream_id, row.version, row.coop_id, row.recorded_at, decode(row.topic, row.state)
        )
        for row in found.rows
    )


def _children(rows: _Rows, people: Mapping[UUID, Person], questions: Mapping[str, Question]) -> Iterator[ChildDetail]:
    for child in rows.children:
        person = people.get(child.participant_id)
        yield ChildDetail(
            line=child.line,
            first_name=person.first_name if person else "",
            last_name=person.last_name if person else ERASED_NAME,
            class_code=child.class_code,
            school_class=class_label(rows.classes, child.class_code),
            tariff_id=child.tariff_id,
            tariff=rows.tariffs.get(child.tariff_id, ""),
            due=child.due,
            paid=child.paid,
            held=child.held,
            status=child.status,
            state=state_of_child(rows.order, child),
            refund_pending=child.refund_pending,
            takes_part=child.takes_part,
            answers=tuple(_answers(person, questions)) if person else (),
        )


def _answers(person: Person, questions: Mapping[str, Question]) -> Iterable[ChildAnswer]:
    """Yield what was answered for a child, in the order of the form; what an import kept comes last."""
    told = {"email": person.email, "mobile": french_phone(person.phone) if person.phone else "", **person.extra}
    for name, question in questions.items():
        if told.get(name):
            yield ChildAnswer(question.label, shown_answer(question, told[name]))
    for name, answer in told.items():
        if answer and name not in questions:
            yield ChildAnswer(GONE if is_own(name) else name, answer)
