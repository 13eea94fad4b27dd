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
from service.http.forms import Given, text
from service.pages.accounts.dependencies import AccountRequest, AccountVisiting
from service.pages.accounts.sign_up import typed
from service.pages.families.basket.dependencies import ACCOUNT, BasketRequest, Visiting

router = APIRouter()
_REPEATED: Final = "password"
"""The one field that is not shown again as it was typed."""


@router.get("/{association}/paniers/{token}/compte")
async def account(visit: Visiting, accounts: AccountVisiting) -> Response:
    """Offer to go on without an account, to open one or to sign in; whoever is signed in goes on."""
    if (known := await accounts.account()) is not None:
        take_account(visit.draft, known)
        await visit.keep()
        return visit.after(ACCOUNT)
    visit.check_reached(ACCOUNT)
    draft = visit.draft
    payer = {"first_name": draft.first_name, "last_name": draft.last_name, "email": draft.email}
    return _show(visit, accounts, {**payer, _REPEATED: ""}, {})


@router.post("/{association}/paniers/{token}/compte")
async def go_on(visit: Visiting, accounts: AccountVisiting, form: Given) -> Response:
    """Go on without an account, or with one that its letter will confirm."""
    visit.check_reached(ACCOUNT)
    if text(form, "action") != "create":
        visit.draft.guest = True
        await visit.keep()
        return visit.after(ACCOUNT)
    values = typed(form)
    read = read_creation(values)
    if read.errors:
        return _show(visit, accounts, values, read.errors)
    visit.draft.account_id = await run_cpu_bound(accounts.desk().create, read.profile, read.password)
    await visit.keep()
    return visit.after(ACCOUNT)


def take_account(draft: Basket, account: FamilyAccount) -> None:
    """Have a basket belong to whoever is signed in, who pays unless somebody else was typed."""
    profile = account.profile
    draft.account_id = account.account_id
    if not (draft.first_name or draft.last_name or draft.email):
        draft.first_name, draft.last_name, draft.email = profile.first_name, profile.last_name, profile.email


async def signed_in(accounts: AccountVisiting) -> FamilyAccount | None:
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
