"""The first page of a basket: its children, their tariffs, who pays, and what it comes to (S-180…S-187)."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from adapters.people_vault import BasketVault
from domain.campaign.basket import MAX_CHILDREN
from domain.errors import CampaignClosed
from domain.events.base import Tariff
from domain.money import MAX_WRITTEN
from domain.school_classes import MAX_LABEL
from service.baskets.basket import Basket, BasketChild, new_child, to_bytes
from service.baskets.pricing import prices, rank_prices
from service.baskets.questions import CLASS
from service.baskets.validation import check_children, price_change, summary
from service.fields import MAX_EMAIL, MAX_NAME, MAX_REFERENCE
from service.http.dependencies import Slug, clock_of, runtime_of
from service.http.forms import FormBody, text
from service.pages.families.basket.account import Known, take_account
from service.pages.families.basket.dependencies import CHILDREN, BasketRequest, CurrentBasket
from service.pages.families.campaign import PublishedCampaign, campaign_values
from service.pages.french import by_group, opening_sentence, tariff_price, tariff_tiers, tariff_validity
from service.pages.rendering import page
from service.pages.visitor_limits import limited
from service.rate_limits.catalogue import OPEN_BASKET, SEND_FORM

router = APIRouter()
_LETTER: Final = 64
"""Characters of the token of a reminder that a form sends: ours have 43."""


@router.post("/{association}/contribuer/{campaign_id}/panier", dependencies=[limited(OPEN_BASKET)])
async def open_basket(
    public_campaign: PublishedCampaign, association: Slug, request: Request, form: FormBody, known: Known
) -> Response:
    """Open a basket for a family, with one child to fill in.

    Raises:
        CampaignClosed: the campaign takes no contributions now.

    """
    now = clock_of(request)()
    if opening_sentence(public_campaign, now):
        raise CampaignClosed(campaign=public_campaign.campaign.campaign_id, status=public_campaign.opening(now))
    tariffs = public_campaign.shown.tariffs
    first = new_child(tariff_id=tariffs[0].tariff_id if len(tariffs) == 1 else "")
    chosen = public_campaign.classes.get(text(form, "classe", MAX_LABEL), "")
    if chosen:
        first.answers[CLASS] = chosen
    basket = Basket(public_campaign.campaign.campaign_id, [first], embedded="integre" in form)
    basket.letter = text(form, "lettre", _LETTER)
    if known is not None:
        take_account(basket, known)
    opened = await run_in_threadpool(runtime_of(request).ledger, association)
    token = BasketVault.new_token()
    await run_in_threadpool(opened.baskets.write, token, to_bytes(basket), now)
    return RedirectResponse(f"/{association}/paniers/{token}", 303)


@router.get("/{association}/paniers/{token}/collecte")
async def campaign_again(visit: CurrentBasket) -> Response:
    """Show the campaign again, with the way back to the basket that was begun (S-180)."""
    values = campaign_values(visit.public_campaign, visit.association, visit.closed)
    answer = page("campaign.html", **values, address="", embedded=visit.basket.embedded, resume=visit.address)
    answer.headers["Content-Security-Policy"] = visit.policy()
    return answer


@router.get("/{association}/paniers/{token}")
async def children(visit: CurrentBasket, request: Request) -> Response:
    """Show the children of a basket, with what is wrong once it was sent."""
    errors = (
        check_children(visit.public_campaign, visit.basket, visit.limits) if "verifier" in request.query_params else {}
    )
    return _show(visit, errors)


@router.post("/{association}/paniers/{token}", dependencies=[limited(SEND_FORM)])
async def change_children(visit: CurrentBasket, form: FormBody) -> Response:
    """Keep what was typed, then do what was asked: add a child, remove one, compute the total, go on or back."""
    _take(visit.basket, form)
    action, _, key = text(form, "action").partition(":")
    if action == "add":
        visit.basket.add_child()
    elif action == "remove":
        visit.basket.remove_child(key)
    priced = prices(visit.public_campaign.tariffs, visit.basket.children)
    visit.basket.seen = [cents or 0 for cents in priced]
    await visit.keep()
    if action == "back":
        return RedirectResponse(f"{visit.address}/collecte", 303)
    if action != "next":
        return RedirectResponse(f"{visit.address}#{_anchor(visit.basket, action)}", 303)
    if check_children(visit.public_campaign, visit.basket, visit.limits):
        return RedirectResponse(f"{visit.address}?verifier", 303)
    return visit.after(CHILDREN)


def _take(basket: Basket, form: FormData) -> None:
    """Take what was typed, as it was typed; a child that another page has added stays."""
    for child in basket.children:
        if f"first_name-{child.key}" in form:
            _take_child(child, form)
    if "email" in form:
        basket.first_name, basket.last_name = text(form, "first_name", MAX_NAME), text(form, "last_name", MAX_NAME)
        basket.email = text(form, "email", MAX_EMAIL)


def _take_child(child: BasketChild, form: FormData) -> None:
    child.first_name = text(form, f"first_name-{child.key}", MAX_NAME)
    child.last_name = text(form, f"last_name-{child.key}", MAX_NAME)
    child.tariff_id = text(form, f"tariff-{child.key}", MAX_REFERENCE) or child.tariff_id
    child.amount = text(form, f"amount-{child.key}", MAX_WRITTEN)


def _anchor(basket: Basket, action: str) -> str:
    """Where the page goes on after a change."""
    return f"child-{basket.children[-1].key}" if action == "add" else "montant"


def _show(visit: BasketRequest, errors: dict[str, str]) -> Response:
    priced = prices(visit.public_campaign.tariffs, visit.basket.children)
    ranked = rank_prices(visit.public_campaign.tariffs, visit.basket.children)
    return visit.page(
        "basket_children.html",
        CHILDREN,
        errors=errors,
        summary=summary(errors, _places(visit.basket), asked=()),
        changed=price_change(visit.public_campaign, visit.basket),
        children=list(zip(visit.basket.children, priced, ranked, strict=True)),
        total=sum(cents or 0 for cents in priced),
        full=len(visit.basket.children) >= MAX_CHILDREN,
        tariffs=[_tariff(tariff) for tariff in by_group(visit.public_campaign.shown.tariffs)],
        prices={t.tariff_id: {"tiers": t.tiers, "free": t.free} for t in visit.public_campaign.shown.tariffs},
    )


def _places(basket: Basket) -> dict[str, str]:
    """What the page calls each of several children, by key."""
    numbered = {child.key: f"Enfant {place}" for place, child in enumerate(basket.children, start=1)}
    return numbered if len(numbered) > 1 else {}


def _tariff(tariff: Tariff) -> dict[str, Any]:
    return {
        "id": tariff.tariff_id,
        "label": tariff.label,
        "group": tariff.group,
        "free": tariff.free,
        "price": tariff_price(tariff),
        "tiers": tariff_tiers(tariff),
        "validity": tariff_validity(tariff),
    }
