"""Prints of papers: the first is the original, whose file is kept; later ones are duplicates, each recorded."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from adapters.processes import Limits, processes
from domain.errors import NotFound
from projections import papers
from projections.papers import PaperRow
from reports.on_demand import rendered
from reports.parts.report import Format, Report
from service.papers.printer import PaperPrinter
from service.runtime.open_ledger import OpenLedger

_LIMITS: Final = Limits(seconds=120, cpu_seconds=60, memory=3 << 30)
"""A part of some thousand movements takes some seconds."""


def written(report: Report, form: Format) -> bytes:
    """Write a report as a file, in a process that is bounded."""
    return processes().run(_LIMITS, rendered, report, form).content


def find_paper(opened: OpenLedger, coop_id: UUID, position: int) -> PaperRow:
    """Return a paper of a coop.

    Raises:
        NotFound: there is none at that position, or it is another coop's.

    """
    row = opened.read(papers.find, position)
    if row is None or row.coop_id != coop_id:
        raise NotFound(paper=position)
    return row


def print_paper(opened: OpenLedger, coop_id: UUID, position: int, by: str, at: datetime) -> bytes:
    """Print a paper and record it; return the PDF."""
    row, printer = find_paper(opened, coop_id, position), PaperPrinter(opened, at)
    while True:  # until no other print takes the same number
        before = len(opened.prints.of_paper(position))
        content = written(printer.paper(row, before), "pdf")
        if opened.prints.add(coop_id, position, before + 1, by, content):
            return content


def original_print(opened: OpenLedger, coop_id: UUID, position: int) -> bytes:
    """Return the file of a paper's first print, byte for byte.

    Raises:
        NotFound: it was never printed, or there is no such paper.

    """
    row = find_paper(opened, coop_id, position)
    content = opened.prints.original(row.position)
    if content is None:
        raise NotFound(print=position)
    return content
