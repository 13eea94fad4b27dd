"""Accepting the charter of collections for a coop, as the holder of its mandate (S-48)."""

from __future__ import annotations

import re
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from domain.coop.mandates import AcceptCharter
from service.auth.actions import Action
from service.campaigns.publication import mandate_of
from service.charters import charter_in_force
from service.http.forms import FormBody, text
from service.pages.frame.visit import CoopVisit, coop_visit

router = APIRouter()
Reader = Annotated[CoopVisit, Depends(coop_visit(Action.READ))]
Runner = Annotated[CoopVisit, Depends(coop_visit(Action.RUN))]
_PATH: Final = "/{association}/coops/{coop_id}/charte"
_BACK: Final = re.compile(r"/(?:collectes|coops)/[0-9a-f-]{36}(?:/[a-z0-9/-]{0,100})?(?:\?[a-z0-9=&-]{0,100})?")
_TICK: Final = "Cochez la case pour accepter la charte."


@router.get(_PATH)
async def coop_charter(visit: Reader, suite: str = "") -> Response:
    """Show the charter in force, and whether it is accepted for the coop."""
    return await _show(visit, suite)


@router.post(_PATH)
async def accept_charter(visit: Runner, form: FormBody) -> Response:
    """Accept the version that was shown, under the mandate that the person holds today."""
    suite, version = text(form, "suite"), text(form, "version")
    mandate_id = mandate_of(await visit.coop_state(), visit.member.session.member_id, visit.today)
    association = await visit.policy_of()
    if version != str(association.charter_version):
        return await _show(visit, suite, "La charte vient de changer\u00a0: lisez cette version-ci.")
    charter = await run_in_threadpool(charter_in_force, visit.opened, association)
    if mandate_id is None or charter is None or not charter.text or "accepted" not in form:
        return await _show(visit, suite, _TICK)
    await visit.do(
        AcceptCharter(
            stream_id=visit.coop.coop_id,
            stamp=visit.stamp,
            version=association.charter_version,
            mandate_id=mandate_id,
            published_charter=association.charter_version,
        )
    )
    return RedirectResponse(_back(visit, suite), 303)


def _back(visit: CoopVisit, suite: str) -> str:
    """Return where to go on: a page of this association that led here, else the coop's first page."""
    inside = suite.startswith(f"{visit.base}/") and _BACK.fullmatch(suite.removeprefix(visit.base)) is not None
    return suite if inside else f"{visit.base}{visit.coop_base}"


async def _show(visit: CoopVisit, suite: str, error: str = "") -> Response:
    coop, association = await visit.coop_state(), await visit.policy_of()
    mine = mandate_of(coop, visit.member.session.member_id, visit.today) is not None
    accepted = coop.charter_accepted
    charter = await run_in_threadpool(charter_in_force, visit.opened, association)
    return await visit.show(
        "coop_profile/charter.html",
        "parametres",
        422 if error else 200,
        help_key="charte",
        charter=charter,
        accepted=accepted,
        may_accept=mine and charter is not None and bool(charter.text) and accepted != charter.version,
        back=_back(visit, suite),
        error=error,
    )
