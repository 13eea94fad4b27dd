"""Documents: rows of the read models, names of the vault, the proof of the log, put together as reports."""

from service.reports.builder import ReportBuilder

__all__ = ["ReportBuilder"]
