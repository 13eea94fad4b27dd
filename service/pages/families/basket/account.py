"""The second page of a basket: with an account, or without one, always (S-188…S-192).

Who has the address of a basket has the basket, and may have sent it to somebody who is signed in. So an account is used
when its holder says so, and in a new basket whose address that browser alone has: nothing is written into the old one.
"""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from adapters.family_accounts import FamilyAccount
from adapters.people_vault import BasketVault
from adapters.rate_limits import TooManyAttempts
from service.accounts.account_form import read_creation
from service.baskets.basket import Basket
from service.http.bounds.cpu_bound import run_cpu_bound
from service.http.forms import FormBody, text
from service.logging import logger
from service.pages.accounts.dependencies import AccountRequest, CurrentAccountRequest
from service.pages.accounts.sign_up import typed
from service.pages.families.basket.dependencies import ACCOUNT, BasketRequest, CurrentBasket
from service.pages.visitor_limits import limited
from service.rate_limits.catalogue import SEND_FORM

router = APIRouter()
log = logger(__name__)
_WRITTEN: Final = (
    "Plusieurs messages sont déjà partis à cette adresse\u00a0: ouvrez le dernier, ou continuez sans compte."
)
_REPEATED: Final = "password"
"""The one field that is not shown again as it was typed."""


async def signed_in(accounts: CurrentAccountRequest) -> FamilyAccount | None:
    """Find who is signed in at the association."""
    return await accounts.account()


Known = Annotated[FamilyAccount | None, Depends(signed_in)]


@router.get("/{association}/paniers/{token}/compte")
async def account(visit: CurrentBasket, accounts: CurrentAccountRequest, known: Known) -> Response:
    """Offer to go on without an account, with the one that is signed in, to open one or to sign in."""
    visit.check_reached(ACCOUNT)
    basket = visit.basket
    payer = {"first_name": basket.first_name, "last_name": basket.last_name, "email": basket.email}
    return _show(visit, accounts, {**payer, _REPEATED: ""}, {}, known)


@router.post("/{association}/paniers/{token}/compte", dependencies=[limited(SEND_FORM)])
async def go_on(visit: CurrentBasket, accounts: CurrentAccountRequest, known: Known, form: FormBody) -> Response:
    """Go on without an account, with the one that is signed in, or with one that its e-mail will confirm."""
    visit.check_reached(ACCOUNT)
    action = text(form, "action")
    if action == "account":
        if known is None:
            return visit.lead(ACCOUNT)
        visit.token = BasketVault.new_token()
        take_account(visit.basket, known)
    elif action == "create":
        values = typed(form)
        read = await run_cpu_bound(read_creation, values)
        if read.errors:
            return _show(visit, accounts, values, read.errors, known)
        try:
            visit.basket.account_id = await run_cpu_bound(accounts.accounts().create, read.profile, read.password)
        except TooManyAttempts as refusal:
            log.info("account refused", code=refusal.code, reason=str(refusal))
            return _show(visit, accounts, values, {"email": _WRITTEN}, known)
    else:
        visit.basket.guest = True
    await visit.keep()
    return visit.after(ACCOUNT)


def take_account(basket: Basket, account: FamilyAccount) -> None:
    """Have a basket belong to the account that is signed in, whose holder pays unless another name was typed."""
    profile = account.profile
    basket.account_id = account.account_id
    if not (basket.first_name or basket.last_name or basket.email):
        basket.first_name, basket.last_name, basket.email = profile.first_name, profile.last_name, profile.email


def _show(
    visit: BasketRequest,
    accounts: AccountRequest,
    values: dict[str, str],
    errors: dict[str, str],
    known: FamilyAccount | None,
) -> Response:
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
        known="" if known is None else known.profile.first_name,
    )
