"""The formats a report takes: JSON for programs, CSV for spreadsheets, XLSX for treasurers, PDF for paper."""

from reports.render.rendering import Format, Rendered, render

__all__ = ["Format", "Rendered", "render"]
