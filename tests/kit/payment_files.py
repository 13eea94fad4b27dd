"""Payments files made for tests, with the fictitious names of the guide."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

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
