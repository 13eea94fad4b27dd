"""Handing documents over as files: made for one request, never to be kept by caches that others use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from reports.on_demand import rendered, rendered_json
from reports.parts.rendered import Rendered
from reports.parts.report import Format, Report
from service.http.bounds.cpu_bound import DOCUMENT, run_limited
from service.reports import ReportBuilder
from service.runtime.document_source import DocumentSource


async def made_document(
    opened: DocumentSource, at: datetime, form: Format, make: Callable[[ReportBuilder], Report]
) -> Response:
    """Make a document that bears an instant (UTC), and hand it over as a file."""
    builder = ReportBuilder(opened, at)
    if form == "json":
        return handed_over(await run_in_threadpool(lambda: rendered_json(make(builder))))
    report = await run_in_threadpool(lambda: make(builder))
    return handed_over(await run_limited(DOCUMENT, rendered, report, form))


def handed_over(document: Rendered) -> Response:
    """Hand a document over as a file."""
    return handed_over_as(document.content, document.media_type, document.filename)


def handed_over_as(content: bytes, media_type: str, filename: str) -> Response:
    """Hand bytes over as a file of a name."""
    headers = {
        "Content-Disposition": f'attachment; filename="{filename}"',
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=media_type, headers=headers)
