"""The model of a list that a teacher fills in: the titles that an import reads, and one line as an example."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from typing import Final, NamedTuple

import xlsxwriter

from adapters.imports.assoconnect import CLASS, REQUIRED

_TOLD: Final = {
    "status": "«\u00a0Paiement reçu\u00a0», ou «\u00a0En attente\u00a0» (la ligne est alors laissée de côté)",
    "due": "en euros, par exemple 12,00",
    "means": "«\u00a0Carte bancaire\u00a0», «\u00a0Autre plateforme\u00a0» ou «\u00a0Espèces\u00a0»",
    "paid_on": "par exemple 04/09/2026",
}
_EXAMPLE: Final = {
    "first_name": "Léa",
    "last_name": "EXEMPLE",
    "status": "Paiement reçu",
    "due": "12,00",
    "means": "Carte bancaire",
    CLASS: "CP A",
}
EXTRA_COLUMNS: Final = {
    "Prénom payeur": "Camille",
    "Nom payeur": "EXEMPLE",
    "E-mail payeur": "camille@exemple.fr",
    "Téléphone payeur": "06 12 34 56 78",
    "N° de commande": "1",
}
"""The columns that may be added, each with what the example says."""


class ModelColumn(NamedTuple):
    """A column that a list needs: its title, and what stands in it where that is not plain."""

    title: str
    told: str


def needed_columns(*, class_asked: bool) -> tuple[ModelColumn, ...]:
    """Return the columns that a list of a campaign needs, in the order of the model."""
    return tuple(
        ModelColumn(_title(field, title), _TOLD.get(field, ""))
        for field, (title, _) in REQUIRED.items()
        if class_asked or field != CLASS
    )


def model_file(school_class: str, day: date) -> bytes:
    """Make the model as a workbook, its example of a class and a day; without a class it has no column for one."""
    titles = {field: _title(field, title) for field, (title, _) in REQUIRED.items() if school_class or field != CLASS}
    example = {**_EXAMPLE, "paid_on": f"{day:%d/%m/%Y}", CLASS: school_class}
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime.combine(day, time())})  # not the instant: the same model is the same file
    sheet, bold = book.add_worksheet("Paiements"), book.add_format({"bold": True})
    for at, title in enumerate((*titles.values(), *EXTRA_COLUMNS)):
        sheet.write_string(0, at, title, bold)
        sheet.set_column(at, at, max(len(title) + 2, 16))
    for at, value in enumerate((*(example[field] for field in titles), *EXTRA_COLUMNS.values())):
        sheet.write_string(1, at, value)
    book.close()
    return out.getvalue()


def _title(field: str, title: str) -> str:
    return "Classe" if field == CLASS else title
