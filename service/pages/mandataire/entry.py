"""Where members arrive: the coop that is theirs, or the list to choose from; and the help of all pages (S-05, S-06)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from projections import directory
from projections.directory import CoopRow
from service.auth.actions import Action
from service.pages.frame.visit import WELCOME, MemberVisit, member_visit

router = APIRouter()
Reader = Annotated[MemberVisit, Depends(member_visit(Action.READ))]
HELP: Final = Path(__file__).parent.parent / "templates" / "help"
_FIRST: Final = "accueil"


@router.get("/{association}/accueil")
async def arrive(visit: Reader) -> Response:
    """Lead to the coop of somebody who has one, else to the list."""
    coops: list[CoopRow] = await visit.read(directory.coops, visit.principal.coops(Action.READ))
    below = f"/coops/{coops[0].coop_id}" if len(coops) == 1 else "/coops"
    return visit.go(f"{below}?{WELCOME}" if "bienvenue" in visit.request.query_params else below)


@router.get("/{association}/aide")
async def all_help(visit: Reader) -> Response:
    """Show the help of every page, one after the other (S-06, S-53)."""
    names = sorted((path.stem for path in HELP.glob("*.html")), key=lambda name: (name != _FIRST, name))
    return await visit.show("mandataire/help.html", "aide", names=names)
