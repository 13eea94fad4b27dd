"""What a refund will do, in sentences, for the page that asks to confirm it (S-141)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.calendar import french_date
from domain.money import euros
from domain.school_classes import UNASSIGNED
from service.pages.participant.reading import ChildDetail, SeenContribution
from service.pages.participant.refund.form import RefundAsked
from service.pages.participant.refund.refundable import RefundMeans

_PAID: Final = {
    RefundMeans.CHEQUE: "par chèque",
    RefundMeans.TRANSFER: "par virement",
    RefundMeans.CASH: "en espèces",
}


def amounts_of(asked: RefundAsked, seen: SeenContribution) -> Iterator[tuple[int, str]]:
    """Yield what goes back for each child, with who that is: « Léa MARTIN, classe CP »."""
    children = {child.line: child for child in seen.children}
    for part in asked.by_line:
        yield part.cents, named(children[part.line])


def named(child: ChildDetail) -> str:
    """Name a child with the class."""
    return child.name if child.class_code == UNASSIGNED else f"{child.name}, classe {child.school_class}"


def consequences(asked: RefundAsked, seen: SeenContribution, kept: int) -> Iterator[str]:
    """Say what happens once it is confirmed; ``kept`` is what the coop holds of the contribution now, in cents."""
    if asked.way is RefundMeans.CARD:
        yield "La carte de la famille est créditée sous 5 à 10 jours."
        if asked.with_tip:
            yield "Ce que la famille a pu donner à la plateforme lui est rendu aussi. Son montant ne s’affiche pas ici."
    elif asked.way is RefundMeans.ELSEWHERE:
        yield (
            f"L’autre plateforme a rendu cette somme le {french_date(asked.day)}\u00a0: "
            "vous l’écrivez dans les comptes, aucun argent ne part d’ici."
        )
    else:
        paid = f"{_PAID[asked.way]} le {french_date(asked.day)}"
        slip = f", bordereau {asked.slip}" if asked.slip else ""
        yield f"Vous avez payé la famille {paid}{slip}."
        yield "Vous l’écrivez dans les comptes\u00a0: aucun argent ne part d’ici."
    yield f"La coopérative garde {euros(kept - asked.cents)} de ce paiement."
    yield from _leaving(asked, seen)
    yield from _told(asked, seen)


def _leaving(asked: RefundAsked, seen: SeenContribution) -> Iterator[str]:
    held = {child.line: child for child in seen.children}
    gone = [held[part.line].first_name for part in asked.by_line if held[part.line].held == part.cents]
    if len(gone) == 1:
        yield f"{gone[0]} ne compte plus parmi les participants."
    elif gone:
        yield f"{', '.join(gone[:-1])} et {gone[-1]} ne comptent plus parmi les participants."


def _told(asked: RefundAsked, seen: SeenContribution) -> Iterator[str]:
    if asked.way is not RefundMeans.CARD:
        yield "Aucun e-mail ne part\u00a0: prévenez la famille."
    elif seen.payer is not None and seen.payer.email:
        yield "Un e-mail part à la famille quand le remboursement est fait."
    else:
        yield "Nous n’avons pas d’adresse e-mail pour cette famille\u00a0: prévenez-la."
