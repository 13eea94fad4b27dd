"""Payments tables of other platforms, read strictly as untrusted files: rows, or errors that name their line."""

from adapters.imports.parser import parse_payments
from adapters.imports.rows import FileKind, LineError, Means, Mention, ParsedFile, PaymentRow, PaymentState

__all__ = ["FileKind", "LineError", "Means", "Mention", "ParsedFile", "PaymentRow", "PaymentState", "parse_payments"]
