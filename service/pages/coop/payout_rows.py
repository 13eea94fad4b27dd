"""The rows of the figures of a payout: each child of each movement that it brings, without names."""

from __future__ import annotations

from domain.papers.payout_lines import PayoutFigure
from projections.figures.rows import PAGE, FigureRow, FigureRows
from service.pages.coop.selection import RowSelection
from service.pages.frame.visit import CoopVisit
from service.papers.payout_explanation import explain_payout


def payout_rows(visit: CoopVisit, selection: RowSelection, offset: int) -> FigureRows:
    """Return a page of the lines that a figure of a payout is the sum of; of another kind of rows none.

    Raises:
        NotFound: the coop has no such payout, or nothing of that campaign or class is in it.

    """
    if selection.payout is None:
        return FigureRows(0, 0, ())
    explained = explain_payout(visit.opened, visit.coop.coop_id, selection.payout)
    chosen = explained.chosen(PayoutFigure(selection.figure), selection.campaign, selection.group)
    rows = tuple(
        FigureRow(line.on, line.kind, line.contribution_id, line.campaign_id, line.cents)
        for line in (one.line for one in chosen[offset : offset + PAGE])
    )
    return FigureRows(len(chosen), sum(one.line.cents for one in chosen), rows)
