"""What each paper is, in words, for lists of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from projections import papers
from projections.papers import PaperRow

_STATEMENTS: Final = {"payout": "Bordereau de virement", "return": "Bordereau de retour de virement"}
_PARTS: Final = {
    "payout": "Volet de la pièce\u00a0: virement arrivé",
    "return": "Volet de la pièce\u00a0: virement revenu",
    "correction": "Rectification de classe",
    "failed_payout": "Virement échoué",
    "year_end": "Reprise de fin d’exercice",
    "cash": "Bordereau d’espèces reçues",
    "cash_corrected": "Rectification d’un bordereau d’espèces",
    "cash_returned": "Espèces rendues à une famille",
    "repaid": "Remboursement réglé par la coopérative",
    "repayment_withdrawn": "Annulation d’un règlement à une famille",
    "external_payout": "Versement d’une autre plateforme",
    "external_payout_withdrawn": "Annulation d’un versement d’une autre plateforme",
    "external_payment_withdrawn": "Annulation d’un paiement collecté ailleurs",
    "deposit": "Remise d’espèces à la banque",
    "deposit_withdrawn": "Annulation d’une remise d’espèces",
}
RECAP: Final = "Récapitulatif définitif, école et classes"
"""What the single piece of a campaign is called."""


class ListedPaper(NamedTuple):
    """A paper in a list, and what it is."""

    row: PaperRow
    words: str

    @property
    def amount(self) -> int:
        """What it moves at the bank, in cents; of what never was there, what it moves in the cash box.

        The single piece of a campaign adds both up.
        """
        if self.row.paper == papers.RECAP:
            return self.row.cents + self.row.cash
        return self.row.cents or self.row.cash


def listed_papers(rows: Iterable[PaperRow]) -> list[ListedPaper]:
    """Say of each paper what it is."""
    return [ListedPaper(row, _words(row)) for row in rows]


def _words(row: PaperRow) -> str:
    if row.paper == papers.STATEMENT:
        return _STATEMENTS[row.kind]
    return _PARTS[row.kind] if row.paper == papers.PART else RECAP
