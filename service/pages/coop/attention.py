"""What needs attention at a coop: each a sentence and the page where it is dealt with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import Connection

from domain.association.state import Association
from domain.calendar import french_date, french_moment, paris_date
from domain.coop.state import PayoutStatus
from domain.money import euros
from domain.texts.network_words import Wording, wording_of
from projections import payouts
from projections.directory import CampaignRow
from projections.figures import coop_sums
from projections.figures.coop_sums import AttentionCounts
from projections.payouts import PayoutRow
from service.auth.actions import Action
from service.pages.coop.selection import RowKind, RowSelection
from service.pages.frame.visit import CoopVisit

SOON: Final = timedelta(days=7)
"""How long before its end a collection is said to close."""
_LATELY: Final = timedelta(days=60)
"""How long a payout that did not arrive is spoken of."""
_NOT_ARRIVED: Final = frozenset((PayoutStatus.FAILED.value, PayoutStatus.RETURNED.value))


class Concern(NamedTuple):
    """A sentence, and the address where something can be done about it, below the association's."""

    sentence: str
    label: str
    below: str


class AttentionFacts(NamedTuple):
    """What the read models say of it."""

    drafts: list[CampaignRow]
    closing: list[CampaignRow]
    counts: AttentionCounts
    returned: list[PayoutRow]


def read_facts(
    connection: Connection[Any], coop_id: UUID, campaigns: list[CampaignRow], now: datetime
) -> AttentionFacts:
    """Read what may ask for attention."""
    open_ones = [row for row in campaigns if row.status == "published" and row.closes_at is not None]
    lately = [row for row in payouts.of_coop(connection, coop_id) if row.failed_at and row.failed_at > now - _LATELY]
    return AttentionFacts(
        [row for row in campaigns if row.status == "draft"],
        [row for row in open_ones if row.closes_at is not None and now < row.closes_at <= now + SOON],
        coop_sums.attention_counts(connection, coop_id),
        [row for row in lately if row.status in _NOT_ARRIVED],
    )


def concerns_of(visit: CoopVisit, facts: AttentionFacts, rules: Association) -> list[Concern]:
    """Say what asks for attention, the most urgent first."""
    words = wording_of(rules.policy.wording)
    found = [*_of_money(visit, facts, words), *_of_account(visit), *_of_campaigns(visit, facts)]
    if rules.charter_version > visit.coop.charter_accepted and visit.may(Action.RUN):
        sentence = "La charte des collectes est à accepter avant de publier une collecte."
        found.insert(0, Concern(sentence, "Lire la charte", f"{visit.coop_base}/charte"))
    return found


def _of_money(visit: CoopVisit, facts: AttentionFacts, words: Wording) -> Iterator[Concern]:
    rows = f"{visit.coop_base}/operations"
    for payout in facts.returned:
        day = french_date(paris_date(payout.failed_at or visit.now))
        sentence = f"Le virement de {euros(payout.cents)} n’est pas arrivé à la banque\u00a0: il est revenu le {day}."
        yield Concern(sentence, "Voir le compte en ligne", f"{visit.coop_base}/compte")
    if count := facts.counts.disputed:
        said = "Un paiement est contesté" if count == 1 else f"{count} paiements sont contestés"
        sentence = f"{said} auprès de la banque d’une famille. La somme est bloquée jusqu’à sa réponse."
        yield Concern(sentence, "Voir les paiements contestés", f"{rows}?{RowSelection(RowKind.DISPUTED).query()}")
    if count := facts.counts.stopped:
        said = f"Une {words.gift} reste incomplète" if count == 1 else f"{count} {words.gifts} restent incomplètes"
        sentence = f"{said}\u00a0: des échéances ont échoué ou ont été arrêtées."
        yield Concern(sentence, "Voir les échéances arrêtées", f"{rows}?{RowSelection(RowKind.INCOMPLETE).query()}")


def _of_account(visit: CoopVisit) -> Iterator[Concern]:
    bank = f"{visit.coop_base}/cooperative"
    if visit.coop.bank_account_id is None:
        yield Concern("Aucun compte bancaire n’est enregistré pour la coopérative.", "Voir la coopérative", bank)
    elif not visit.coop.iban_confirmed:
        sentence = "Le compte bancaire attend qu’une seconde personne de l’association le confirme."
        yield Concern(sentence, "Voir la coopérative", bank)
    if visit.coop.payouts_frozen:
        sentence = "Les virements sont suspendus\u00a0: le prestataire a un autre compte bancaire que celui confirmé."
        yield Concern(sentence, "Voir la coopérative", bank)
    if not visit.coop.certified:
        sentence = "Le compte en ligne n’est pas certifié\u00a0: il reçoit des paiements, mais rien ne peut être viré."
        yield Concern(sentence, "Voir le compte en ligne", f"{visit.coop_base}/compte")


def _of_campaigns(visit: CoopVisit, facts: AttentionFacts) -> Iterator[Concern]:
    for campaign in facts.closing:
        when = french_moment(campaign.closes_at or visit.now)
        sentence = f"La collecte «\u00a0{campaign.title}\u00a0» se termine le {when}."
        yield Concern(sentence, "Voir la collecte", f"/collectes/{campaign.campaign_id}")
    if visit.may(Action.RUN):
        for campaign in facts.drafts:
            sentence = f"La collecte «\u00a0{campaign.title}\u00a0» est un brouillon."
            yield Concern(sentence, "La terminer", f"/collectes/{campaign.campaign_id}/configuration")
