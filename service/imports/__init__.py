"""Taking over the payments that another platform collected: a file in, contributions in the ledger, a report back."""

from service.imports.report import Ending, ImportReport
from service.imports.use_case import import_payments

__all__ = ["Ending", "ImportReport", "import_payments"]
