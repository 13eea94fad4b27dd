"""Files that members asked for: what was asked, how far each is, and its content, sealed in parts."""

from adapters.exports.row import (
    DOWNLOADS,
    LIFE,
    UNDER_WAY,
    ChosenRows,
    ExportColumns,
    ExportForm,
    ExportKind,
    ExportRequest,
    ExportRow,
    ExportState,
)
from adapters.exports.sealed_file import ExportDropped, SealedExport
from adapters.exports.store import ExportStore

__all__ = [
    "DOWNLOADS",
    "LIFE",
    "UNDER_WAY",
    "ChosenRows",
    "ExportColumns",
    "ExportDropped",
    "ExportForm",
    "ExportKind",
    "ExportRequest",
    "ExportRow",
    "ExportState",
    "ExportStore",
    "SealedExport",
]
