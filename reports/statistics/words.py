"""The words of the statistics: days of the week, parts of a day, spans of amounts and of children."""

from __future__ import annotations

from typing import Final

from domain.money import NBSP, euros
from projections.figures.child_rows import Span

WEEKDAYS: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
"""The days of the week, Monday first."""
HOURS: Final = ((0, 7), (8, 11), (12, 13), (14, 17), (18, 20), (21, 23))
"""The parts of a day: the first and the last whole hour of each."""


def known_hours(span: Span) -> tuple[int, int] | None:
    """Return a part of the day if it is one that is counted."""
    return next((hours for hours in HOURS if hours == span), None)


def hours_label(span: Span, *, short: bool = False) -> str:
    """Name a part of the day: ``de 8 h à 12 h``, or ``8–12 h``."""
    first, last = span
    end = 0 if last is None else last + 1
    return f"{first}–{end}{NBSP}h" if short else f"de {first}{NBSP}h à {end}{NBSP}h"


def sizes(span: Span) -> str:
    """Name how many children a family takes part with: ``2 enfants``, ``3 enfants et plus``, ``1 ou 2 enfants``."""
    first, last = span
    if last is None:
        return f"{first}{NBSP}enfant{'s' if first > 1 else ''} et plus"
    if last == first:
        return f"{first}{NBSP}enfant{'s' if first > 1 else ''}"
    return f"{first} {'ou' if last == first + 1 else 'à'} {last}{NBSP}enfants"


def amounts(span: Span) -> str:
    """Name a span of amounts: ``de 5,00 € à 9,99 €``, ``20,00 € et plus``."""
    first, last = span
    if last is None:
        return f"{euros(first)} et plus"
    return f"de {euros(first)} à {euros(last)}" if first else f"moins de {euros(last + 1)}"
