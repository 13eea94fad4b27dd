"""One way from a report to the bytes of a format; the same report always gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from reports.parts.rendered import Rendered
from reports.parts.report import Format, Report
from reports.render.csv_ import to_csv
from reports.render.json_ import to_json
from reports.render.pdf import to_pdf
from reports.render.xlsx import to_xlsx

_WRITERS: Final[dict[Format, tuple[Callable[[Report], bytes], str]]] = {
    "json": (to_json, "application/json"),
    "csv": (to_csv, "text/csv; charset=utf-8"),
    "xlsx": (to_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pdf": (to_pdf, "application/pdf"),
}


def render(report: Report, form: Format) -> Rendered:
    """Write a report in a format."""
    write, media_type = _WRITERS[form]
    return Rendered(write(report), media_type, f"{report.name}.{form}")
