"""A family at its basket: found by the token of its address, written after every step, led to the step that it is at.

A basket that was placed is not changed any more: every page of it leads to what the ledger knows of it, by the token
of the basket, for as long as the basket is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any, Final

import msgspec
from fastapi import Depends, Path, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from adapters.people_vault import TokenPurpose
from domain.calendar import paris_date
from domain.errors import LedgerError
from domain.limits.charges import ChargeLimits
from service.baskets.basket import Basket, from_bytes, to_bytes
from service.baskets.placement import SubmittedBasket
from service.baskets.questions import asked_by
from service.baskets.validation import check_answers, check_children
from service.family_links import link_path
from service.http.dependencies import (
    Slug,
    charge_limits_of,
    clock_of,
    payment_pages_of,
    public_campaigns_of,
    runtime_of,
)
from service.http.forms import FieldErrors
from service.http.redirects import Redirect
from service.pages.french import association_mark, opening_sentence
from service.pages.rendering import page
from service.pages.security import content_policy
from service.public_campaigns import PublicCampaign
from service.runtime.open_ledger import OpenLedger

Token = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{16,64}$")]
CHILDREN: Final = ""
ACCOUNT: Final = "/compte"
INFORMATION: Final = "/informations"
RECAP: Final = "/recapitulatif"
PAYMENT: Final = "/paiement"
_DIGEST: Final = 32
_LABELS: Final = {
    CHILDREN: "Les enfants",
    ACCOUNT: "Votre compte",
    INFORMATION: "Vos informations",
    RECAP: "Récapitulatif",
    PAYMENT: "Paiement",
}


class BasketGone(LedgerError):
    """The basket's address is none of ours, or it was not written to for a day."""

    status = 410
    code = "basket-gone"
    sentence = (
        "Ce panier n’existe plus\u00a0: nous le gardons une journée. Rien n’a été débité. "
        "Recommencez depuis le lien de la collecte."
    )


@dataclass
class BasketRequest:
    """One request to a basket."""

    association: str
    opened: OpenLedger
    public_campaign: PublicCampaign
    token: str
    basket: Basket
    now: datetime
    provider: str
    limits: ChargeLimits
    paying: bool
    """Whether « Payer » was pressed."""

    @property
    def address(self) -> str:
        """Where the basket is."""
        return f"/{self.association}/paniers/{self.token}"

    @property
    def today(self) -> date:
        """The day in Paris."""
        return paris_date(self.now)

    @property
    def submitted(self) -> SubmittedBasket:
        """The basket as it was last written."""
        return SubmittedBasket(self.token, self.basket)

    @property
    def closed(self) -> str:
        """Why the campaign takes no contributions now, in French; empty when it does."""
        return opening_sentence(self.public_campaign, self.now)

    @property
    def digest(self) -> str:
        """A digest of all that the page of payment does not ask itself: what its family saw when it was shown."""
        settled = msgspec.structs.replace(self.basket, tip="", tip_amount="", in_instalments=False)
        return hashlib.sha256(to_bytes(settled)).hexdigest()[:_DIGEST]

    async def keep(self) -> None:
        """Write the basket down; one that was placed meanwhile leads to its contribution."""
        await run_in_threadpool(self.write)

    def write(self) -> None:
        """Do so in the calling thread."""
        if not self.opened.baskets.write(self.token, to_bytes(self.basket), self.now, late=self.paying):
            raise _to_contribution(self.association, self.token, paying=self.paying)

    def steps(self) -> list[str]:
        """The pages of this basket: no account page for who has one, no information page where nothing is asked."""
        skipped = set()
        if self.basket.account_id is not None:
            skipped.add(ACCOUNT)
        if not asked_by(self.public_campaign):
            skipped.add(INFORMATION)
        return [step for step in _LABELS if step not in skipped]

    def after(self, step: str) -> Response:
        """Lead to the page that follows a step."""
        following = [other for other in list(_LABELS)[list(_LABELS).index(step) + 1 :] if other in self.steps()]
        return self.lead(following[0])

    def lead(self, step: str) -> Response:
        """Lead to a page of the basket."""
        return RedirectResponse(self.address + step, 303)

    def check_reached(self, step: str) -> None:
        """Lead a family that skipped a page back to it, with what is still wrong there.

        Raises:
            Redirect: an earlier page is not done.

        """
        wrong = check_children(self.public_campaign, self.basket, self.limits)
        if step == INFORMATION:
            # The names of children are asked there too.
            wrong = {field: sentence for field, sentence in wrong.items() if "_name-" not in field}
        done = {
            CHILDREN: not wrong,
            ACCOUNT: self.basket.guest,
            INFORMATION: not check_answers(self.public_campaign, self.basket, self.today),
        }
        steps = self.steps()
        for earlier in steps[: steps.index(step)] if step in steps else steps[:1]:
            if not done.get(earlier, True):
                raise Redirect(f"{self.address}{earlier}?verifier")

    def page(self, template: str, step: str, *, leads_to: str = "", status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - a template takes anything
        """Show a page of the basket, which only the sites of an embedded campaign may frame."""
        steps = self.steps()
        place = steps.index(step) + 1 if step in steps else 0
        public_campaign = self.public_campaign
        answer = page(
            template,
            status,
            association=self.association,
            demo=public_campaign.campaign.demo,
            coop=public_campaign.identification,
            mark=association_mark(public_campaign.association),
            campaign=public_campaign.campaign,
            words=public_campaign.words,
            public_campaign=public_campaign,
            basket=self.basket,
            address=self.address,
            place=place,
            places=len(steps),
            label=_LABELS[step],
            closed=self.closed,
            back=self.address + steps[place - 2] if place > 1 else f"{self.address}/collecte",
            **{**values, "errors": FieldErrors(values.get("errors", {}))},
        )
        answer.headers["Content-Security-Policy"] = self.policy(leads_to)
        return answer

    def policy(self, leads_to: str = "") -> str:
        """The content policy of the basket's pages."""
        framed_by: Sequence[str] = self.public_campaign.shown.embedding if self.basket.embedded else ()
        return content_policy(framed_by=framed_by, leads_to=leads_to)


async def visit(request: Request, association: Slug, token: Token) -> BasketRequest:
    """Find the basket of an address.

    Raises:
        BasketGone: there is none, or no more; Redirect: it was placed.

    """
    runtime = runtime_of(request)
    opened = runtime.opened(association)
    if opened is None:
        opened = await run_in_threadpool(runtime.ledger, association)
    now = clock_of(request)()
    kept = await run_in_threadpool(opened.baskets.read, token, now)
    if kept is None:
        raise BasketGone(kind="basket")
    basket = from_bytes(kept.content)
    paying = request.method == "POST" and request.url.path.endswith(PAYMENT)
    if kept.contribution_id is not None:
        raise _to_contribution(association, token, paying=paying)
    public_campaign = await public_campaigns_of(request).public_campaign(association, basket.campaign_id)
    provider = payment_pages_of(request)
    limits = charge_limits_of(request)
    return BasketRequest(association, opened, public_campaign, token, basket, now, provider, limits, paying)


CurrentBasket = Annotated[BasketRequest, Depends(visit)]


def _to_contribution(association: str, token: str, *, paying: bool) -> Redirect:
    """Where a placed basket leads by its own token; a second « Payer » leads to the same payment page."""
    address = link_path(association, TokenPurpose.CONTRIBUTION, token)
    return Redirect(f"{address}/payer", HTTPStatus.TEMPORARY_REDIRECT) if paying else Redirect(address)
