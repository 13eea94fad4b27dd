"""The third page of a basket: what the campaign asks about each child (S-193…S-196, S-73…S-82)."""

from __future__ import annotations

import base64
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData, UploadFile

from adapters.files import MAX_PICTURE, PictureRefused, draw_photo
from adapters.processes import LimitExceeded
from service.baskets.basket import Basket
from service.baskets.questions import PHOTO, REFUSED, asked_by, longest_answer
from service.baskets.validation import check_answers, summary
from service.fields import MAX_NAME, clean_text
from service.http.bounds.cpu_bound import PICTURE, run_limited
from service.http.forms import FormBody, text
from service.logging import logger
from service.pages.families.basket.dependencies import INFORMATION, CurrentBasket
from service.pages.visitor_limits import count, limited
from service.rate_limits.catalogue import ADD_PHOTO, SEND_FORM

router = APIRouter()
log = logger(__name__)
_CALLED: Final = 24
"""Characters of a first name that are enough to tell one child of a basket from another."""


@router.get("/{association}/paniers/{token}/informations")
async def information(visit: CurrentBasket, request: Request) -> Response:
    """Ask about each child, with what is wrong once it was sent."""
    visit.check_reached(INFORMATION)
    errors = (
        check_answers(visit.public_campaign, visit.basket, visit.today) if "verifier" in request.query_params else {}
    )
    return visit.page(
        "basket_information.html",
        INFORMATION,
        errors=errors,
        summary=summary(errors, _names(visit.basket), asked_by(visit.public_campaign)),
        asked=asked_by(visit.public_campaign),
        longest_answer=longest_answer,
        classes=list(visit.public_campaign.classes.values()),
    )


@router.post("/{association}/paniers/{token}/informations", dependencies=[limited(SEND_FORM)])
async def change_information(visit: CurrentBasket, request: Request, form: FormBody) -> Response:
    """Keep what was answered, then go on or show what is wrong."""
    visit.check_reached(INFORMATION)
    await _take(visit, request, form)
    await visit.keep()
    if check_answers(visit.public_campaign, visit.basket, visit.today):
        return RedirectResponse(f"{visit.address}{INFORMATION}?verifier", 303)
    return visit.after(INFORMATION)


def _names(basket: Basket) -> dict[str, str]:
    """What the page calls each of several children, by key."""
    names = [clean_text(child.first_name)[:_CALLED] or f"Enfant {at}" for at, child in enumerate(basket.children, 1)]
    return dict(zip((child.key for child in basket.children), names, strict=True)) if len(names) > 1 else {}


async def _take(visit: CurrentBasket, request: Request, form: FormData) -> None:
    """Take the names and answers as they were typed; a child that another page has added stays."""
    for child in visit.basket.children:
        if f"first_name-{child.key}" not in form:
            continue
        child.first_name = text(form, f"first_name-{child.key}", MAX_NAME)
        child.last_name = text(form, f"last_name-{child.key}", MAX_NAME)
        for asked in asked_by(visit.public_campaign):
            name = asked.question.name
            field = f"{name}-{child.key}"
            before = child.answers.get(name, "")
            if name != PHOTO:
                child.answers[name] = text(form, field, longest_answer(asked.question))
                continue
            if _is_given(form, field):
                await count(request, visit.association, ADD_PHOTO)
            child.answers[name] = await _photo(form, field, before)


def _is_given(form: FormData, field: str) -> bool:
    """Tell whether a file was chosen."""
    given = form.get(field)
    return isinstance(given, UploadFile) and bool(given.filename)


async def _photo(form: FormData, field: str, before: str) -> str:
    """Return the photo that was given, as base64 of its drawing; without one the photo before stays.

    A file that is no picture is remembered as such, to be said beside its field; the photo before stays too.
    """
    before = "" if f"{field}-remove" in form else before.removeprefix(REFUSED)
    given = form.get(field)
    if not isinstance(given, UploadFile) or not given.filename:
        return before
    content = await given.read(MAX_PICTURE + 1)
    try:
        return base64.b64encode(await run_limited(PICTURE, draw_photo, content)).decode()
    except (PictureRefused, LimitExceeded) as refusal:
        log.info("photo refused", code=refusal.code, reason=str(refusal))
        return f"{REFUSED}{before}"
