"""The exchanges of a coop with the platform: which e-mails went to its mandate holders, by subject and day (S-27).

What an e-mail says is nowhere kept; the tasks that sent them hold ids, and are forgotten after ninety days.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from adapters.jobs import Outbox
from adapters.jobs.sent_letters import LettersOfDay, letters_of_days
from domain.money import NBSP
from service.emails.email_plan import PREFIX

MOST: Final = 40
"""Lines that a page shows."""
SUBJECTS: Final = {
    "member-invitation": "Invitation du mandataire",
    "notification": "Nouvelle contribution",
    "payout-requested": "Virement demandé",
    "payout-cancelled": "Virement annulé",
    "payout-paid": "Virement arrivé à la banque",
    "payout-failed": "Virement refusé",
    "payout-returned": "Virement retourné par la banque",
    "bank-account-registered": "Compte bancaire enregistré",
    "bank-account-confirmed": "Compte bancaire confirmé",
    "bank-account-withdrawn": "Compte bancaire retiré",
    "certification-gained": "Compte certifié",
    "certification-revoked": "Certification à compléter",
    "cards-tested": "Cartes essayées sur une collecte",
    "money-waits": "Somme à expliquer",
    "dispute-to-explain": "Paiement contesté à expliquer",
}
"""What each e-mail is about, by its name, without amounts and names."""
_STATES: Final = {"waiting": "En attente d’envoi", "done": "Envoyé", "parked": "Bloqué, l’équipe technique regarde"}


class LetterLine(NamedTuple):
    """A line of the list: the day, the subject, and whether it left."""

    day: date
    subject: str
    state: str


def letters_of_coop(outbox: Outbox, ledger: str, coop_id: UUID, holders: Collection[UUID]) -> list[LetterLine]:
    """Return the latest e-mails to the holders and the office of a coop, the latest first."""
    kinds = [f"{PREFIX}{name}" for name in SUBJECTS]
    return [_line(one) for one in letters_of_days(outbox.pool, ledger, kinds, coop_id, holders, MOST)]


def _line(found: LettersOfDay) -> LetterLine:
    subject = SUBJECTS[found.kind.removeprefix(PREFIX)]
    shown = f"{subject} ({found.number}{NBSP}messages)" if found.number > 1 else subject
    return LetterLine(found.day, shown, "Non remis" if found.unsent else _STATES[found.state])
