"""Handing issued papers over: the first PDF is the original, whose file is kept; later ones are recorded duplicates."""

from __future__ import annotations

from datetime import datetime

from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from projections.papers import PaperRow
from reports.on_demand import rendered
from reports.parts.report import Format
from service.http.bounds.cpu_bound import DOCUMENT, run_limited
from service.http.documents import handed_over
from service.papers.printer import PaperPrinter
from service.runtime.open_ledger import OpenLedger


async def printed_paper(opened: OpenLedger, row: PaperRow, form: Format, by: str, at: datetime) -> Response:
    """Give a paper as a file, and record it when it is a print: by whom, at an instant (UTC)."""
    printer, prints = await run_in_threadpool(PaperPrinter, opened, at), opened.prints
    while True:  # until no other print takes the same number
        before = len(await run_in_threadpool(prints.of_paper, row.position)) if form == "pdf" else 0
        document = await run_limited(DOCUMENT, rendered, await run_in_threadpool(printer.paper, row, before), form)
        if form != "pdf" or await run_in_threadpool(
            prints.add, row.coop_id, row.position, before + 1, by, document.content
        ):
            return handed_over(document)
