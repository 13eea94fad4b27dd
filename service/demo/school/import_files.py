"""Files to try an import with: payments of a made-up class as another platform exports them, and a later version.

The later one was corrected: an amount, a class, a payment that was given back, a family more.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import xlsxwriter

FIRST: Final = "paiements-autre-plateforme.xlsx"
CORRECTED: Final = "paiements-autre-plateforme-corriges.xlsx"
_TITLES: Final = (
    "Numéro billet",
    "N° de transaction",
    "Prénom participant",
    "Nom participant",
    "classe",
    "Paiement",
    "Montant dû",
    "Moyen de paiement",
    "Acheté par",
    "Email acheteur",
    "Date de paiement",
)
_RECEIVED: Final = "Paiement reçu"
_CARD: Final = "Carte bancaire"
_DAYS: Final = 3
"""How many days ago the first version says that they paid."""
Line = tuple[int, int, str, str, str, str, int, str, str, str]


def _line(
    ticket: int, child: str, payer: str, name: str, label: str, *, euros: int = 12, state: str = _RECEIVED
) -> Line:
    email = f"{payer}.{name}@example.org".lower()
    return ticket, 700 + ticket, child, name, label, state, euros, _CARD, f"{payer} {name}", email


_FIRST_LINES: Final = (
    _line(31, "Adam", "Claire", "KERMORVAN", "CE1"),
    _line(32, "Nour", "Samir", "LAHLOU", "CE1"),
    _line(33, "Paul", "Anne", "MOREL", "CP A", euros=15),
    _line(34, "Zoa", "Miora", "RAKOTO", "CE1"),
    _line(35, "Inès", "Julie", "SIMON", "CP A"),
)
_CORRECTED_LINES: Final = (
    _line(31, "Adam", "Claire", "KERMORVAN", "CE1"),
    _line(32, "Nour", "Samir", "LAHLOU", "CP A"),
    _line(33, "Paul", "Anne", "MOREL", "CP A", euros=12),
    _line(34, "Zoa", "Miora", "RAKOTO", "CE1", state="Remboursé"),
    _line(35, "Inès", "Julie", "SIMON", "CP A"),
    _line(36, "Gabin", "Louis", "TESSIER", "CE1"),
)


def import_files(today: date) -> dict[str, bytes]:
    """Return both files by their names."""
    paid_on = today - timedelta(days=_DAYS)
    return {FIRST: _workbook(_FIRST_LINES, paid_on), CORRECTED: _workbook(_CORRECTED_LINES, paid_on)}


def _workbook(lines: Sequence[Line], paid_on: date) -> bytes:
    """Write lines below the titles, as a workbook of one sheet."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("Paiements")
        day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        sheet.set_column(0, len(_TITLES) - 1, 18)
        sheet.write_row(0, 0, _TITLES, workbook.add_format({"bold": True}))
        for row, line in enumerate(lines, start=1):
            sheet.write_row(row, 0, line)
            sheet.write_datetime(row, len(line), paid_on, day)
    return written.getvalue()
