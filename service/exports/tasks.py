"""What the worker does for a file: make it, then have one letter leave that says so."""

from __future__ import annotations

from typing import Final

from adapters.connections import DatabaseAwayError
from adapters.exports import ExportState
from adapters.jobs import Task
from service.emails.member_emails import export_ready_email
from service.exports.maker import ExportMaker
from service.logging import logger
from service.payments.context import PaymentContext
from service.runtime.open_ledger import OpenLedgers

log = logger(__name__)
_ATTEMPTS: Final = 3
"""How often the making of a file is tried, before its page says that it failed."""


class ExportTasks:
    """Carries out the tasks of files; threads may share it."""

    def __init__(self, ledgers: OpenLedgers, *, writes_letters: bool) -> None:
        """Make the files of these ledgers, and announce them where letters leave at all."""
        self._ledgers = ledgers
        self._writes_letters = writes_letters

    def export_task(self, context: PaymentContext, task: Task) -> None:
        """Make a file and announce it once; begun again after a crash, it begins the file anew.

        Raises:
            DatabaseAwayError: to be tried again when it is back.

        """
        opened, export_id = self._ledgers(context.slug), task.id("export_id")
        try:
            with context.out_of_turn():
                ExportMaker(opened, context.now(), context.public_url).make(export_id)
        except DatabaseAwayError:
            raise
        except Exception as error:
            if task.attempts + 1 < _ATTEMPTS:
                raise
            opened.exports.fail(export_id)
            log.exception("export failed", ledger=context.slug, export=str(export_id), reason=type(error).__name__)
        row = opened.exports.find(export_id)
        if row is None or row.state != ExportState.READY:
            return
        log.info("export made", ledger=context.slug, export=str(export_id), kind=row.kind, bytes=row.size)
        if self._writes_letters:
            context.outbox.add(context.slug, export_ready_email(row.asked_by, row.coop_id, export_id, context.now()))
