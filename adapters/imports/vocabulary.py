"""The words that platforms write into their payments tables, and what each means here: one table, said in the recipe.

Only what its row says is done with a line; a word that is not on the table stops the file, by its line.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from adapters.imports.headers import fold
from adapters.imports.rows import Means, PaymentState


class StateWord(NamedTuple):
    """What a payments table calls a state of a payment; ``aside`` is why such a line brings no money."""

    state: PaymentState
    aside: str
    labels: tuple[str, ...]


class MeansWord(NamedTuple):
    """What a payments table calls a means; ``aside`` is why such a line brings no money, empty where it does."""

    means: Means
    aside: str
    labels: tuple[str, ...]


_OWN: Final = "reçu par la coopérative elle-même, hors de la plateforme"

STATES: Final = (
    StateWord(PaymentState.RECEIVED, "", ("Paiement reçu", "Reçu", "Payé")),
    StateWord(
        PaymentState.WAITING,
        "paiement en attente",
        ("Aucun paiement", "En attente", "Paiement en attente", "En attente de paiement"),
    ),
    StateWord(PaymentState.REFUSED, "paiement refusé", ("Refusé", "Paiement refusé", "Paiement échoué", "Échoué")),
    StateWord(
        PaymentState.PARTIAL,
        "paiement partiel, repris quand il sera reçu en entier",
        ("Paiement partiel", "Paiement en cours"),
    ),
    StateWord(PaymentState.FREE, "gratuit", ("Gratuit", "Rien à payer")),
    StateWord(PaymentState.CANCELLED, "paiement annulé", ("Annulé", "Paiement annulé", "Abandonné")),
    StateWord(
        PaymentState.REFUNDED,
        "paiement remboursé",
        ("Remboursé", "Paiement remboursé", "Remboursement revenu, dû à la famille", "Impayé"),
    ),
    StateWord(
        PaymentState.PARTLY_REFUNDED,
        "paiement remboursé en partie\u00a0: à saisir à la main",
        ("Remboursé en partie", "Remboursement partiel"),
    ),
    StateWord(PaymentState.CONTESTED, "paiement contesté", ("Paiement contesté", "Contesté")),
)
"""The states of AssoConnect's table and of ours."""

MEANS: Final = (
    MeansWord(
        Means.CARD,
        "",
        (
            *("Carte bancaire", "Carte", "Carte bleue", "CB", "Carte bancaire en ligne", "Carte bancaire (en ligne)"),
            "Paiement en ligne",
        ),
    ),
    MeansWord(Means.INSTALMENTS, "", ("Paiement en plusieurs fois",)),
    MeansWord(Means.ELSEWHERE, "", ("Autre plateforme",)),
    MeansWord(Means.CASH, "", ("Espèces", "Espèce", "Liquide")),
    MeansWord(Means.FREE, "gratuit", ("Gratuit",)),
    MeansWord(Means.OFFLINE, _OWN, ("Paiement hors ligne", "Hors ligne")),
    MeansWord(Means.OWN_TRANSFER, _OWN, ("Virement (externe au logiciel)", "Virement bancaire (externe au logiciel)")),
    MeansWord(
        Means.OWN_TERMINAL,
        _OWN,
        ("Carte bancaire (TPE, paiement carte externe au logiciel)", "Carte bancaire (TPE)"),
    ),
    MeansWord(Means.CHEQUE, "", ("Chèque", "Chèque bancaire")),
    MeansWord(Means.TRANSFER, "", ("Virement", "Virement bancaire")),
    MeansWord(Means.DIRECT_DEBIT, "", ("Prélèvement", "Prélèvement SEPA", "Prélèvement bancaire")),
    MeansWord(Means.OTHER, "", ("Autre", "Autres", "Autre moyen", "Chèque vacances", "Chèque cadeau", "TPE")),
)
"""The means of AssoConnect's table and of ours; the last four are taken over by hand, so they stop the file."""

STATE_OF: Final = {fold(label): word for word in STATES for label in word.labels}
MEANS_OF: Final = {fold(label): word for word in MEANS for label in word.labels}
"""Folded label → its word."""
BASES: Final = {
    fold(label): len(fold(base))
    for word in MEANS
    for label in word.labels
    for base, bracket, _ in (label.partition("("),)
    if bracket
}
"""Letters of a label before its bracket: cut within these, it is the shorter label (AN-6)."""
