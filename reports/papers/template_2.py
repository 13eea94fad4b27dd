"""Template 2 of papers: as template 1, and it says what its columns count.

A child is counted by the paper that completes what is asked for it, and cash lies in the box until a deposit: neither
is seen from the words of template 1. It never changes either.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from reports.papers import template_1
from reports.papers.template_1 import PaperAddition, Printed
from reports.parts.report import Report, Table, TableCells

_WORDS: Final = {"Enfants": "Enfants payés en entier"}
_COUNTED: Final = (
    "Enfants payés en entier\u00a0: un enfant compte une fois, dans la pièce qui apporte le dernier centime demandé "
    "pour lui. Une ligne de paiement en partie, ou reprise ensuite, n’en ajoute pas."
)
_CLASSES: Final = "classes"
_PARTS: Final = "volets"
BANK_ONLY: Final = (
    "Volets et dépenses\u00a0: les colonnes sont celles de la banque. Un bordereau d’espèces entre dans la caisse "
    "(compte 530)\u00a0: son montant est dans le total des écritures."
)
"""What the columns of this template leave out, of which newer ones say more."""
_CORRECTED: Final = (
    "Entrée et sortie\u00a0: une ligne importée puis corrigée peut y compter autrement que sur la page "
    "«\u00a0En direct\u00a0», qui la montre reçue, puis reprise en entier. Le net est le même."
)


def paper_report(printed: Printed, beside: PaperAddition) -> Report:
    """Lay a paper out."""
    report = template_1.paper_report(printed, beside)
    names = {table.name for table in report.tables}
    notes = (
        *((_COUNTED,) if _CLASSES in names else ()),
        *((BANK_ONLY, _CORRECTED) if _PARTS in names else ()),
    )
    return replace(report, tables=tuple(map(_named, report.tables)), notes=(*report.notes, *notes))


def _named(table: Table) -> Table:
    """Give a table of classes the words of what it counts."""
    if table.name != _CLASSES:
        return table
    columns = tuple(one._replace(label=_WORDS.get(one.label, one.label)) for one in table.columns)
    return replace(table, columns=columns, cells=TableCells(columns, table.cells.rows))
