"""« Activer d'autres fonctionnalités »: what the service can do, and what the association locks (S-18, S-26)."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from domain.events.association import Policy
from service.auth.actions import Action
from service.pages.frame.visit import CoopVisit, coop_visit

router = APIRouter()
Reader = Annotated[CoopVisit, Depends(coop_visit(Action.READ))]


class Feature(NamedTuple):
    """Something that the service does for a coop: on, or locked by the association; ``below`` is where it is used."""

    name: str
    sentence: str
    on: bool
    below: str = ""


@router.get("/{association}/coops/{coop_id}/fonctionnalites")
async def features(visit: Reader) -> Response:
    """Show the features of the service for a coop."""
    found = features_of((await visit.policy_of()).policy)
    return await visit.show("coop_profile/features.html", "parametres", help_key="fonctionnalites", features=found)


def features_of(policy: Policy) -> list[Feature]:
    """Return the features as an association's policy lets a coop use them, in the order of the guide."""
    several = policy.max_instalments > 1
    months = (
        "tous les mois" if policy.max_interval_months == 1 else f"jusqu’à {policy.max_interval_months} mois d’écart"
    )
    return [
        Feature(
            "Collecte en ligne par carte",
            "Les familles paient par carte, protégées par le 3D\u00a0Secure.",
            "card" in policy.means,
            "/collectes",
        ),
        Feature(
            "Paiement en plusieurs fois",
            f"Jusqu’à {policy.max_instalments} échéances, {months}." if several else "Les familles paient en une fois.",
            several,
        ),
        Feature(
            "Espèces à la caisse",
            "Les espèces reçues s’enregistrent à part, dans la caisse de la coopérative.",
            policy.cash_recording,
        ),
        Feature("Espèces proposées aux familles", _cash_online(policy), "cash" in policy.means),
        Feature("Chèques", "Le formulaire propose de payer par chèque.", "cheque" in policy.means),
        Feature("Autre moyen de paiement", "Le formulaire propose un autre moyen.", "other" in policy.means),
        Feature("Contacts et groupes", "Les familles qui ont contribué, par classe.", on=True, below="/contacts"),
        Feature("Statistiques", "Par collecte, par tarif, par classe.", on=True, below="/statistiques"),
        Feature(
            "Exports",
            "Les tableaux pour un tableur, les récapitulatifs pour la comptabilité.",
            on=True,
            below="/exports",
        ),
        Feature("TVA sur les tarifs", "Une coopérative scolaire n’applique pas de TVA.", on=False),
        Feature(
            "Adhésions et cotisations",
            "Le vocabulaire des associations remplace celui des coopératives.",
            policy.wording == "adhesion",
        ),
    ]


def _cash_online(policy: Policy) -> str:
    """Say whether families see cash among the means of payment."""
    if policy.cash_recording and "cash" not in policy.means:
        return "Les espèces ne sont pas proposées en ligne\u00a0; vous les enregistrez à la caisse."
    return "Le formulaire propose de payer en espèces."
