"""The script that lets the counting page of a class open again without network.

A browser lets it answer for the addresses below its own, so its address is below the class's: no other page is kept.
"""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from service.pages.cash.class_space import PATH
from service.pages.frame.class_visit import class_visit
from service.pages.rendering import STATIC

router = APIRouter()
_SCRIPT: Final = (STATIC / "cash-worker.js").read_bytes()


@router.get(f"{PATH}/hors-reseau.js", dependencies=[Depends(class_visit)])
async def worker_script() -> Response:
    """Give the script to who may count for the class."""
    return Response(_SCRIPT, media_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})
