"""The coops that a member may see, searched by name, school, town or number."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from projections import directory
from projections.directory import CoopRow
from service.auth.actions import Action
from service.fields import MAX_TITLE, clean_text
from service.pages.frame.visit import MemberVisit, member_visit

router = APIRouter()
Reader = Annotated[MemberVisit, Depends(member_visit(Action.READ))]


@router.get("/{association}/coops")
async def coops(visit: Reader, q: str = "") -> Response:
    """List the coops that the member may see, or those of them that a search finds."""
    seen: list[CoopRow] = await visit.read(directory.coops, visit.principal.coops(Action.READ))
    asked = clean_text(q, MAX_TITLE)
    found = [coop for coop in seen if _matches(coop, asked)]
    return await visit.show("association/coops.html", "coops", coops=found, asked=asked, seen=len(seen))


def _matches(coop: CoopRow, asked: str) -> bool:
    """Tell whether every word of a search is in what a coop is called, whatever its case and accents."""
    said = _plain(f"{coop.name} {coop.school} {coop.town} {coop.affiliation_number}")
    return all(word in said for word in _plain(asked).split())


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
