"""The second page of a basket: with an account, or without one, always (S-188…S-192)."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from adapters.family_accounts import FamilyAccount
from service.accounts.account_form import read_creation
from service.baskets.basket import Basket
from service.http.cpu_bound import run_cpu_bound
from service.http.forms import FormBody, text
from service.pages.accounts.dependencies import AccountRequest, CurrentAccountRequest
from service.pages.accounts.sign_up import typed
from service.pages.families.basket.dependencies import ACCOUNT, BasketRequest, CurrentBasket

router = APIRouter()
_REPEATED: Final = "password"
"""The one field that is not shown again as it was typed."""


@router.get("/{association}/paniers/{token}/compte")
async def account(visit: CurrentBasket, accounts: CurrentAccountRequest) -> Response:
    """Offer to go on without an account, to open one or to sign in; with an open session go on."""
    if (known := await accounts.account()) is not None:
        take_account(visit.basket, known)
        await visit.keep()
        return visit.after(ACCOUNT)
    visit.check_reached(ACCOUNT)
    basket = visit.basket
    payer = {"first_name": basket.first_name, "last_name": basket.last_name, "email": basket.email}
    return _show(visit, accounts, {**payer, _REPEATED: ""}, {})


@router.post("/{association}/paniers/{token}/compte")
async def go_on(visit: CurrentBasket, accounts: CurrentAccountRequest, form: FormBody) -> Response:
    """Go on without an account, or with one that its e-mail will confirm."""
    visit.check_reached(ACCOUNT)
    if text(form, "action") != "create":
        visit.basket.guest = True
        await visit.keep()
        return visit.after(ACCOUNT)
    values = typed(form)
    read = read_creation(values)
    if read.errors:
        return _show(visit, accounts, values, read.errors)
    visit.basket.account_id = await run_cpu_bound(accounts.accounts().create, read.profile, read.password)
    await visit.keep()
    return visit.after(ACCOUNT)


def take_account(basket: Basket, account: FamilyAccount) -> None:
    """Have a basket belong to the account that is signed in, whose holder pays unless another name was typed."""
    profile = account.profile
    basket.account_id = account.account_id
    if not (basket.first_name or basket.last_name or basket.email):
        basket.first_name, basket.last_name, basket.email = profile.first_name, profile.last_name, profile.email


async def signed_in(accounts: CurrentAccountRequest) -> FamilyAccount | None:
    """Find who is signed in at the association."""
    return await accounts.account()


Known = Annotated[FamilyAccount | None, Depends(signed_in)]


def _show(visit: BasketRequest, accounts: AccountRequest, values: dict[str, str], errors: dict[str, str]) -> Response:
    suite = quote(f"{visit.address}{ACCOUNT}", safe="")
    google = accounts.google is not None
    return visit.page(
        "basket_account.html",
        ACCOUNT,
        errors=errors,
        values=values,
        accounts=accounts.home,
        suite=suite,
        google=google,
    )
