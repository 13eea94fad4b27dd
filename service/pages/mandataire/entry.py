"""Where members arrive: the coop that is theirs, or the list to choose from; and the help of all pages (S-05, S-06)."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from projections import directory
from projections.directory import CoopRow
from service.auth.actions import Action
from service.auth.principal import check_role
from service.pages.frame.visit import WELCOME, MemberVisit, any_visit, member_visit

router = APIRouter()
Reader = Annotated[MemberVisit, Depends(member_visit(Action.READ))]
AnyMember = Annotated[MemberVisit, Depends(any_visit)]
HELP: Final = Path(__file__).parent.parent / "templates" / "help"
_TITLE: Final = re.compile(r"<h2[^>]*>(.*?)</h2>", re.DOTALL)
_STEPS: Final = ("etape-informations", "etape-tarifs", "etape-formulaire", "etape-paiement", "etape-publication")
_ALL: Final = "toutes-les-collectes"
HELP_PARTS: Final = {
    "Commencer": ("accueil", "visite", "aide", "coops", "acces"),
    "Créer une collecte": ("collectes", *_STEPS, "deux-versions"),
    "Suivre une collecte": (
        "direct",
        "configuration",
        "historique",
        "diffusion",
        "rappels",
        "participants",
        "exporter",
        "participant",
        "remboursement",
        "correction",
        "ajouter",
        "importer",
        "toutes-les-collectes",
    ),
    "Familles": ("contacts", "famille", "carnet", "fiche", "groupes", "groupe"),
    "Paiements": ("suivi", "compte", "operations"),
    "Virer vers la banque": ("virement", "virements", "virement-explique", "certification", "comptes-bancaires"),
    "Pièces et relevés": ("pieces", "pieces-collecte", "etat-classes", "releves", "factures"),
    "Espèces": ("especes", "remise", "classe", "bordereaux", "compter", "comptage", "enseignants"),
    "Chiffres et fichiers": ("generales", "ventes", "communautes", "exports", "recus"),
    "Écrire aux familles": ("messages",),
    "La coopérative": ("cooperative", "parametres", "fiches", "fonctionnalites", "charte", "courrier"),
    "L’association": ("inscrire", "regles"),
}
"""The help of every page, by its template's name, in the order in which it is read."""


@router.get("/{association}/accueil")
async def arrive(visit: AnyMember) -> Response:
    """Lead to the coop of a member who has one, else to the list; a teacher to the own class."""
    welcome = f"?{WELCOME}" if "bienvenue" in visit.request.query_params else ""
    counting = next(visit.principal.allowing(Action.COUNT_CASH), None)
    if counting is not None and counting.class_code is not None and not visit.may(Action.READ):
        return visit.go(f"/coops/{counting.coop_id}/classes/{counting.class_code}{welcome}")
    check_role(visit.principal, Action.READ)
    coops: list[CoopRow] = await visit.read(directory.coops, visit.principal.coops(Action.READ))
    below = f"/coops/{coops[0].coop_id}" if len(coops) == 1 else "/coops"
    return visit.go(f"{below}{welcome}")


@router.get("/{association}/aide")
async def all_help(visit: Reader) -> Response:
    """Show the help of every page, in the order in which a member meets them (S-06, S-53)."""
    parts = [(part, [(name, _title(name)) for name in names]) for part, names in HELP_PARTS.items()]
    return await visit.show("mandataire/help.html", "aide", parts=parts)


def _title(name: str) -> str:
    """Return the title of a page's help."""
    found = _TITLE.search((HELP / f"{name}.html").read_text("utf-8"))
    return unescape(found[1]) if found else name
