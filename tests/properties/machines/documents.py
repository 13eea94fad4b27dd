"""Every document that the log of a coop makes without a database: laid out, none refused, no amount below zero.

Differences have a sign of their own and are no amounts: a net, what an account moved, a figure put forward.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final, TypeVar
from uuid import UUID

from adapters.people_vault import Person
from domain.association.state import Association
from domain.closings.cut_off import SpreadIncome, held_later
from domain.events.campaign import CampaignDrafted
from domain.events.closings.period import PeriodClosed
from domain.events.papers.issued import VoucherIssued
from domain.papers.drafts import PaperLine
from domain.papers.series import Paper
from domain.recorded_event import RecordedEvent
from domain.roll_forward import check_roll_forward
from reports.papers.template_1 import PaperAddition
from reports.papers.templates import paper_report
from reports.parts.provenance import Provenance
from reports.parts.report import Kind, Report
from service.papers.printer import PaperPrinter
from tests.properties.machines.ledger_harness import AT

T = TypeVar("T")
DIFFERENCE: Final = "Net"
"""The column of what came less what went back."""


class LogInMemory:
    """A coop's log as the printer of papers asks for it; there is no database behind it, and no name of a person."""

    log_schema = ""

    def __init__(self, facts: Sequence[RecordedEvent], name: str) -> None:
        """Read these facts."""
        self.facts, self.name = facts, name

    def read(self, query: Callable[..., T], *_args: Any) -> T:  # noqa: ANN401 - as the printer gives them
        """No paper is printed by number here: a question for a database is a mistake of the test."""
        raise AssertionError(query)

    def people(self, _ids: object) -> dict[UUID, Person]:
        """Nobody is known."""
        return {}

    def association(self) -> Association:
        """Its name, and no policy but the usual one."""
        association = Association(UUID(int=0))
        association.name = self.name
        return association

    def head(self) -> tuple[int, bytes]:
        """Where the log ends."""
        return self.facts[-1].position, bytes(32)

    def standing(self, _connection: object) -> tuple[int, bytes]:
        """No read models are asked here: there are none."""
        return self.head()

    def held_later(self, coop_id: UUID, year: int, up_to: int) -> list[SpreadIncome]:
        """What the coop's lines hold for later years."""
        return held_later(self.coop_events(coop_id, up_to), year, since=None)

    def coop_events(self, _coop_id: UUID, up_to: int) -> Iterator[RecordedEvent]:
        """The coop's facts up to a position."""
        return (fact for fact in self.facts if fact.position <= up_to)


def documents(
    facts: Sequence[RecordedEvent], lines: Mapping[int, Mapping[UUID | None, tuple[PaperLine, ...]]], name: str
) -> Iterator[Report]:
    """Lay out every issued paper, and what each campaign has come to so far."""
    for fact in facts:
        if isinstance(fact.event, Paper):
            theirs = lines[fact.event.trigger][fact.event.campaign_id] if isinstance(fact.event, VoucherIssued) else ()
            beside = PaperAddition(provenance=_proof(fact.event.printed, fact.position), lines=theirs)
            yield paper_report(fact.event.printed, fact.event.template, beside)
    printer = PaperPrinter(LogInMemory(facts, name), AT)
    so_far = printer.so_far(UUID(int=1))
    for fact in facts:
        if isinstance(fact.event, CampaignDrafted):
            yield printer.provisional_of(so_far, fact.stream_id)


def check_documents(
    facts: Sequence[RecordedEvent], lines: Mapping[int, Mapping[UUID | None, tuple[PaperLine, ...]]], name: str
) -> int:
    """Make all documents, none with a negative amount; return how many there are."""
    for fact in facts:
        if isinstance(fact.event, Paper):
            assert min(_numbers(json.loads(fact.event.printed)), default=0) >= 0, fact.event
        elif isinstance(fact.event, PeriodClosed):
            check_roll_forward(fact.event.boxes)
            parts = (fact.event.receipts, fact.event.disbursements, fact.event.year_to_date, fact.event.perpetual)
            assert all(getattr(part, field) >= 0 for part in parts for field in part.__struct_fields__)
    made = 0
    for report in documents(facts, lines, name):
        made += 1
        for table in report.tables:
            for column in table.columns:
                if column.kind in (Kind.CENTS, Kind.COUNT) and column.label != DIFFERENCE:
                    assert min(table.frame[column.label], default=0) >= 0, (report.title, table.title, column.label)
    return made


def _numbers(value: object) -> Iterator[int]:
    """Every number in what is printed."""
    if isinstance(value, dict):
        yield from chain.from_iterable(map(_numbers, value.values()))
    elif isinstance(value, list):
        yield from chain.from_iterable(map(_numbers, value))
    elif isinstance(value, int):
        yield value


def _proof(printed: str, position: int) -> Provenance:
    """What proves a paper: its position."""
    said = json.loads(printed)
    return Provenance(
        coop_name=said["coop"],
        affiliation_number=said["affiliation_number"],
        identification=said["identification"],
        first_position=1,
        last_position=position,
        chain_head="00",
        projections=(),
        produced_at=AT,
        demo=True,
        clock="",
    )
