"""The French words of the states and decisions that the pages show."""

from __future__ import annotations

from typing import Final

from adapters.stripe_sandbox.connect.certification import CertificationAction, CertificationState

CERTIFICATION: Final[dict[CertificationState, str]] = {
    "not_started": "Non commencée",
    "in_progress": "En cours",
    "in_review": "En vérification",
    "verified": "Vérifiée",
    "to_complete": "À compléter",
    "suspended": "Suspendue",
    "rejected": "Rejetée",
    "closed": "Fermée",
}
"""How the state of a certification is named."""

DECISIONS: Final[dict[CertificationAction, str]] = {
    "give_document": "Fournir le document",
    "accept": "Accepter",
    "refuse": "Refuser",
    "ask_revision": "Demander une révision",
    "revoke": "Révoquer",
    "close": "Fermer le compte",
}
"""How a decision about an account is named."""

REQUIREMENTS: Final = {
    "external_account": "le compte bancaire de la coopérative (IBAN)",
    "identity.business_details.documents.proof_of_registration": "le document qui prouve que la coopérative existe",
}
"""What is asked of an account, by Stripe's name of it."""

PAYMENTS: Final = {"succeeded": "Payé", "failed": "Refusé", "pending": "En attente"}
"""How the state of a charge is named."""

DISPUTES: Final = {
    "needs_response": "Réponse attendue",
    "under_review": "Examiné par la banque",
    "won": "Gagné",
    "lost": "Perdu",
}
"""How the state of a dispute is named."""

REFUNDS: Final = {"pending": "En attente", "succeeded": "Effectué", "failed": "Échoué", "canceled": "Annulé"}
"""How the state of a refund is named."""

PAYOUTS: Final = {
    "pending": "Demandé",
    "in_transit": "En route",
    "paid": "Arrivé",
    "failed": "Échoué",
    "canceled": "Annulé",
}
"""How the state of a payout is named."""

FAILURES: Final = {
    "account_closed": "compte clos",
    "no_account": "compte inconnu",
    "debit_not_authorized": "opération non autorisée",
    "could_not_process": "incident technique",
}
"""Why a payout failed."""
