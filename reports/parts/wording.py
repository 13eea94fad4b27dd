"""The French words of reports for means of payment, states and references (AN-6: never cut, AN-10: one wording)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from domain.calendar import fiscal_year_label
from projections.by_hand.cash_slips import SlipRow

MEANS: Final = {
    "card": "Carte bancaire",
    "cash": "Espèces",
    "cheque": "Chèque",
    "other": "Autre moyen",
    "external": "Autre plateforme",
}
"""How each means of payment is named."""

STATES: Final = {
    "received": "Paiement reçu",
    "partial": "Paiement partiel",
    "partially_refunded": "Remboursé en partie",
    "refunded": "Remboursé",
    "disputed": "Paiement contesté",
    "unpaid": "Impayé",
    "abandoned": "Abandonné",
    "pending": "En attente",
}
"""How the state of a contribution is named."""

PAYOUT_STATES: Final = {
    "requested": "Demandé",
    "sent": "Émis",
    "paid": "Arrivé",
    "failed": "Échoué",
    "returned": "Retourné par la banque",
}
"""How the state of a payout is named."""

ERASED_NAME: Final = "Personne effacée"
"""The name of a person whom the vault has forgotten."""


def slip_numbers(slips: Iterable[SlipRow]) -> dict[UUID, str]:
    """Return the numbers of the slips of cash of each contribution, as lists show them; with those of returns."""
    found: dict[UUID, list[str]] = {}
    for slip in slips:
        if slip.received or slip.returned:
            told = f"{slip.slip} (rendu)" if slip.returned else slip.slip
            found.setdefault(slip.contribution_id, []).append(told)
    return {contribution_id: ", ".join(numbers) for contribution_id, numbers in found.items()}


def payment_reference(contribution_id: UUID) -> str:
    """Return the order number of a contribution as people read it: ten hexadecimal digits, ``3F2A9-0B7C1`` (AN-9)."""
    digits = contribution_id.hex[-10:].upper()
    return f"{digits[:5]}-{digits[5:]}"


def payout_reference(fiscal_year: int, number: int) -> str:
    """Return the number of a payout: ``V-2024-2025-0003``."""
    return f"V-{fiscal_year_label(fiscal_year)}-{number:04d}"


def voucher_reference(fiscal_year: int, number: int) -> str:
    """Return the number of a receipt voucher, a series that restarts each fiscal year: ``R-2024-2025-0007``."""
    return f"R-{fiscal_year_label(fiscal_year)}-{number:04d}"
