"""The papers in a coop's log, against those that its events ask for: each is issued again, beside what was issued.

The log of a coop is folded as the worker folds it, and what the coop would write is decided anew from the papers before
it. So every number, sum, printed word and digest of lines is compared, and a series with a gap has a paper too many or
too few. What is asked for after the last paper waits for the worker, and is no finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Final, NamedTuple
from uuid import UUID

from domain.aggregate import Stamp
from domain.calendar import paris_noon
from domain.coop.state import Coop
from domain.errors import LedgerError
from domain.events.papers.issued import PayoutStatementIssued, VoucherIssued
from domain.journal import Postings
from domain.papers.content import TEMPLATE
from domain.papers.fold.book import PaperBook
from domain.papers.fold.known import Drafted
from domain.papers.issue import issue_command
from domain.papers.references import part_reference, statement_reference, voucher_reference
from domain.papers.series import PAPERS, Paper, PaperSeries
from domain.papers.so_far import CampaignSoFar, campaigns_so_far
from domain.recorded_event import RecordedEvent
from service.audit.audit_check import reason_of
from service.audit.findings import AuditFinding, FindingKind
from service.audit.log.contents import PaperReading

_FRENCH: Final = {
    "number": "numéro",
    "part": "volet",
    "edition": "édition",
    "exercise": "exercice",
    "cents": "montant",
    "entry": "écriture",
    "classes": "classes",
    "printed": "texte imprimé",
    "lines": "nombre de lignes",
    "lines_sha256": "empreinte des lignes",
}
"""What the fields of a paper are called; a field that is not named here is « mention »."""


class Issued(NamedTuple):
    """A paper in the log, and where it stands."""

    position: int
    event: Paper


class PapersFold:
    """The papers of one coop: those in its log by what asked for them, and those that its events ask for."""

    def __init__(self, coop_id: UUID, association: str, position: int) -> None:
        """Begin before the coop; ``association`` is the name of its own, ``position`` is where documents are made."""
        self._coop_id = coop_id
        self._position = position
        self._open = True
        self._book, self._series = PaperBook(association), PaperSeries()
        self._issued: dict[int, list[Issued]] = {}
        self._asked: list[Drafted] = []
        self._coop = Coop(coop_id)
        """The coop without its papers: those are issued again."""
        self._reached = 0
        self._broken = ""
        self.so_far: dict[UUID, CampaignSoFar] | None = None

    def take(self, fact: RecordedEvent, legs: Postings) -> None:
        """Fold the next event, with its postings; keep the papers and the coop apart."""
        if self._broken:
            return
        position, stream_id, _, _, _, event = fact
        if position > self._position and self._open:
            self._stop()
        self._reached = position
        try:
            if not legs and isinstance(event, PAPERS):
                self._issued.setdefault(event.trigger, []).append(Issued(position, event))
                if self._open:
                    self._series.add(event)
            elif stream_id == self._coop_id:
                self._coop.evolve(event)
            for drafted in self._book.take(fact, legs):
                self._asked.append(drafted._replace(lines=()))
        except Exception as error:  # noqa: BLE001 - whatever a forged event makes of our code is a finding
            self._broken = reason_of(error)

    def fail(self, position: int, error: Exception) -> None:
        """Stop at an event that cannot be booked."""
        if not self._broken:
            self._reached, self._broken = position, reason_of(error)

    def finish(self) -> PaperReading:
        """Say what is otherwise in the log than what its events ask for."""
        if self._open and not self._broken:
            self._stop()
        found: list[AuditFinding] = []
        try:
            if not self._broken:
                found.extend(self._findings())
        except Exception as error:  # noqa: BLE001 - as above
            self._broken = reason_of(error)
        issued = sum(len(papers) for papers in self._issued.values())
        return PaperReading(issued, tuple(found), self._reached, self._broken)

    def _stop(self) -> None:
        """Keep what the campaigns have come to where documents are made."""
        self._open = False
        try:
            self.so_far = campaigns_so_far(self._book, self._series)
        except Exception:  # noqa: BLE001 - told by the documents, which fold again
            self.so_far = None

    def _findings(self) -> Iterator[AuditFinding]:
        """Issue again what is asked for, up to the last event that has papers, and say what is otherwise in the log."""
        last = max(self._issued, default=0)
        left = dict(self._issued)
        for drafted in self._asked:
            if drafted.trigger <= last:
                yield from self._compared(drafted, left.pop(drafted.trigger, []))
        for trigger, issued in left.items():
            for one in issued:
                yield self._finding(one.position, f"l’événement {trigger} ne demande pas {_name(one.event)}")

    def _compared(self, drafted: Drafted, issued: list[Issued]) -> Iterator[AuditFinding]:
        """Compare the papers that one event has with those that it asks for."""
        position = issued[0].position if issued else drafted.trigger
        try:
            expected = self._due(drafted, issued)
        except LedgerError as error:
            sentence = f"les pièces que demande l’événement {drafted.trigger} sont refusées\u00a0: {error.french}"
            yield self._finding(position, sentence)
            return
        for one, due in zip_longest(issued, expected):
            position = position if one is None else one.position
            if one is None:
                yield self._finding(position, f"il manque {_name(due)}, que demande l’événement {drafted.trigger}")
            elif due is None:
                yield self._finding(one.position, f"l’événement {drafted.trigger} ne demande pas {_name(one.event)}")
            elif one.event != due:
                yield self._finding(
                    one.position, f"{_name(due)} n’est pas ce qui a été émis\u00a0: {_differing(one.event, due)}"
                )

    def _due(self, drafted: Drafted, issued: list[Issued]) -> list[Paper]:
        """Issue what an event asks for, at the instant and by the template of then; the coop then has these papers."""
        first = issued[0].event if issued else None
        stamp = Stamp(at=paris_noon(drafted.day), by="") if first is None else Stamp(at=first.at, by=first.by)
        template = first.template if first is not None and 0 < first.template < TEMPLATE else TEMPLATE
        made = issue_command(drafted, self._coop_id, stamp, template).decide(self._coop)
        due = [event for event in made if isinstance(event, Paper)]
        for paper in due:
            self._coop.papers.add(paper)
        return due

    def _finding(self, position: int, sentence: str) -> AuditFinding:
        return AuditFinding(
            FindingKind.PAPER, position, f"Pièce à la position {position}\u00a0: {sentence}.", self._coop_id
        )


def _name(paper: Paper) -> str:
    """What a paper is called."""
    if isinstance(paper, PayoutStatementIssued):
        return f"le bordereau {statement_reference(paper.exercise, paper.number)}"
    if isinstance(paper, VoucherIssued):
        return f"la pièce {part_reference(paper.series, paper.exercise, paper.number, paper.part)}"
    return f"le récapitulatif {voucher_reference(paper.exercise, paper.number)}, édition {paper.edition}"


def _differing(one: Paper, due: Paper) -> str:
    """Name what differs."""
    if type(one) is not type(due):
        return "une autre pièce est là"
    fields = [field for field in one.__struct_fields__ if getattr(one, field) != getattr(due, field)]
    return ", ".join(dict.fromkeys(_FRENCH.get(field, "mention") for field in fields))
