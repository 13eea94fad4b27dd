"""Reading a table of contacts from untrusted bytes: the columns of the standard record, by their titles, as texts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, NamedTuple

from adapters.imports.errors import FileRefused, FileTooLarge
from adapters.imports.files.csv_file import read_csv
from adapters.imports.files.workbook import SIGNATURES, read_workbook
from adapters.imports.headers import HEADER_DEPTH, best_row, is_blank, match_header
from adapters.imports.rows import Cell

MAX_CONTACTS_FILE: Final = 4 * 1024 * 1024
"""Bytes of a file of contacts: a thousand of them are a tenth of it."""
SCHOOL_CLASS: Final = "school_class"
"""The column that says in which class the child of a contact is."""
_TITLES: Final = {
    "email": ("email", "adresseemail", "mail", "adressemail", "courriel", "emailduparent", "emaildupayeur", "emails"),
    "last_name": ("nom", "nomdefamille", "nomduparent", "nomdupayeur"),
    "first_name": ("prenom", "prenomduparent", "prenomdupayeur"),
    "address": ("adressepostale", "adresse"),
    "birth_date": ("datedenaissance",),
    "landline": ("telephonefixe", "fixe"),
    "mobile": ("telephonemobile", "mobile", "portable", "telephoneportable", "telephone", "numerodetelephone"),
    SCHOOL_CLASS: ("classe", "classedelenfant", "classedelenfant1"),
}
_KNOWN: Final = frozenset(name for synonyms in _TITLES.values() for name in synonyms)
_PHONES: Final = ("landline", "mobile")
_WITHOUT_ZERO: Final = 9
"""Digits of a French number of which a spreadsheet took the first zero."""
_LONGEST: Final = 1_000
_ABOUT: Final = "À propos de ce fichier"
"""What stands below the rows of our own files: how they were made."""


class ContactColumnMissing(FileRefused):
    """A table without a column of addresses of e-mail."""

    code = "contact-column-missing"
    sentence = (
        "Ce fichier n’a pas de colonne «\u00a0Email\u00a0». Écrivez les titres des colonnes sur la première "
        "ligne\u00a0: Nom, Prénom, Email. Rien n’a été enregistré."
    )


class ContactRow(NamedTuple):
    """One line of a table: its number, and what stands in its columns, by field."""

    line: int
    values: dict[str, str]


def parse_contacts(data: bytes, most: int) -> list[ContactRow]:
    """Read a table of at most so many contacts; what the file is called and declared as counts for nothing.

    Raises:
        FileRefused: one of its subclasses, when the file as a whole cannot be read.
        FileTooLarge: more bytes or lines than a table of contacts has.
        ContactColumnMissing: no column of addresses.

    """
    if len(data) > MAX_CONTACTS_FILE:
        raise FileTooLarge(size=len(data))
    read = read_workbook if data.startswith(SIGNATURES) else read_csv
    rows = [row for row in read(data, _KNOWN) if row[0]]
    _, titles = best_row(rows[:HEADER_DEPTH], _KNOWN)
    header = None if titles is None else match_header(titles, _TITLES)
    if header is None or "email" not in header.columns:
        raise ContactColumnMissing(columns=0 if header is None else len(header.columns))
    ends = next((row[0] for row in rows if row[1] and row[1][0] == _ABOUT), rows[-1][0] + 1)
    below = [row for row in rows if header.line < row[0] < ends and not is_blank(row[1])]
    if len(below) > most:
        raise FileTooLarge(rows=len(below))
    places = {field: column.position for field, column in header.columns.items()}
    return [
        ContactRow(line, {field: _text(field, cells[at]) for field, at in places.items() if at < len(cells)})
        for line, cells in below
    ]


def _text(field: str, cell: Cell) -> str:
    """Write a cell as a person would have typed it."""
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell)[:_LONGEST]
    return f"0{text}" if field in _PHONES and text.isdigit() and len(text) == _WITHOUT_ZERO else text
