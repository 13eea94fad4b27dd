"""What every page of accounts needs: who is signed in, the cookie of the session, the way back to a basket."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final
from urllib.parse import quote
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from adapters.family_accounts import SESSION_LIFE, FamilyAccount
from domain.texts.network_words import CONTRIBUTION, Wording
from service.accounts.account_service import AccountService, SignedIn
from service.accounts.browsers import Browser
from service.accounts.google import Google
from service.http.client_address import client_address
from service.http.cookies import Cookie, clear_cookie, read_cookie, set_cookie
from service.http.dependencies import Slug, clock_of, runtime_of, worker_of
from service.http.redirects import Redirect
from service.pages.french import association_mark
from service.pages.rendering import page
from service.runtime.open_ledger import OpenLedger

_YEAR: Final = 365 * 24 * 3600
_BACK: Final = re.compile(r"/[a-z][a-z0-9_]{1,39}/(paniers/[A-Za-z0-9_-]{10,64}(/[a-z]{1,20})?|compte)")


class AccountRequest:
    """One request to a page of accounts; ``suite`` is the page to go back to, empty for the account itself."""

    def __init__(
        self, request: Request, opened: OpenLedger, association: str, suite: str, words: Wording = CONTRIBUTION
    ) -> None:
        """Bind the request to its association."""
        self.request = request
        self.opened = opened
        self.association = association
        self.words = words
        self.now = clock_of(request)()
        self.suite = suite
        self.home = f"/{association}/compte"

    @property
    def google(self) -> Google | None:
        """The provider of « Continuer avec Google », where there is one."""
        google: Google | None = self.request.app.state.google
        return google

    @property
    def session_token(self) -> str:
        """What the browser holds of a session, empty for nothing."""
        return read_cookie(self.request, Cookie.FAMILY, self.association)

    def accounts(self) -> AccountService:
        """Return the service of accounts for this request."""
        mark = read_cookie(self.request, Cookie.BROWSER, self.association)
        browser = Browser(client_address(self.request), mark)
        return AccountService(self.opened, worker_of(self.request), self.association, self.now, browser)

    async def account(self) -> FamilyAccount | None:
        """Return who is signed in."""
        return await run_in_threadpool(self._account)

    def account_id(self) -> UUID | None:
        """Return the account that is signed in, by its session."""
        token = self.session_token
        return self.opened.families.sessions.find(token, self.now) if token else None

    def _account(self) -> FamilyAccount | None:
        account_id = self.account_id()
        return None if account_id is None else self.opened.families.accounts.by_id(account_id)

    def with_suite(self, path: str) -> str:
        """An address of the accounts that leads back afterwards."""
        return f"{self.home}{path}" + (f"?suite={quote(self.suite, safe='')}" if self.suite else "")

    def show(self, template: str, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - a template takes anything
        """Show a page of the accounts; nothing is kept of it in the browser."""
        return page(
            template,
            status,
            association=self.association,
            coop=f"Association {self.opened.name}",
            mark=association_mark(self.opened.name),
            words=self.words,
            demo=self.opened.ledger.demo,
            home=self.home,
            suite=self.suite,
            google=self.google is not None,
            with_suite=self.with_suite,
            **values,
        )

    def lead(self, path: str | None = None) -> RedirectResponse:
        """Lead to a page of the account, or back to where the visitor came from."""
        return RedirectResponse(f"{self.home}{path}" if path is not None else self.suite or self.home, 303)

    def keep(self, answer: Response, signed_in: SignedIn) -> Response:
        """Put the session and the browser's mark into cookies that scripts cannot read."""
        month = int(SESSION_LIFE.total_seconds())
        kept = ((Cookie.FAMILY, signed_in.token, month), (Cookie.BROWSER, signed_in.mark, _YEAR))
        for cookie, value, seconds in kept:
            set_cookie(self.request, answer, cookie, self.association, value, seconds=seconds)
        return answer

    def forget(self, answer: Response) -> Response:
        """Have the browser forget the session."""
        clear_cookie(self.request, answer, Cookie.FAMILY, self.association)
        return answer


async def account_visit(request: Request, association: Slug, suite: str = "") -> AccountRequest:
    """Find the association of an address; ``suite`` leads nowhere but to a basket or the account itself.

    Raises:
        NotFound: no such association.

    """

    def find() -> tuple[OpenLedger, Wording]:
        opened = runtime_of(request).ledger(association)
        return opened, opened.words()

    opened, words = await run_in_threadpool(find)
    inside = _BACK.fullmatch(suite) is not None and suite.startswith(f"/{association}/")
    return AccountRequest(request, opened, association, suite if inside else "", words)


CurrentAccountRequest = Annotated[AccountRequest, Depends(account_visit)]


class AccountHolder:
    """A visitor who is signed in."""

    def __init__(self, visit: AccountRequest, account: FamilyAccount) -> None:
        """Bind the person to the visit."""
        self.visit = visit
        self.account = account


async def holder(visit: CurrentAccountRequest) -> AccountHolder:
    """Find who is signed in.

    Raises:
        Redirect: to the sign-in page when no account is signed in.

    """
    account = await visit.account()
    if account is None:
        raise Redirect(f"{visit.home}/connexion")
    return AccountHolder(visit, account)


SignedInHolder = Annotated[AccountHolder, Depends(holder)]
