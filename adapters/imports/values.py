"""One cell → one value: text, cents, a date or an instant, a label among known ones. Nothing is guessed or rounded."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from types import MappingProxyType
from typing import Final, TypeVar

from adapters.imports.headers import fold
from adapters.imports.rows import Cell
from adapters.imports.texts import cleaned
from domain.calendar import PARIS
from domain.errors import AmountInvalid
from domain.money import MAX_CENTS, parse_euros

T = TypeVar("T")

MAX_TEXT: Final = 120
"""The longest name or label, in characters."""
MAX_SHORT: Final = 40
"""The longest amount, date or number, in characters."""
AMOUNT_ZERO: Final = "amount-zero"
_MIN_PREFIX: Final = 4
_SHOWN_DIGITS: Final = 15
"""Digits of a number that spreadsheets show: behind them lies what binary fractions leave of a sum."""
_COMPUTED: Final = re.compile(r"(-?[0-9]{1,12})[.,]([0-9]{9,20})")
"""A sum as programs write it into a CSV: with more decimals than anybody types."""
_MAX_NUMBER: Final = 10**18
_YEARS: Final = range(2000, 2101)
_DAY = re.compile(
    r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})"
    r"(?:\s+(?:à\s+)?(?P<hour>[0-9]{1,2})\s?[:h]\s?(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?)?"
)


class CellRefused(Exception):
    """A cell that has no value of the kind wanted: a stable code and a French sentence."""

    def __init__(self, code: str, french: str) -> None:
        """Keep both; the cell itself is left out, since it may hold a name."""
        super().__init__(code)
        self.code = code
        self.french = french


def read_text(cell: Cell, *, limit: int = MAX_TEXT) -> str:
    """Read a cell as one line of visible text; a text that begins with « = » is that text.

    Raises:
        CellRefused: longer than the limit.

    """
    if cell is None:
        return ""
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, int | float) and abs(cell) > _MAX_NUMBER:
        raise CellRefused("text-too-long", "nombre trop grand")  # writing its digits out could take long
    text = cleaned(_digits(cell) if isinstance(cell, float) else str(cell), limit)
    if len(text) > limit:
        raise CellRefused("text-too-long", f"texte trop long ({limit} caractères au plus)")
    return text


def _digits(number: float) -> str:
    """Write a number of a spreadsheet with the fifteen digits that it shows; it keeps whole numbers as such too."""
    return f"{number:.{_SHOWN_DIGITS}g}" if math.isfinite(number) and not number.is_integer() else f"{number:.0f}"


def read_cents(cell: Cell) -> int:
    """Read an amount of euros as cents: ``12,00 €``, ``1 800,00 €``, ``20.00 €``, or a number of the workbook.

    Raises:
        CellRefused: no amount, more than two decimals, zero, negative, or above MAX_CENTS.

    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        cents = _cents_of_number(cell)
    else:
        cents = _cents_of_text(read_text(cell, limit=MAX_SHORT))
    if cents < 0:
        raise CellRefused("amount-negative", "montant négatif")
    if cents == 0:
        raise CellRefused(AMOUNT_ZERO, "montant nul")
    return cents


def _cents_of_text(text: str) -> int:
    """Read a written amount."""
    if not text:
        raise CellRefused("amount-missing", "montant manquant")
    computed = _COMPUTED.fullmatch(text)
    if computed is not None:
        return _cents_of_number(float(f"{computed[1]}.{computed[2]}"))
    try:
        return parse_euros(text)
    except AmountInvalid as error:
        raise CellRefused("amount-unreadable", "montant illisible (deux décimales au plus)") from error


def _cents_of_number(number: float) -> int:
    """Read a number of a spreadsheet by the fifteen digits that it shows: 36.900000000000006 is 36,90 there."""
    if abs(number) > MAX_CENTS or not math.isfinite(number):
        raise CellRefused("amount-unreadable", "montant illisible ou trop grand")
    cents = Decimal(f"{number:.{_SHOWN_DIGITS}g}") * 100
    if cents != cents.to_integral_value() or abs(cents) > MAX_CENTS:
        raise CellRefused("amount-unreadable", "montant illisible (deux décimales au plus)")
    return int(cents)


def read_moment(cell: Cell) -> date | datetime:
    """Read a day (Paris), or a UTC instant when the cell gives a time: ``04/07/2024 14:32``, ISO 8601, a real date.

    Raises:
        CellRefused: no date, an impossible one, or a year outside 2000–2100.

    """
    moment = cell if isinstance(cell, date) else _moment_of_text(read_text(cell, limit=MAX_SHORT))
    if moment.year not in _YEARS:
        raise CellRefused("date-unreadable", "date illisible\u00a0: indiquez par exemple 04/07/2024")
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        if moment.time() == time():
            return moment.date()
        moment = moment.replace(tzinfo=PARIS)
    return moment.astimezone(UTC)


def _moment_of_text(text: str) -> date | datetime:
    """Read a written date, French or ISO 8601, with or without a time."""
    if not text:
        raise CellRefused("date-missing", "date manquante")
    try:
        match = _DAY.fullmatch(text)
        if match is None:
            return date.fromisoformat(text) if len(text) == len("2024-07-04") else datetime.fromisoformat(text)
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
        if match["hour"] is None:
            return day
        clock = time(int(match["hour"]), int(match["minute"]), int(match["second"] or 0))
        return datetime.combine(day, clock, PARIS)
    except ValueError as error:
        raise CellRefused("date-unreadable", "date illisible\u00a0: indiquez par exemple 04/07/2024") from error


_PROGRESS: Final = re.compile(r"\([0-9]{1,3} sur [0-9]{1,3}\)$")
"""How far a payment in parts has come, which our own tables tell beside its state."""


def recognise(text: str, known: Mapping[str, T], *, what: str, whole: Mapping[str, int] = MappingProxyType({})) -> T:
    """Find a label among known ones (folded), or cut short as spreadsheets do (AN-6): 4 letters at least, one meaning.

    ``whole`` says how much of a label must be there at least: « Carte bancai » is the card, and no longer label that
    begins in the same way.

    Raises:
        CellRefused: empty, unknown, or the beginning of labels that mean different things.

    """
    wanted = fold(_PROGRESS.sub("", text))
    if not wanted:
        raise CellRefused("label-missing", f"{what} manquant")
    if wanted in known:
        return known[wanted]
    begun = [label for label in known if label.startswith(wanted) and len(wanted) > whole.get(label, 0)]
    meanings = {known[label] for label in begun}
    if len(wanted) < _MIN_PREFIX or not meanings:
        raise CellRefused("label-unknown", f"{what} inconnu")
    if len(meanings) > 1:
        raise CellRefused("label-ambiguous", f"{what} tronqué et ambigu")
    return meanings.pop()
