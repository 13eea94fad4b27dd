"""How a payout stands, in words: its steps in time, and what to do where it did not arrive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Final, NamedTuple

from domain.calendar import french_date, paris_date
from domain.coop.state import PayoutStatus
from domain.funds.departures import Departures
from domain.money import euros
from domain.vocabulary.bank_days import next_bank_day
from projections.payouts import PayoutRow

_REASONS: Final = {
    "account_closed": "le compte est fermé",
    "account_frozen": "le compte est bloqué",
    "bank_account_restricted": "le compte ne reçoit pas de virements",
    "bank_ownership_changed": "le compte a changé de titulaire",
    "could_not_process": "la banque n’a pas pu le traiter",
    "declined": "la banque l’a refusé",
    "incorrect_account_holder_name": "le nom du titulaire n’est pas le bon",
    "incorrect_account_holder_details": "les coordonnées du titulaire ne sont pas les bonnes",
    "invalid_account_number": "l’IBAN n’est pas valable",
    "invalid_currency": "le compte n’est pas en euros",
    "no_account": "la banque ne trouve pas ce compte",
    "insufficient_funds": "le prestataire n’avait plus assez sur le compte en ligne",
    "bank_account_changed": "le compte bancaire de la coopérative a changé entre-temps",
    "certification_withdrawn": "le compte n’est plus certifié",
}
"""What the provider, or the service itself, says of a payout that did not arrive."""
LEAVES: Final = (
    "Dès que le prestataire a reçu l’argent des derniers paiements\u00a0: souvent dans quelques minutes, sinon sous "
    "7 jours en général."
)
"""When a payout leaves, where the provider does not say: it holds the money of a card payment for some days."""
_AT_ONCE: Final = "Le prestataire a l’argent\u00a0: le virement part en général en quelques minutes."
_IN_A_MOMENT: Final = "Demandé au prestataire de paiement\u00a0: il part dans un instant."
_NEXT_BANK_DAY: Final = "Le jour ouvré des banques qui suit son départ."
_UNKNOWN: Final = "le prestataire n’en dit pas plus"
_AGAIN: Final = "L’argent est de nouveau sur le compte en ligne\u00a0: rien n’est perdu."


class PayoutStep(NamedTuple):
    """One step of a payout: what happened and when; ``when`` is empty of what is still to come."""

    label: str
    when: str
    said: str = ""


class PayoutWait(NamedTuple):
    """What a payout that was asked for waits for: ``obstacle`` is what keeps it from leaving, whatever there is.

    One that ``is_leaving`` was given to the provider, and waits for its answer alone.
    """

    leaves: Departures | None
    obstacle: str = ""
    is_leaving: bool = False


_UNTOLD: Final = PayoutWait(None)


def leaves_words(leaves: Departures | None) -> str:
    """Say when a payout that was asked for leaves, as far as the provider says."""
    if leaves is None:
        return LEAVES
    if not leaves.waits:
        return _AT_ONCE
    day = leaves.day_of_all()
    when = "sous 7 jours en général" if day is None else f"à partir du {french_date(day)}"
    return (
        f"Le prestataire garde encore {euros(leaves.waits)} de ce virement, venus de paiements récents\u00a0: "
        f"il part en une fois, {when}."
    )


def arrival_day(leaves: Departures | None, today: date) -> date | None:
    """Return when a payout arrives at the soonest, on the bank day after it leaves; None where that has no day yet."""
    leaves_on = leaves.day_of_all() if leaves is not None and leaves.waits else today
    return None if leaves_on is None else next_bank_day(leaves_on)


def _arrives(day: date | None, today: date) -> PayoutStep:
    if day is None:
        said = _NEXT_BANK_DAY
    elif day < today:
        said = f"Attendu depuis le {french_date(day)}\u00a0: une banque peut prendre quelques jours."
    else:
        said = f"Le {french_date(day)} au plus tôt."
    return PayoutStep("Arrive à la banque", "", said)


def payout_steps(
    row: PayoutRow, moment: Callable[[datetime], str], today: date, wait: PayoutWait = _UNTOLD
) -> list[PayoutStep]:
    """Return what became of a payout, in its order, and what is still to come; ``today`` is the Paris day."""
    steps = [PayoutStep("Demandé", moment(row.requested_at))]
    if row.status == PayoutStatus.CANCELLED:
        return [*steps, PayoutStep("Annulé avant son départ", "", "L’argent est resté sur le compte en ligne.")]
    if row.sent_at is not None:
        steps.append(PayoutStep("Parti vers la banque", moment(row.sent_at)))
    if row.paid_at is not None:
        steps.append(PayoutStep("Arrivé à la banque", french_date(paris_date(row.paid_at))))
    if row.booked_on is not None:
        steps.append(PayoutStep("Retrouvé sur le relevé de la banque", french_date(row.booked_on)))
    if row.failed_at is not None:
        label = "Revenu de la banque" if row.status == PayoutStatus.RETURNED else "Refusé"
        steps.append(PayoutStep(label, moment(row.failed_at), _reason(row).capitalize() + "."))
    if row.returned_on is not None:
        steps.append(PayoutStep("Retour retrouvé sur le relevé de la banque", french_date(row.returned_on)))
    if row.status == PayoutStatus.REQUESTED and wait.is_leaving:
        steps.append(PayoutStep("Part vers la banque", "", _IN_A_MOMENT))
        steps.append(_arrives(arrival_day(None, today), today))
    elif row.status == PayoutStatus.REQUESTED:
        steps.append(PayoutStep("Part vers la banque", "", wait.obstacle or leaves_words(wait.leaves)))
        steps.append(_arrives(None if wait.obstacle else arrival_day(wait.leaves, today), today))
    elif row.status == PayoutStatus.SENT and row.sent_at is not None:
        steps.append(_arrives(arrival_day(None, paris_date(row.sent_at)), today))
    return steps


def what_to_do(row: PayoutRow) -> str:
    """Say what to do about a payout that did not arrive; nothing of the others."""
    if row.status not in (PayoutStatus.FAILED, PayoutStatus.RETURNED):
        return ""
    return (
        f"{_AGAIN} Cause\u00a0: {_reason(row)}. Vérifiez le RIB avec votre association, "
        "puis demandez un nouveau virement."
    )


def _reason(row: PayoutRow) -> str:
    return _REASONS.get(row.reason or "", _UNKNOWN)
