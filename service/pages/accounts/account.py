"""The account's own page (S-189): who the holder is, what was contributed, the receipts; and giving it all up."""

from __future__ import annotations

from typing import Any, Final, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from psycopg import Connection
from starlette.concurrency import run_in_threadpool

from adapters.family_accounts import LinkedContribution, Profile
from adapters.people_vault import FamilyGrant, TokenPurpose
from domain.calendar import french_date, paris_date
from domain.errors import NotFound
from projections import contributions, directory
from service.accounts.account_form import read_password
from service.family_links import LINK_LIFE, link_path
from service.fields import FieldError
from service.fields.named import read_own_first_name, read_own_last_name
from service.http.bounds.cpu_bound import run_cpu_bound
from service.http.dependencies import runtime_of
from service.http.forms import FormBody, text
from service.pages.accounts.dependencies import AccountHolder, SignedInHolder
from service.pages.accounts.fresh import is_fresh
from service.receipts.receipt_service import ReceiptService
from service.retention.erasures import erase_account

router = APIRouter()
_WRONG: Final = "Ce n’est pas votre mot de passe actuel."
_SURE: Final = "Cochez cette case pour supprimer votre compte."
_AGAIN: Final = "Ce n’est pas votre mot de passe. Votre compte n’est pas supprimé."


class ContributionLine(NamedTuple):
    """A contribution as its family reads it: the campaign, the day, cents, and the id by which the account asks."""

    title: str
    on: str
    cents: int
    paid: int
    contribution_id: UUID


@router.get("/{association}/compte")
async def own(holding: SignedInHolder) -> Response:
    """Show the account."""
    return await _show(holding, {})


@router.post("/{association}/compte/nom")
async def rename(holding: SignedInHolder, form: FormBody) -> Response:
    """Change the names of the holder."""
    errors: dict[str, str] = {}
    names: list[str] = []
    for field, read_name in (("first_name", read_own_first_name), ("last_name", read_own_last_name)):
        try:
            names.append(read_name(text(form, field)))
        except FieldError as refusal:
            errors[field] = refusal.french
    if errors:
        return await _show(holding, errors, 422)
    profile = Profile(names[0], names[1], holding.account.profile.email)
    await run_in_threadpool(holding.visit.opened.families.accounts.rename, holding.account.account_id, profile)
    return holding.visit.lead("")


@router.post("/{association}/compte/nouveau-mot-de-passe")
async def change_password(holding: SignedInHolder, form: FormBody) -> Response:
    """Change the password; sessions elsewhere end."""
    read = await run_cpu_bound(read_password, {"password": text(form, "password")}, holding.account.profile)
    if read.errors:
        return await _show(holding, read.errors, 422)
    accounts = holding.visit.accounts()
    changed = await run_cpu_bound(accounts.change_password, holding.account, text(form, "current"), read.password)
    if changed is None:
        return await _show(holding, {"current": _WRONG}, 422)
    return holding.visit.keep(holding.visit.lead(""), changed)


@router.post("/{association}/compte/supprimer")
async def erase(holding: SignedInHolder, form: FormBody) -> Response:
    """Erase the account at once; contributions stay in the coop's accounts as the law asks.

    A browser left open is not enough: the password is asked for, or having just come back from Google.
    """
    if "sure" not in form:
        return await _show(holding, {"sure": _SURE}, 422)
    account, visit = holding.account, holding.visit
    if account.password is None:
        sure = await run_in_threadpool(is_fresh, visit, account.account_id)
    else:
        sure = await run_cpu_bound(visit.accounts().may_erase, account, text(form, "erase_password"))
    if not sure:
        return await _show(holding, {"erase_password": _AGAIN}, 422)
    runtime = runtime_of(visit.request)
    await run_in_threadpool(erase_account, runtime, visit.opened, account.account_id, visit.now)
    return visit.forget(visit.show("account_gone.html"))


@router.post("/{association}/compte/contributions/{contribution_id}")
async def contribution(holding: SignedInHolder, contribution_id: UUID) -> Response:
    """Lead to the page of one of the account's own contributions, by a link of its own.

    Raises:
        NotFound: it is none of the account's.

    """
    visit = holding.visit
    mine = await run_in_threadpool(_own, holding, contribution_id)
    until = paris_date(visit.now) + LINK_LIFE
    grant = FamilyGrant(TokenPurpose.CONTRIBUTION, mine.campaign_id, contribution_id, until)
    token = await run_in_threadpool(visit.opened.tokens.create, grant)
    return RedirectResponse(link_path(visit.association, grant.purpose, token), 303)


@router.post("/{association}/compte/attestations/{contribution_id}")
async def receipt(holding: SignedInHolder, contribution_id: UUID, request: Request) -> Response:
    """Lead to the receipt of one of the account's own contributions, by a link of its own.

    Raises:
        NotFound: it is none of the account's; NothingPaid: there is nothing to attest.

    """
    visit = holding.visit
    mine = await run_in_threadpool(_own, holding, contribution_id)

    def path() -> str:
        receipts = ReceiptService(visit.opened, visit.now, runtime_of(request).settings.address)
        return receipts.path(receipts.source(mine.campaign_id, mine.contribution_id))

    return RedirectResponse(await run_in_threadpool(path), 303)


def _own(holding: AccountHolder, contribution_id: UUID) -> LinkedContribution:
    """Find a contribution among the account's own."""
    linked = holding.visit.opened.families.accounts.contributions_of(holding.account.account_id)
    mine = next((one for one in linked if one.contribution_id == contribution_id), None)
    if mine is None:
        raise NotFound(contribution=contribution_id)
    return mine


async def _show(holding: AccountHolder, errors: dict[str, str], status: int = 200) -> Response:
    def read() -> list[ContributionLine]:
        opened = holding.visit.opened
        linked = opened.families.accounts.contributions_of(holding.account.account_id)
        return opened.read(_lines, linked)

    lines = await run_in_threadpool(read)
    account = holding.account
    fresh = account.password is None and await run_in_threadpool(is_fresh, holding.visit, account.account_id)
    return holding.visit.show("account.html", status, account=account, lines=lines, errors=errors, fresh=fresh)


def _lines(connection: Connection[Any], linked: list[LinkedContribution]) -> list[ContributionLine]:
    """The contributions that the read models know, but those given up unpaid; a new one comes a moment later."""
    lines = []
    for one in linked:
        order = contributions.by_id(connection, one.contribution_id)
        campaign = directory.find_campaign(connection, one.campaign_id)
        if order is None or campaign is None or (order.abandoned and not order.paid):
            continue
        lines.append(
            ContributionLine(
                campaign.title,
                french_date(paris_date(order.placed_at)),
                order.asked + order.tip_due,
                order.paid + order.tip_paid,
                one.contribution_id,
            )
        )
    return lines
