"""How papers are called: each series begins at 1 in each coop and exercise (the D- and R-series of the association)."""

from __future__ import annotations

from domain.calendar import fiscal_year_label
from domain.papers.drafts import Series


def statement_reference(exercise: int, number: int) -> str:
    """Return the number of a payout statement: ``V-2024-2025-0003``."""
    return f"V-{fiscal_year_label(exercise)}-{number:04d}"


def voucher_reference(exercise: int, number: int) -> str:
    """Return the number of a campaign's voucher: ``R-2024-2025-0007``."""
    return f"{Series.RECEIPT}-{fiscal_year_label(exercise)}-{number:04d}"


def part_reference(series: str, exercise: int, number: int, part: int) -> str:
    """Return the number of one part of a voucher, ``R-2024-2025-0007/2``, or of an expense, ``D-2024-2025-0004``."""
    if series == Series.EXPENSE:
        return f"{Series.EXPENSE}-{fiscal_year_label(exercise)}-{number:04d}"
    return f"{voucher_reference(exercise, number)}/{part}"
