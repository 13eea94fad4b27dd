"""The fourth page of a basket: everything once more, the address of e-mail to correct, « Confirmer » (S-197…S-202)."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from domain.events.base import Tariff
from service.baskets.basket import BasketChild
from service.baskets.pricing import prices
from service.baskets.questions import PHOTO, asked_by, read_answer, shown_answer
from service.baskets.validation import check_children, price_change
from service.fields import MAX_EMAIL, clean_text
from service.http.forms import FormBody, text
from service.pages.families.basket.dependencies import RECAP, BasketRequest, CurrentBasket
from service.pages.visitor_limits import limited
from service.rate_limits.catalogue import SEND_FORM

router = APIRouter()


@router.get("/{association}/paniers/{token}/recapitulatif")
async def recap(visit: CurrentBasket, request: Request) -> Response:
    """Show the whole basket before payment."""
    visit.check_reached(RECAP)
    priced = [cents or 0 for cents in prices(visit.public_campaign.tariffs, visit.basket.children)]
    lines = [
        (child, visit.public_campaign.tariffs[child.tariff_id], cents, _answers(visit, child))
        for child, cents in zip(visit.basket.children, priced, strict=True)
    ]
    return visit.page(
        "basket_recap.html",
        RECAP,
        lines=lines,
        total=sum(priced),
        changed=price_change(visit.public_campaign, visit.basket),
        editing="email" in request.query_params,
        email=clean_text(visit.basket.email),
        names=clean_text,
        label_of=_label,
    )


@router.post("/{association}/paniers/{token}/recapitulatif", dependencies=[limited(SEND_FORM)])
async def confirm(visit: CurrentBasket, form: FormBody) -> Response:
    """Correct the address of e-mail, or confirm the basket as it is shown."""
    visit.check_reached(RECAP)
    if text(form, "action") == "email":
        visit.basket.email = text(form, "email", MAX_EMAIL)
        await visit.keep()
        wrong = "email" in check_children(visit.public_campaign, visit.basket, visit.limits)
        return RedirectResponse(f"{visit.address}?verifier" if wrong else f"{visit.address}{RECAP}", 303)
    visit.basket.seen = [cents or 0 for cents in prices(visit.public_campaign.tariffs, visit.basket.children)]
    await visit.keep()
    return visit.after(RECAP)


def _answers(visit: BasketRequest, child: BasketChild) -> list[str]:
    """What was answered for a child, as the page shows it."""
    campaign = visit.public_campaign
    read = (
        (
            one.question,
            read_answer(
                one, child.answers.get(one.question.name, ""), campaign.classes, visit.today, campaign.phone_region
            ),
        )
        for one in asked_by(campaign)
    )
    return [
        shown_answer(question, answer) if question.name != PHOTO else "Photo jointe"
        for question, answer in read
        if answer
    ]


def _label(tariff: Tariff) -> str:
    return tariff.label
