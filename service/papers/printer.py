"""Printing papers: from what their events hold, with the template of their version.

The PDF of the first print is kept; every later print says that it is a duplicate, and is recorded.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import Connection

from adapters.log.chain import hash_at
from domain.calendar import paris_date
from domain.errors import LedgerCorrupt, NotFound
from domain.papers.content import TEMPLATE, PaperHead
from domain.papers.drafts import PaperLine, digest_of
from domain.papers.fold.book import PaperBook, papers_asked
from domain.papers.series import Paper, PaperSeries
from domain.papers.so_far import CampaignSoFar, campaigns_so_far
from domain.recorded_event import RecordedEvent
from projections import papers, payouts
from projections.papers import PaperRow
from reports.papers.template_1 import PaperAddition
from reports.papers.templates import paper_report
from reports.parts.provenance import Provenance
from reports.parts.report import Report
from service.runtime.document_source import DocumentSource

_CLOCK: Final = "date de la pièce, heure de Paris"
_BANK_LINE: Final = frozenset({"payout", "return"})
"""The kinds of papers that a line of the bank statement is about."""


class SoFar(NamedTuple):
    """What the campaigns of a coop had come to at a position of the log, and the chain's hash there."""

    position: int
    head: bytes
    campaigns: Mapping[UUID, CampaignSoFar]


class PaperPrinter:
    """Lays papers of one association out; ``produced_at`` is the instant (UTC) that provisional documents bear."""

    def __init__(self, opened: DocumentSource, produced_at: datetime) -> None:
        """Print from one ledger."""
        self._opened = opened
        self._produced_at = produced_at

    def paper(self, row: PaperRow, duplicate: int = 0) -> Report:
        """Lay out an issued paper, as the ``duplicate``-th copy of its first print."""
        return self._opened.read(self._paper, row, duplicate)

    def _paper(self, connection: Connection[Any], row: PaperRow, duplicate: int) -> Report:
        lines = self._lines(row) if row.paper == papers.PART else ()
        booked_on = None if row.payout_id is None else _booked_on(connection, row)
        head = hash_at(connection, self._opened.log_schema, row.position)
        beside = PaperAddition(
            provenance=self._provenance(json.loads(row.printed), row.position, head, row.issued_at, row.template),
            lines=lines,
            bank_line=row.kind in _BANK_LINE,
            booked_on=booked_on,
            duplicate=duplicate,
        )
        return paper_report(row.printed, row.template, beside)

    def _lines(self, row: PaperRow) -> tuple[PaperLine, ...]:
        """Return the lines of a part, folded from the log again; they must be those that it was issued with.

        Raises:
            LedgerCorrupt: they are not.

        """
        events = self._opened.coop_events(row.coop_id, row.trigger)
        drafted = next(one for one in papers_asked(events, self._opened.name) if one.trigger == row.trigger)
        found = [
            lines
            for draft, lines in zip(drafted.parts, drafted.lines, strict=True)
            if draft.campaign_id == row.campaign_id
        ]
        lines = found[0] if found else ()
        if digest_of(lines) != json.loads(row.printed)["lines_sha256"]:
            raise LedgerCorrupt(position=row.position, lines=len(lines))
        return lines

    def provisional(self, coop_id: UUID, campaign_id: UUID) -> Report:
        """Lay out what a campaign has come to so far: without number, « PROVISOIRE », it proves nothing.

        Raises:
            NotFound: the coop has no such campaign.

        """
        return self.provisional_of(self.so_far(coop_id), campaign_id)

    def so_far(self, coop_id: UUID) -> SoFar:
        """Fold a coop's log, as it is now."""
        position, head = self._opened.head()
        book, series = PaperBook(self._opened.name), PaperSeries()
        for _ in book.fold(_noted(self._opened.coop_events(coop_id, position), series)):
            continue  # the worker issues what is asked for
        return SoFar(position, head, campaigns_so_far(book, series))

    def provisional_of(self, so_far: SoFar, campaign_id: UUID) -> Report:
        """Lay out the provisional document of a campaign, of a coop's log that was folded.

        Raises:
            NotFound: the coop has no such campaign.

        """
        position, head, campaigns = so_far
        if campaign_id not in campaigns:
            raise NotFound(campaign=campaign_id)
        today = paris_date(self._produced_at)
        coop, draft, listed, carried = campaigns[campaign_id]
        printed = PaperHead(coop, position, draft.exercise, today, today).final("", 0, draft, listed, carried)
        provenance = self._provenance(json.loads(printed), position, head, self._produced_at, TEMPLATE)
        return paper_report(printed, TEMPLATE, PaperAddition(provenance))

    def _provenance(
        self, printed: dict[str, Any], position: int, head: bytes, produced_at: datetime, template: int
    ) -> Provenance:
        """Prove a paper by the position of its event and the chain's hash there: the same for ever."""
        return Provenance(
            coop_name=printed["coop"],
            affiliation_number=printed["affiliation_number"],
            identification=printed["identification"],
            first_position=1,
            last_position=position,
            chain_head=head.hex(),
            projections=(("modèle de pièce", template),),
            produced_at=produced_at,
            demo=printed["demo"],
            clock=_CLOCK,
        )


def _noted(facts: Iterable[RecordedEvent], series: PaperSeries) -> Iterator[RecordedEvent]:
    """Pass the events of a coop on, and remember the papers among them."""
    for fact in facts:
        if isinstance(fact.event, Paper):
            series.add(fact.event)
        yield fact


def _booked_on(connection: Connection[Any], row: PaperRow) -> date | None:
    """The bank's day of a payout or of its return, once its line is matched: a later fact, no part of the paper."""
    found = next(one for one in payouts.of_coop(connection, row.coop_id) if one.payout_id == row.payout_id)
    return {"payout": found.booked_on, "return": found.returned_on}.get(row.kind)
