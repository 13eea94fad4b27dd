"""Whether a coop can be paid out now, and if not why, in words that say who does what (S-152, S-153)."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from psycopg import Connection

from domain.coop.payouts import PayoutStanding, payout_refusals
from domain.coop.state import PayoutStatus
from domain.errors import BankAccountNotConfirmed, BankAccountUnconfirmed, LedgerError, NotCertified, PayoutsAreFrozen
from projections import directory, payouts
from projections.directory import CoopRow
from projections.figures import coop_sums
from projections.figures.coop_sums import AccountNow

_ON_ITS_WAY: Final = (PayoutStatus.REQUESTED, PayoutStatus.SENT)


class PayoutObstacle(NamedTuple):
    """Why no payout leaves: a sentence, what to do, and the page below the coop's where that is done."""

    sentence: str
    remedy: str
    label: str = ""
    below: str = ""


_REMEDIES: Final[dict[type[LedgerError], PayoutObstacle]] = {
    NotCertified: PayoutObstacle(
        NotCertified.sentence,
        "En attendant, vous continuez à collecter\u00a0: l’argent reste sur le compte en ligne.",
        "Certifier le compte",
        "/certification",
    ),
    BankAccountNotConfirmed: PayoutObstacle(
        "Aucun compte bancaire n’est enregistré pour la coopérative.",
        "Envoyez le RIB de la coopérative à votre association\u00a0: une personne l’enregistre, une autre le confirme.",
        "Comptes en banque",
        "/comptes-bancaires",
    ),
    BankAccountUnconfirmed: PayoutObstacle(
        "Un IBAN attend d’être confirmé par une seconde personne de l’association.",
        "Aucun virement ne part avant\u00a0: rappelez-le à votre association.",
        "Comptes en banque",
        "/comptes-bancaires",
    ),
    PayoutsAreFrozen: PayoutObstacle(
        "Les virements sont suspendus\u00a0: le prestataire de paiement connaît un autre compte bancaire que le vôtre.",
        "Votre association confirme de nouveau le bon compte, et les virements repartent.",
        "Comptes en banque",
        "/comptes-bancaires",
    ),
}


class PayoutReadiness(NamedTuple):
    """What the online account of a coop holds now, and why nothing of it can be paid out, if nothing can.

    ``standing`` are the obstacles that do not come from what it holds.
    """

    now: AccountNow
    obstacles: list[PayoutObstacle]
    standing: list[PayoutObstacle]


def payout_readiness(connection: Connection[Any], coop: CoopRow) -> PayoutReadiness:
    """Read whether a coop can be paid out now; no event is folded for it, and the request decides once more."""
    now = coop_sums.account_now(connection, coop.coop_id)
    standing = PayoutStanding(
        coop_id=coop.coop_id,
        certified=coop.certified,
        account=coop.bank_account_id if coop.iban_confirmed else None,
        frozen=coop.payouts_frozen,
        unconfirmed=directory.has_unconfirmed_account(connection, coop.coop_id),
    )
    under_way = any(row.status in _ON_ITS_WAY for row in payouts.of_coop(connection, coop.coop_id))
    obstacles = payout_obstacles(standing, now, under_way=under_way)
    return PayoutReadiness(now, obstacles, standing_obstacles(standing))


def payout_obstacles(coop: PayoutStanding, now: AccountNow, *, under_way: bool) -> list[PayoutObstacle]:
    """Return why nothing can be paid out, all reasons at once; empty when a payout can be asked for."""
    found = standing_obstacles(coop)
    if now.available <= 0:
        found.append(_nothing_available(now, under_way=under_way))
    return found


def standing_obstacles(coop: PayoutStanding) -> list[PayoutObstacle]:
    """Return why nothing leaves, whatever the account holds: also what was asked for waits until they are gone."""
    found = []
    for refusal in payout_refusals(coop):
        if isinstance(refusal, BankAccountNotConfirmed) and coop.unconfirmed:
            continue
        found.append(_REMEDIES[type(refusal)])
    return found


def _nothing_available(now: AccountNow, *, under_way: bool) -> PayoutObstacle:
    """Say why nothing of the balance can be paid out."""
    if now.balance < 0:
        return PayoutObstacle(
            "Le solde est négatif\u00a0: plus a été rendu que reçu depuis le dernier virement.",
            "Les prochains paiements des familles le comblent d’abord.",
        )
    if under_way:
        return PayoutObstacle(
            "Un virement est déjà en cours\u00a0: il prend tout ce qui était disponible.",
            "Suivez-le dans la liste des virements.",
            "Voir les virements",
            "/virements",
        )
    if not now.balance:
        return PayoutObstacle(
            "Il n’y a rien à virer pour l’instant.", "Le bouton s’ouvre dès qu’un paiement des familles est arrivé."
        )
    if now.blocked >= now.balance:
        return PayoutObstacle(
            "Tout le solde est contesté auprès d’une banque.",
            "Il se débloque quand la contestation est gagnée\u00a0; vous n’avez rien à faire.",
        )
    return PayoutObstacle(
        "Tout le solde est déjà réservé à des remboursements en cours.", "Il se libère quand ils sont passés."
    )
