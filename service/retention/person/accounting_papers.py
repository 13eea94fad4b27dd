"""On which papers a payer's name stands, and until when it must be provable: ten exercises (code de commerce, L123-22).

Whatever money moved for stands on a paper: on a receipt from its payment on, on a part of a voucher once its payout
arrived, at the latest on the final recap. What never moved any stands on none.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from psycopg import Connection

from adapters.people_vault import ArchivedPaper, Purpose, retention_end
from domain.calendar import fiscal_year, fiscal_year_bounds
from domain.papers.fold.book import papers_asked
from projections import journal, papers
from projections.contributions import ContributionRow
from service.runtime.open_ledger import OpenLedger


def papers_of(opened: OpenLedger, rows: Iterable[ContributionRow], today: date) -> tuple[ArchivedPaper, ...]:
    """Return the contributions for which money moved, each with the end of the tenth exercise after its last paper.

    A movement that no part shows yet is on one of today's exercise at the earliest. Those whose ten years are over
    are left out.
    """
    moved = {row: opened.read(_exercises_of_movements, row) for row in rows}
    moved = {row: exercises for row, exercises in moved.items() if exercises}
    issued = {coop_id: _exercises_of_parts(opened, coop_id) for coop_id in {row.coop_id for row in moved}}
    found = []
    for row, exercises in moved.items():
        last = max(*exercises, *issued[row.coop_id].get(row.contribution_id, {fiscal_year(today)}))
        until = retention_end(Purpose.ACCOUNTING, fiscal_year_bounds(last)[1])
        found.append(ArchivedPaper(row.contribution_id, row.coop_id, row.campaign_id, until))
    return tuple(one for one in found if one.expires_on >= today)


def _exercises_of_movements(connection: Connection[Any], row: ContributionRow) -> set[int]:
    """The exercises in which money moved for a contribution: as lists and receipts show it."""
    lines = journal.lines_of_subject(connection, row.campaign_id, row.contribution_id)
    return {fiscal_year(line.paid_on) for line in lines}


def _exercises_of_parts(opened: OpenLedger, coop_id: UUID) -> dict[UUID, set[int]]:
    """The exercises of the parts issued in a coop, by the contributions on their lines."""
    rows = opened.read(papers.of_coop, coop_id)
    issued = {(row.trigger, row.campaign_id): row.exercise for row in rows if row.paper == papers.PART}
    found: dict[UUID, set[int]] = {}
    for drafted in papers_asked(opened.coop_events(coop_id, opened.head()[0]), opened.name):
        for part, lines in zip(drafted.parts, drafted.lines, strict=True):
            if exercise := issued.get((drafted.trigger, part.campaign_id)):
                for contribution_id in {line.contribution_id for line in lines if line.contribution_id}:
                    found.setdefault(contribution_id, set()).add(exercise)
    return found
