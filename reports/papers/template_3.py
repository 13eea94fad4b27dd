"""Template 3 of papers: as template 2, and a recap says what each part moves in the cash box, beside what at the bank.

So its columns add up to the lines of the bank and of the cash box in its entry. It never changes either.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from domain.money import euros
from reports.papers import template_2
from reports.papers.template_1 import PaperAddition, Printed
from reports.parts.report import Column, Kind, Report, Table, TableCells

_PARTS: Final = "volets"
_CASH: Final = (
    Column("Entrée en caisse", Kind.CENTS, summed=True, quiet=True),
    Column("Sortie de caisse", Kind.CENTS, summed=True, quiet=True),
)
_EMPTY: Final = "Aucun volet\u00a0: rien n’est arrivé en banque ni en caisse."


def paper_report(printed: Printed, beside: PaperAddition) -> Report:
    """Lay a paper out."""
    report = template_2.paper_report(printed, beside)
    parts = next((table for table in report.tables if table.name == _PARTS), None)
    if parts is None:
        return report
    notes = (*(note for note in report.notes if note != template_2.BANK_ONLY), _sum_of(printed["parts"]))
    tables = tuple(_with_cash(table, printed["parts"]) if table is parts else table for table in report.tables)
    return replace(report, tables=tables, notes=notes)


def _with_cash(table: Table, parts: list[dict[str, Any]]) -> Table:
    """Add the columns of the cash box, where a part moves it."""
    if not any(one["cash_in"] or one["cash_out"] for one in parts):
        return replace(table, empty=_EMPTY)
    columns = (*table.columns, *_CASH)
    rows = [(*row, one["cash_in"], one["cash_out"]) for row, one in zip(table.cells.rows, parts, strict=True)]
    return replace(table, columns=columns, cells=TableCells(columns, rows), empty=_EMPTY)


def _sum_of(parts: list[dict[str, Any]]) -> str:
    """Say what the parts move in all, as the entry has it: at the bank, and in the cash box where they move it."""
    bank, cash = (
        sum(one[came] - one[went] for one in parts) for came, went in (("in", "out"), ("cash_in", "cash_out"))
    )
    in_cash = (
        f" et {euros(cash)} pour la caisse (compte 530)"
        if any(one["cash_in"] or one["cash_out"] for one in parts)
        else ""
    )
    return (
        f"Volets et dépenses, en net\u00a0: {euros(bank)} pour la banque (compte 512){in_cash}. "
        "Ce sont les montants de ces comptes dans le total des écritures."
    )
