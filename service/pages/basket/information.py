"""The third page of a basket: what the campaign asks about each child (S-193…S-196, S-73…S-82)."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from service.baskets.checking import check_answers
from service.baskets.questions import asked_by
from service.pages.basket.forms import Given, text
from service.pages.basket.visiting import INFORMATION, Visiting

router = APIRouter()


@router.get("/{association}/paniers/{token}/informations")
async def information(visit: Visiting, request: Request) -> Response:
    """Ask about each child, with what is wrong once it was sent."""
    visit.check_reached(INFORMATION)
    errors = check_answers(visit.face, visit.draft, visit.today) if "verifier" in request.query_params else {}
    return visit.page(
        "basket_information.html",
        INFORMATION,
        errors=errors,
        asked=asked_by(visit.face.shown),
        classes=list(visit.face.classes.values()),
    )


@router.post("/{association}/paniers/{token}/informations")
async def change_information(visit: Visiting, form: Given) -> Response:
    """Keep what was answered, then go on or show what is wrong."""
    visit.check_reached(INFORMATION)
    _take(visit, form)
    await visit.keep()
    if check_answers(visit.face, visit.draft, visit.today):
        return RedirectResponse(f"{visit.address}{INFORMATION}?verifier", 303)
    return visit.after(INFORMATION)


def _take(visit: Visiting, form: FormData) -> None:
    """Take the names and answers as they were typed; a child that another page has added stays."""
    for child in visit.draft.children:
        if f"first_name-{child.key}" not in form:
            continue
        child.first_name = text(form, f"first_name-{child.key}")
        child.last_name = text(form, f"last_name-{child.key}")
        for asked in asked_by(visit.face.shown):
            child.answers[asked.question.name] = text(form, f"{asked.question.name}-{child.key}")
