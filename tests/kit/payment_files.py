"""Payments files made for tests, with the fictitious names of the guide."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from adapters.imports.helloasso import COLUMNS

SAMPLES: Final = Path(__file__).resolve().parents[1] / "fixtures" / "imports"
HEADER: Final = (
    "Prénom participant",
    "Nom participant",
    "Paiement",
    "Montant dû",
    "Moyen de paiement",
    "Date de paiement",
    "classe",
)
MARIE: Final = ("Marie", "GALANTE", "Paiement reçu", "12,00\u00a0€", "Carte bancai", "04/07/2024", "Cpa")
Cell = str | int | float | datetime | None


def sample(name: str) -> bytes:
    """The bytes of a sample file."""
    return (SAMPLES / name).read_bytes()


def as_csv(*rows: Sequence[str], separator: str = ";", encoding: str = "utf-8") -> bytes:
    """Write rows as a CSV file."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(*rows: Sequence[Cell]) -> bytes:
    """Write rows as a workbook of one sheet."""
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(tuple(row))
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def marie(**changes: str) -> tuple[str, ...]:
    """The guide's first row, with some cells changed: name, status, due, means, day, school_class."""
    fields = ("first_name", "last_name", "status", "due", "means", "day", "school_class")
    return tuple(changes.get(field, cell) for field, cell in zip(fields, MARIE, strict=True))


TICKETS: Final = (
    *("Numéro billet", "N° de transaction", "Adhérent", "Prénom participant", "Nom participant", "Paiement"),
    *("Montant dû", "Moyen de paiement", "Prestations", "Acheté par", "Prénom", "Nom", "Email acheteur"),
    *("Date de paiement", "Date de création", "Adresse email", "Classe de l’enfant 1", "Détails"),
)
"""The titles of an AssoConnect table that knows tickets, transactions and buyers."""


def ticket(number: int, **cells: Cell) -> tuple[Cell, ...]:
    """A line under TICKETS: Lou's ticket in a transaction of 12 €, which her mother bought; with some cells changed."""
    usual: dict[str, Cell] = {
        "Numéro billet": number,
        "N° de transaction": 500 + number,
        "Prénom participant": "Lou",
        "Nom participant": "TESTARD",
        "Paiement": "Paiement reçu",
        "Montant dû": 12,
        "Moyen de paiement": "Carte bancaire",
        "Acheté par": "Odile TESTARD",
        "Prénom": "Odile",
        "Nom": "TESTARD",
        "Email acheteur": "odile@exemple.invalid",
        "Date de paiement": datetime(2024, 9, 4),  # noqa: DTZ001 (as Excel holds days)
        "Date de création": datetime(2024, 9, 3),  # noqa: DTZ001
        "Adresse email": "enfant@exemple.invalid",
        "Classe de l’enfant 1": "CP A",
        "Détails": "https:///detail/1",
    }
    assert cells.keys() <= usual.keys()
    return tuple((usual | cells).get(title) for title in TICKETS)


def without(*titles: str, rows: Sequence[Sequence[Cell]]) -> list[tuple[Cell, ...]]:
    """Lines under TICKETS, and TICKETS above them, without some columns."""
    kept = [place for place, title in enumerate(TICKETS) if title not in titles]
    return [tuple(row[place] for place in kept) for row in (TICKETS, *rows)]


def as_ods(*rows: Sequence[str | float]) -> bytes:
    """Write rows as an OpenDocument spreadsheet of one sheet, as LibreOffice lays one out."""
    lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{names} office:version="1.3"><office:body>'
        f'<office:spreadsheet><table:table table:name="Export 1">{lines}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<!DOCTYPE manifest><manifest/>")
    return stream.getvalue()


def _ods_cell(value: str | float) -> str:
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p/></table:table-cell>'


def with_part(name: str, content: bytes, workbook: bytes | None = None) -> bytes:
    """A workbook, the guide's by default, with one part replaced or added."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook or sample("guide.xlsx"))) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return stream.getvalue()


def part_of(workbook: bytes, name: str) -> bytes:
    """One part of a workbook."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return archive.read(name)


def cash_out(**cells: str) -> tuple[str, ...]:
    """A line of the HelloAsso export: a paid card payment of 20,00 €, with some cells changed."""
    usual = {
        "operationType": "OneTimePayment",
        "credit": "20,00",
        "orderId": "9001",
        "paymentId": "7001",
        "paymentDate": "04/09/2024 18:31",
        "paymentMethod": "Card",
        "paymentStatus": "Paid",
        "payerLastName": "FICTIVE",
        "payerFirstName": "Alix",
    }
    return tuple((usual | cells).get(column, "") for column in COLUMNS)
