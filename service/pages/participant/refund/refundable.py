"""What may be given back of a contribution now, by which ways, and why not: pure, said before anything is typed."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from domain.campaign.contribution import Contribution, ExternalPayment
from domain.money import euros


class RefundMeans(StrEnum):
    """How a family gets its money back; the values are those of the form."""

    CARD = "carte"
    """The provider gives it back to the card that paid."""
    CHEQUE = "cheque"
    TRANSFER = "virement"
    CASH = "especes"
    ELSEWHERE = "ailleurs"
    """The other platform, where it was paid, gave it back there."""


BY_HAND: Final = (RefundMeans.CHEQUE, RefundMeans.TRANSFER, RefundMeans.CASH)
"""What the coop pays itself, and writes down."""


class RefundableChild(NamedTuple):
    """What may be given back of a child's line, in cents."""

    line: int
    cents: int


class Refundable(NamedTuple):
    """What may be given back, and how; with an ``obstacle`` nothing can, and ``advice`` says what to do instead.

    ``available`` is what the coop may spend on line; ``tip`` what is left of the tip, which no page shows;
    ``external_payment_id`` the payment on another platform that is given back there.
    """

    children: tuple[RefundableChild, ...] = ()
    ways: tuple[RefundMeans, ...] = ()
    available: int = 0
    tip: int = 0
    external_payment_id: UUID | None = None
    obstacle: str = ""
    advice: str = ""

    @property
    def total(self) -> int:
        """What may be given back of all children together, in cents."""
        return sum(child.cents for child in self.children)


def refundable_of(contribution: Contribution, available: int) -> Refundable:
    """Say what may be given back of a contribution of a coop that may spend so much on line."""
    obstacle = _obstacle(contribution)
    if obstacle is not None:
        return Refundable(obstacle=obstacle[0], advice=obstacle[1])
    if contribution.means == "external":
        return _elsewhere(contribution)
    children = _children(contribution)
    total = sum(child.cents for child in children)
    if contribution.means == "cash":
        return Refundable(children, (RefundMeans.CASH, RefundMeans.CHEQUE, RefundMeans.TRANSFER))
    ways = (RefundMeans.CARD,) if total <= available else (RefundMeans.CARD, *BY_HAND) if available > 0 else BY_HAND
    return Refundable(children, ways, max(available, 0), _tip(contribution))


def _obstacle(contribution: Contribution) -> tuple[str, str] | None:
    """Return why nothing can be given back, and what to do instead; None where something can."""
    if contribution.disputed:
        return (
            "La famille conteste ce paiement auprès de sa banque, qui bloque la somme.",
            "Attendez la décision de la banque\u00a0: si elle rend l’argent à la famille, il n’y a rien à rembourser.",
        )
    if contribution.unexplained:
        return (
            "Un mouvement de ce paiement chez le prestataire n’est pas encore expliqué.",
            "Adressez-vous à votre association départementale, qui l’explique. Le remboursement est possible ensuite.",
        )
    if not any(line.refundable > 0 for line in contribution.lines.values()):
        waiting = sum(line.reserved for line in contribution.lines.values())
        if waiting:
            return (
                f"Un remboursement de {euros(waiting)} est déjà demandé.",
                "Il part dès que le prestataire peut l’envoyer, puis la carte est créditée sous 5 à 10 jours.",
            )
        return (
            "Il ne reste rien à rembourser de ce paiement.",
            "L’historique dit ce qui a été rendu, et quand.",
        )
    return None


def _children(contribution: Contribution) -> tuple[RefundableChild, ...]:
    return tuple(
        RefundableChild(number, line.refundable) for number, line in contribution.lines.items() if line.refundable > 0
    )


def _elsewhere(contribution: Contribution) -> Refundable:
    """What the other platform may give back of the first payment of which something is left there."""
    for payment_id, payment in contribution.external_payments.items():
        children = _left(payment)
        if children:
            return Refundable(children, (RefundMeans.ELSEWHERE,), external_payment_id=payment_id)
    return Refundable(obstacle="Il ne reste rien à rembourser de ce paiement.")


def _left(payment: ExternalPayment) -> tuple[RefundableChild, ...]:
    return tuple(RefundableChild(number, cents) for number, cents in payment.left.items() if cents > 0)


def _tip(contribution: Contribution) -> int:
    """What of the tip can go back to the cards that paid it, in cents."""
    left = sum(contribution.returnable(payment_id)[1] for payment_id in contribution.payments)
    return max(min(left, contribution.tip_held - contribution.tip_reserved), 0)
