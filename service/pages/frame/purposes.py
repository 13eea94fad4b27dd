"""What a collection may be for, in the words of the pages: the association's rules hold the codes (S-32)."""

from __future__ import annotations

from typing import Final

PURPOSES: Final = {
    "contribution-volontaire": "Contribution volontaire",
    "sortie-scolaire": "Sortie scolaire",
    "voyage-scolaire": "Voyage ou classe de découverte",
    "fete-de-l-ecole": "Fête de l’école",
    "spectacle": "Spectacle",
    "vente": "Vente au profit de la coopérative",
    "projet-pedagogique": "Projet pédagogique",
    "solidarite": "Action de solidarité",
}
"""The purposes that an association of the OCCE allows its coops, in the order in which they are offered."""


def purpose_label(code: str) -> str:
    """Name a purpose; one that an association made up is written as its code reads."""
    return PURPOSES.get(code) or code.replace("-", " ").replace("_", " ").capitalize()
