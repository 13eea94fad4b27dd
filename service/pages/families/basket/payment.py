"""The last page of a basket: the terms, a tip or none, in how many times, and the button that says what is paid.

Nothing is chosen for the family (ui.md 6). The card is typed at the provider, never here (S-203…S-213).
"""

from __future__ import annotations

from typing import Final, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from adapters.family_accounts import LinkedContribution
from adapters.payments.errors import ProviderUnavailable
from adapters.people_vault import TokenPurpose
from domain.allocation import split_equally
from domain.calendar import add_months, french_date
from domain.errors import Conflict
from domain.money import MAX_WRITTEN, euros
from service.baskets.placement import place
from service.baskets.pricing import OTHER, tip_cents, tips, total_of
from service.baskets.validation import price_change
from service.family_links import link_path
from service.fields import MAX_REFERENCE, FieldError
from service.http.dependencies import paying_worker_of
from service.http.forms import FormBody, text
from service.logging import logger
from service.pages.families.basket.dependencies import PAYMENT, BasketRequest, CurrentBasket
from service.pages.families.legal_texts import TERMS_VERSION
from service.pages.visitor_limits import count_payment, limited
from service.payments.checkout import lead_to_payment
from service.rate_limits.catalogue import PLACE, SEND_FORM
from service.worker.worker import Worker

router = APIRouter()
log = logger(__name__)
_OTHER_TAB: Final = (
    "Votre panier a changé dans une autre page\u00a0: voici ce qu’il contient maintenant. "
    "Vérifiez-le avant de payer. Rien n’a été débité."
)
_TERMS: Final = "Cochez cette case pour payer\u00a0: vous acceptez alors les conditions générales."
_RECOUNTED: Final = "Le montant tient compte de vos choix. Vérifiez-le, puis payez."


class Bill(NamedTuple):
    """What is to be paid, in cents; ``parts`` are the coop's cents in order, several when paid in instalments."""

    total: int
    tip: int
    parts: tuple[int, ...]

    @property
    def now(self) -> int:
        """What is debited today: the first part and the tip."""
        return self.parts[0] + self.tip


@router.get("/{association}/paniers/{token}/paiement")
async def payment(visit: CurrentBasket) -> Response:
    """Show what is to be paid, and to whom."""
    visit.check_reached(PAYMENT)
    return _show(visit, {})


@router.post("/{association}/paniers/{token}/paiement", dependencies=[limited(SEND_FORM)])
async def pay(visit: CurrentBasket, request: Request, form: FormBody) -> Response:
    """Place the basket and lead to the provider's page; whatever is not as it was shown is shown again first.

    A basket of nothing is placed all the same, and leads to the page that says so.
    """
    visit.check_reached(PAYMENT)
    stale = text(form, "digest") != visit.digest
    _take(visit, form)
    errors, notice = _objections(visit, form)
    notice, accepted = _OTHER_TAB if stale else notice, "terms" in form
    if errors or notice or visit.closed or text(form, "action") != "pay":
        await visit.keep()
        return _show(visit, errors, notice=notice, accepted=accepted)
    worker = paying_worker_of(request) if _total(visit) else None
    try:
        return await run_in_threadpool(_place, visit, request, worker)
    except Conflict as refusal:
        # The campaign changed since it was read: nothing is recorded, and the basket is still there.
        log.info("basket refused", code=refusal.code, reason=str(refusal))
        return _show(visit, {}, notice=refusal.french, accepted=accepted)


def _objections(visit: BasketRequest, form: FormData) -> tuple[dict[str, str], str]:
    """Return what is wrong in the form, and what the family must have seen before it pays."""
    try:
        bill = _bill(visit)
    except FieldError as refusal:
        return {"tip_amount": refusal.french}, ""
    errors = {} if "terms" in form else {"terms": _TERMS}
    changed = price_change(visit.public_campaign, visit.basket)
    if text(form, "shown") != str(bill.now):
        return errors, changed or _RECOUNTED
    return errors, changed


def _place(visit: BasketRequest, request: Request, worker: Worker | None) -> Response:
    """Record the basket, and open the page where it is paid; a page that does not open can be asked for again.

    All of it in one thread: each hand-over would have the family wait behind whatever else wants the interpreter.
    """
    visit.write()
    count_payment(request, visit.association, PLACE, visit.basket.campaign_id)
    contribution_id = place(
        visit.opened,
        visit.public_campaign,
        visit.submitted,
        limits=visit.limits,
        terms_version=TERMS_VERSION,
        at=visit.now,
    )
    campaign_id = visit.public_campaign.campaign.campaign_id
    if visit.basket.account_id is not None:
        linked = LinkedContribution(campaign_id, contribution_id, visit.now)
        visit.opened.families.accounts.link(visit.basket.account_id, linked)
    url = None
    if worker is not None:
        try:
            with worker.family_context(visit.association).in_turn() as context:
                url = lead_to_payment(context, campaign_id, contribution_id).url
        except ProviderUnavailable as error:
            log.warning("payment page not opened", contribution=str(contribution_id), reason=str(error))
    return RedirectResponse(url or link_path(visit.association, TokenPurpose.CONTRIBUTION, visit.token), 303)


def _take(visit: BasketRequest, form: FormData) -> None:
    """Take what was chosen."""
    basket = visit.basket
    basket.tip = text(form, "tip", MAX_REFERENCE) or basket.tip
    basket.tip_amount = text(form, "tip_amount", MAX_WRITTEN)
    basket.in_instalments = text(form, "instalments") == "yes" and bool(_schedule(visit, _total(visit)))


def _bill(visit: BasketRequest) -> Bill:
    """Compute what is to be paid.

    Raises:
        FieldError: the tip.

    """
    basket, terms, total = visit.basket, visit.public_campaign.shown.instalments, _total(visit)
    count = terms.count if terms and basket.in_instalments else 1
    return Bill(total, tip_cents(basket, total), split_equally(total, count))


def _show(visit: BasketRequest, errors: dict[str, str], *, notice: str = "", accepted: bool = False) -> Response:
    """Show the page; a tip that cannot be read counts for nothing until it is corrected."""
    try:
        bill = _bill(visit)
    except FieldError:
        total = _total(visit)
        bill = Bill(total, 0, (total,))
    return visit.page(
        "basket_payment.html",
        PAYMENT,
        leads_to=visit.provider,
        errors=errors,
        notice=notice or price_change(visit.public_campaign, visit.basket),
        accepted=accepted,
        bill=bill,
        tips=tips(bill.total),
        other=OTHER,
        schedule=_schedule(visit, bill.total),
        digest=visit.digest,
    )


def _total(visit: BasketRequest) -> int:
    return total_of(visit.public_campaign.tariffs, visit.basket.children)


def _schedule(visit: BasketRequest, total: int) -> list[tuple[str, str]]:
    """Return the day and amount of each instalment, when the campaign offers them (S-94…S-96, S-206).

    They are not offered for a basket of which a part could not be charged.
    """
    terms = visit.public_campaign.shown.instalments
    if terms is None or not visit.limits.takes_parts(total, terms.count):
        return []
    days = (add_months(visit.today, number * terms.interval_months) for number in range(terms.count))
    return [
        (french_date(day), euros(cents)) for day, cents in zip(days, split_equally(total, terms.count), strict=True)
    ]
