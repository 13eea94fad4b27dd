"""How pages call the means of payment (S-88…S-92)."""

from __future__ import annotations

from typing import Final

MEANS_LABELS: Final = {
    "card": "Carte bancaire",
    "cash": "Espèces",
    "cheque": "Chèque",
    "other": "Autre moyen",
}
"""By their codes."""
