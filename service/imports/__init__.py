"""Taking over the payments that another platform collected: a file in, contributions in the ledger, a report back."""

from service.imports.decisions import ImportDecision
from service.imports.importer import import_payments
from service.imports.report import Ending, ImportReport

__all__ = ["Ending", "ImportDecision", "ImportReport", "import_payments"]
