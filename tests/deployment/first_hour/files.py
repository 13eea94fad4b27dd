"""The files that documents tell to hand in, made for the demonstration: names are the guide's, nobody's."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from PIL import Image

from adapters.imports.helloasso import COLUMNS
from reports.render.fonts import compiled
from tests.kit.payment_files import TICKETS, Cell, as_csv, as_xlsx, cash_out, ticket

CORRECTED: Final = 12
"""The line of the payments table that a later export tells otherwise: `--decide 12=correct`."""
REFUNDED: Final = 15
"""The line that the platform gave back meanwhile: `--decide 15=refund`."""
_FIRST: Final = 2
_LAST: Final = 16
_CASHED_OUT: Final = 6
_REPORT: Final = b'#set document(title: "R\xc3\xa8glement")\n#set text(lang: "fr")\n= R\xc3\xa8glement'


def write_files(folder: Path, today: date) -> None:
    """Write every file that a command hands in, as of a day."""
    (folder / "paiements.xlsx").write_bytes(payments(today))
    (folder / "reversement.csv").write_bytes(cashed_out(today))
    (folder / "reglement.pdf").write_bytes(compiled(_REPORT, {}))
    picture = io.BytesIO()
    Image.new("RGB", (640, 480), (200, 120, 40)).save(picture, "JPEG")
    (folder / "classe.jpg").write_bytes(picture.getvalue())
    (folder / "erasures.jsonl").touch()


def write_later_export(folder: Path, today: date) -> None:
    """Put a later export in the place of the payments table: one payment was another amount, one went back."""
    later = payments(today, {CORRECTED: {"Montant dû": 15}, REFUNDED: {"Paiement": "Remboursé"}})
    (folder / "paiements.xlsx").write_bytes(later)


def payments(today: date, changed: dict[int, dict[str, Cell]] | None = None) -> bytes:
    """A payments table of AssoConnect, paid the day before; with cells of some lines changed."""
    paid = f"{today - timedelta(days=1):%d/%m/%Y}"
    usual = {"Classe de l’enfant 1": "CE1", "Date de paiement": paid, "Date de création": paid}
    rows = [
        ticket(line, **(usual | {"Prénom participant": f"Lou{line}"} | (changed or {}).get(line, {})))
        for line in range(_FIRST, _LAST + 1)
    ]
    return as_xlsx(TICKETS, *rows)


def cashed_out(today: date) -> bytes:
    """HelloAsso's cash-out export of a few payments of the day before."""
    paid = f"{today - timedelta(days=1):%d/%m/%Y} 10:31"
    numbers = range(7001, 7001 + _CASHED_OUT)
    rows = [cash_out(orderId=f"9{number}", paymentId=str(number), paymentDate=paid) for number in numbers]
    return as_csv(COLUMNS, *rows)
