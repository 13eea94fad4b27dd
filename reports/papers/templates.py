"""Which template prints which version of papers; one that is here stays as it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

from domain.errors import LedgerCorrupt
from reports.papers import template_1, template_2, template_3
from reports.papers.template_1 import PaperAddition, Printed
from reports.parts.report import Report

TEMPLATES: Final[dict[int, Callable[[Printed, PaperAddition], Report]]] = {
    1: template_1.paper_report,
    2: template_2.paper_report,
    3: template_3.paper_report,
}
"""The templates by version."""


def paper_report(printed: str, version: int, beside: PaperAddition) -> Report:
    """Lay a paper out by the template that it was issued with.

    Raises:
        LedgerCorrupt: a version that this program never had.

    """
    template = TEMPLATES.get(version)
    if template is None:
        raise LedgerCorrupt(template=version)
    return template(json.loads(printed), beside)
