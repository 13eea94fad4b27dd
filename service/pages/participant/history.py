"""What happened to a contribution, event by event, in French sentences with the hour and who did it (S-141).

A tip is the family's affair and the platform's: no sentence names it, and what moved a tip alone has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.calendar import french_date, french_moment, paris_date
from domain.events.base import Event, Share
from domain.events.by_hand import cash
from domain.events.by_hand import refund as by_hand
from domain.events.contribution import CashReceived, ContributionCorrected, PaymentCaptured
from domain.events.dispute import DisputeLost, DisputeOpened, DisputeWon, LostDisputeReinstated
from domain.events.external import ExternalPaymentRecorded, ExternalPaymentRefunded, ExternalPaymentWithdrawn
from domain.events.instalment import InstalmentFailed, InstalmentsCancelled, InstalmentsScheduled
from domain.events.refund import (
    ExternalRefundAllocated,
    ExternalRefundFound,
    RefundFailed,
    RefundRequested,
    RefundSettled,
)
from domain.money import euros
from domain.recorded_event import RecordedEvent
from domain.vocabulary.platforms import french_platform
from domain.vocabulary.reasons import french_reason
from domain.vocabulary.references import is_made_up
from service.pages.community.participant_rows import class_label
from service.pages.participant.reading import SeenContribution

BY_MEANS: Final = {"cheque": "par chèque", "transfer": "par virement", "cash": "en espèces"}
"""How the coop itself gave a family its money."""
_OWN_CLOCK: Final = (PaymentCaptured, RefundSettled, RefundFailed, DisputeOpened, DisputeWon, DisputeLost)
"""What the bank dates to the minute; the rest is dated by when it was written down."""


class ToldEvent(NamedTuple):
    """One event in words: when in Paris, what happened, the amount where there is one, why, and a note's id."""

    at: datetime
    when: str
    sentence: str
    amount: str
    reason: str
    note_id: UUID | None
    by: str


def history_of(seen: SeenContribution) -> list[ToldEvent]:
    """Tell what happened to a contribution, the latest first."""
    return [told for fact in reversed(seen.facts) if (told := _told(fact, seen)) is not None]


def _told(fact: RecordedEvent, seen: SeenContribution) -> ToldEvent | None:
    event: Any = fact.event
    teller, cents = _TELLERS.get(type(event)), _cents(event)
    if teller is None or (not cents and hasattr(event, "tip_cents")):
        return None
    at = event.happened_at if isinstance(event, _OWN_CLOCK) else event.at
    coded = isinstance(event, _DECIDED)
    return ToldEvent(
        at=at,
        when=french_moment(at),
        sentence=teller(event, seen),
        amount=euros(cents) if cents else "",
        reason=french_reason(event.reason) if coded else "",
        note_id=event.note_id if coded else None,
        by=event.by,
    )


def _cents(event: Any) -> int | None:  # noqa: ANN401 - each event of money has its own fields
    """Return the coop's cents of an event; of a payment that was withdrawn only what children hold again."""
    if isinstance(event, by_hand.PaymentToFamilyWithdrawn):
        return sum(share.cents for share in event.shares)
    cents: int | None = getattr(event, "cents", None)
    return cents


def whom(seen: SeenContribution, lines: Iterable[int]) -> str:
    """Say for which children of several something is; nothing where there is one child alone."""
    names = [seen.child(line) for line in lines]
    if len(seen.children) <= 1 or not names:
        return ""
    return f" pour {' et '.join((', '.join(names[:-1]), names[-1])) if len(names) > 1 else names[0]}"


def _for(seen: SeenContribution, shares: Sequence[Share]) -> str:
    return whom(seen, (share.line for share in shares))


def _captured(event: PaymentCaptured, seen: SeenContribution) -> str:
    if seen.order.instalments > 1:
        return f"Échéance {event.instalment} sur {seen.order.instalments} payée par carte."
    return "Paiement par carte reçu."


def _cash(event: CashReceived, _seen: SeenContribution) -> str:
    slip = "sans numéro de bordereau" if is_made_up(event.slip) else f"bordereau {event.slip}"
    return f"Espèces reçues le {french_date(paris_date(event.paid_at))}, {slip}."


def _slip(event: cash.CashSlipCorrected, _seen: SeenContribution) -> str:
    slip = "Bordereau sans numéro" if is_made_up(event.slip) else f"Bordereau {event.slip}"
    return f"{slip} corrigé\u00a0: {euros(event.cents)} au lieu de {euros(event.typed)}."


def _scheduled(event: InstalmentsScheduled, _seen: SeenContribution) -> str:
    last = max(due.due_on for due in event.instalments)
    return f"Échéances fixées, la dernière le {french_date(last)}."


def _instalment_failed(event: InstalmentFailed, _seen: SeenContribution) -> str:
    refused = f"La banque de la famille a refusé l’échéance {event.number}."
    if event.final:
        return f"{refused} Elle ne sera plus présentée."
    return f"{refused} Nouvel essai le {french_date(event.retry_on)}." if event.retry_on else refused


def _cancelled(_event: InstalmentsCancelled, _seen: SeenContribution) -> str:
    return "Échéances à venir annulées."


def _corrected(event: ContributionCorrected, seen: SeenContribution) -> str:
    name, classes = seen.child(event.line), seen.classes
    if event.old_class != event.new_class:
        new, old = class_label(classes, event.new_class), class_label(classes, event.old_class)
        return f"Classe de {name} corrigée\u00a0: {new} au lieu de {old}."
    return f"Formule de {name} corrigée\u00a0: {seen.tariffs.get(event.tariff_id, event.tariff_id)}."


def _requested(event: RefundRequested, seen: SeenContribution) -> str:
    return f"Remboursement sur la carte demandé{_for(seen, event.shares)}."


def _settled(event: RefundSettled, seen: SeenContribution) -> str:
    return f"Remboursement sur la carte fait{_for(seen, event.shares)}."


def _refund_failed(event: RefundFailed, _seen: SeenContribution) -> str:
    if event.was_settled:
        return "Remboursement revenu de la carte\u00a0: la coopérative doit cette somme à la famille."
    return "La banque a refusé le remboursement\u00a0: la coopérative garde cette somme pour l’instant."


def _repaid(event: by_hand.FailedRefundRepaid, _seen: SeenContribution) -> str:
    return f"Remboursement revenu, réglé par la coopérative {BY_MEANS[event.means]} le {french_date(event.paid_on)}."


def _paid_out_of_band(event: by_hand.RefundPaidOutOfBand, seen: SeenContribution) -> str:
    paid = f"{BY_MEANS[event.means]} le {french_date(event.paid_on)}"
    return f"Remboursement réglé par la coopérative {paid}{_for(seen, event.shares)}."


def _cash_returned(event: cash.CashReturned, seen: SeenContribution) -> str:
    returned = f"le {french_date(event.returned_on)}, bordereau {event.slip}"
    return f"Espèces rendues{_for(seen, event.shares)} {returned}."


def _withdrawn(event: by_hand.PaymentToFamilyWithdrawn, _seen: SeenContribution) -> str:
    return f"Règlement {BY_MEANS[event.means]} du {french_date(event.paid_on)} retiré\u00a0: il n’a plus cours."


def _found(_event: ExternalRefundFound, _seen: SeenContribution) -> str:
    return "Remboursement fait chez le prestataire de paiement, à expliquer."


def _allocated(event: ExternalRefundAllocated, seen: SeenContribution) -> str:
    return f"Remboursement fait chez le prestataire de paiement, expliqué{_for(seen, event.shares)}."


def _elsewhere(event: ExternalPaymentRecorded, _seen: SeenContribution) -> str:
    brought = "importé" if event.import_id else "saisi à la main"
    where, day = french_platform(event.platform), french_date(paris_date(event.paid_at))
    return f"Paiement reçu sur une autre plateforme ({where}) le {day}, {brought}."


def _back_elsewhere(event: ExternalPaymentRefunded, seen: SeenContribution) -> str:
    where = french_platform(event.platform)
    return f"Remboursement fait sur l’autre plateforme ({where}){_for(seen, event.shares)}."


def _elsewhere_withdrawn(_event: ExternalPaymentWithdrawn, _seen: SeenContribution) -> str:
    return "Paiement de l’autre plateforme retiré\u00a0: il n’est plus compté."


def _contested(_event: DisputeOpened, _seen: SeenContribution) -> str:
    return "La famille conteste le paiement auprès de sa banque, qui bloque cette somme."


def _won(_event: DisputeWon, _seen: SeenContribution) -> str:
    return "Contestation close en faveur de la coopérative."


def _lost(_event: DisputeLost, _seen: SeenContribution) -> str:
    return "Contestation perdue\u00a0: la banque a repris cette somme."


def _reinstated(_event: LostDisputeReinstated, _seen: SeenContribution) -> str:
    return "La banque a rendu à la coopérative la somme qu’elle avait reprise."


_TELLERS: Final[dict[type[Event], Callable[[Any, SeenContribution], str]]] = {
    PaymentCaptured: _captured,
    CashReceived: _cash,
    cash.CashSlipCorrected: _slip,
    cash.CashReturned: _cash_returned,
    InstalmentsScheduled: _scheduled,
    InstalmentFailed: _instalment_failed,
    InstalmentsCancelled: _cancelled,
    ContributionCorrected: _corrected,
    RefundRequested: _requested,
    RefundSettled: _settled,
    RefundFailed: _refund_failed,
    by_hand.FailedRefundRepaid: _repaid,
    by_hand.RefundPaidOutOfBand: _paid_out_of_band,
    by_hand.PaymentToFamilyWithdrawn: _withdrawn,
    ExternalRefundFound: _found,
    ExternalRefundAllocated: _allocated,
    ExternalPaymentRecorded: _elsewhere,
    ExternalPaymentRefunded: _back_elsewhere,
    ExternalPaymentWithdrawn: _elsewhere_withdrawn,
    DisputeOpened: _contested,
    DisputeWon: _won,
    DisputeLost: _lost,
    LostDisputeReinstated: _reinstated,
}
_DECIDED: Final = (
    RefundRequested,
    InstalmentsCancelled,
    ContributionCorrected,
    cash.CashSlipCorrected,
    cash.CashReturned,
    by_hand.RefundPaidOutOfBand,
    by_hand.PaymentToFamilyWithdrawn,
    ExternalPaymentWithdrawn,
)
"""What people decide for a reason of a list, perhaps with a note."""
