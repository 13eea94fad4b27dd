"""The formats a report takes: JSON for programs, CSV for spreadsheets, XLSX for treasurers, PDF for paper."""

from reports.parts.rendered import Rendered
from reports.parts.report import Format
from reports.render.rendering import render

__all__ = ["Format", "Rendered", "render"]
