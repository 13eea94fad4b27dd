"""The French words of reports for means of payment, states and references (AN-6: never cut, AN-10: one wording)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import UUID

from domain.calendar import french_date
from domain.money import euros
from domain.vocabulary.orders import order_number
from domain.vocabulary.references import is_made_up
from projections.by_hand.cash_slips import SlipRow
from projections.contributions import ContributionRow
from projections.participants import ParticipantRow

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
    "nothing_due": "Rien à payer",
    "partial": "Paiement partiel",
    "partially_refunded": "Remboursé en partie",
    "refunded": "Remboursé",
    "owed_to_family": "Remboursement revenu, dû à la famille",
    "disputed": "Paiement contesté",
    "unpaid": "Impayé",
    "abandoned": "Abandonné",
    "pending": "En attente",
}
"""How the state of a contribution is named."""

PAYOUT_STATES: Final = {
    "requested": "Demandé",
    "sent": "Parti vers la banque",
    "paid": "Arrivé à la banque",
    "failed": "Refusé par la banque",
    "returned": "Revenu de la banque",
    "cancelled": "Annulé avant son départ",
}
"""How the state of a payout is named."""


def state_on_schedule(order: ContributionRow) -> str:
    """Name the state of a contribution to those who look at it: « Paiement en cours (1 sur 3) » where all goes well.

    That is one of which a part is paid and all the rest is still to come by instalments: nothing of it is missing.
    """
    if order.status == "partial" and order.instalments > 1 and order.paid + order.expected_later == order.asked:
        return f"Paiement en cours ({order.payments} sur {order.instalments})"
    return STATES[order.status]


def state_of_child(order: ContributionRow, child: ParticipantRow) -> str:
    """Name the state of a child of a contribution: its own, whatever became of the other children of the basket."""
    return state_on_schedule(order) if child.status == order.status else STATES[child.status]


ERASED_NAME: Final = "Personne effacée"
ERASED_FAMILY: Final = "Famille effacée"
"""The name of a person whom the vault has forgotten."""


def slip_numbers(slips: Iterable[SlipRow]) -> dict[UUID, str]:
    """Return the numbers of the slips of cash of each contribution, as lists show them; with those of returns."""
    found: dict[UUID, list[str]] = {}
    for slip in slips:
        if slip.received or slip.returned:
            number = "sans numéro" if is_made_up(slip.slip) else slip.slip
            told = f"{number} (rendu)" if slip.returned else number
            found.setdefault(slip.contribution_id, []).append(told)
    return {contribution_id: ", ".join(numbers) for contribution_id, numbers in found.items()}


def payment_reference(contribution_id: UUID) -> str:
    """Return the order number of a contribution as people read it: ten hexadecimal digits, ``3F2A9-0B7C1`` (AN-9)."""
    return order_number(contribution_id)


def payout_reference(asked_on: date, cents: int) -> str:
    """Name a payout that has no statement yet: ``demande du 3 juillet 2024, 88,00 €``; it gets a number by arriving."""
    return f"demande du {french_date(asked_on)}, {euros(cents)}"
