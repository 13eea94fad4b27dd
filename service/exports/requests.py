"""Asking for a file: the request is kept, its task added, and nothing else waits for it."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from adapters.exports import ExportRequest, ExportRow
from adapters.jobs import NewTask, Outbox
from domain.errors import Conflict
from service.runtime.open_ledger import OpenLedger

EXPORT: Final = "export"
"""The kind of task that makes a file."""


class TooManyExports(Conflict):
    """The member waits for several files already, or has many to take away."""

    code = "too-many-exports"
    sentence = (
        "Trois fichiers au plus se préparent à la fois, et quarante se gardent\u00a0: attendez qu’un fichier "
        "soit prêt, puis recommencez."
    )


def request_export(opened: OpenLedger, outbox: Outbox, request: ExportRequest, now: datetime) -> ExportRow:
    """Ask for a file, and return it: the same one where the same is under way already.

    Raises:
        TooManyExports: the member has to wait for others first.

    """
    row = opened.exports.ask(request, now)
    if row is None:
        raise TooManyExports(member=request.asked_by)
    if row.under_way:
        # Added again where a crash came between: a task of one subject is one.
        outbox.add(opened.ledger.slug, export_task(row.coop_id, row.export_id, now))
    return row


def export_task(coop_id: UUID, export_id: UUID, now: datetime) -> NewTask:
    """Return the task that makes a file; the files of a coop are made one after the other."""
    facts = {"coop_id": str(coop_id), "export_id": str(export_id)}
    return NewTask(EXPORT, str(export_id), f"exports:{coop_id}", now, facts)
