"""The certification of a coop's account in words: what is asked, what is missing, who does what (S-150…S-153).

What the provider says is read from it now; where it does not answer, the page shows what the ledger knows.
"""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from adapters.payments.errors import ProviderError
from adapters.payments.values import AccountStatus
from domain.calendar import french_date, paris_date
from domain.coop.certification import RequestCertification
from domain.coop.state import Coop
from domain.errors import InvalidInput
from domain.events.coop import Certified
from service.auth.actions import Action
from service.coops.bank_accounts import BankAccountStatus, shown_accounts
from service.coops.certification import CertificationState, certification_state, steps_of
from service.fields import MAX_EMAIL, read_email
from service.http.dependencies import paying_worker_of, worker_of
from service.http.forms import FormBody, text
from service.logging import logger
from service.pages.frame.visit import CoopVisit, coop_visit
from service.treasury.onboarding import onboarding_page

router = APIRouter()
log = logger(__name__)
Reader = Annotated[CoopVisit, Depends(coop_visit(Action.READ))]
Runner = Annotated[CoopVisit, Depends(coop_visit(Action.RUN))]
_ADDRESS: Final = "/{association}/coops/{coop_id}/certification"
_EMAIL: Final = "Indiquez l’adresse e-mail à laquelle le prestataire vous écrit, par exemple prenom.nom@ecole.fr."


@router.get(_ADDRESS)
async def certification(visit: Reader) -> Response:
    """Show how far the certification is."""
    return await _show(visit)


@router.post(_ADDRESS)
async def start_certification(visit: Runner, form: FormBody) -> Response:
    """Open the coop's account at the provider if need be, and lead to the page where its file is completed."""
    typed = text(form, "email", MAX_EMAIL + 1)
    try:
        email = read_email(typed)
    except InvalidInput:
        return await _show(visit, typed, _EMAIL)

    async def record(account: str) -> None:
        await visit.do(RequestCertification(stream_id=visit.coop.coop_id, provider_account=account, stamp=visit.stamp))

    link = await onboarding_page(
        paying_worker_of(visit.request),
        visit.association,
        visit.coop.coop_id,
        email=email,
        below=f"{visit.coop_base}/certification",
        record=record,
    )
    return RedirectResponse(link, 303)


async def _show(visit: CoopVisit, typed: str | None = None, error: str = "") -> Response:
    coop = await visit.coop_state()
    status = await run_in_threadpool(_status, visit, coop)
    before = status is not None and not status.certified and await run_in_threadpool(_was_certified, visit)
    state = certification_state(coop, status, before=before)
    accounts = await run_in_threadpool(shown_accounts, visit.opened, coop)
    confirmed = any(one.status is BankAccountStatus.CURRENT for one in accounts)
    due = None if status is None or status.due is None or not status.requirements else paris_date(status.due)
    return await visit.show(
        "payouts/certification.html",
        "compte",
        422 if error else 200,
        help_key="certification",
        state=state,
        states=CertificationState,
        steps=steps_of(state, status, confirmed=confirmed),
        due=french_date(due) if due else "",
        days_left=(due - visit.today).days if due else None,
        typed=await _email(visit) if typed is None else typed,
        errors={"email": error} if error else {},
        takes_payments=worker_of(visit.request).takes_payments,
    )


def _status(visit: CoopVisit, coop: Coop) -> AccountStatus | None:
    """Ask the provider about the coop's account; None where there is none, or it does not answer."""
    worker = worker_of(visit.request)
    if not worker.takes_payments:
        return None
    known = worker.context(visit.association).accounts.of_coop(visit.association, coop.id)
    account = coop.provider_account if known is None else known.account
    if not account:
        return None
    try:
        status = worker.provider.account(account)
    except ProviderError as error:
        log.warning("provider did not say how far a certification is", code=error.code)
        return None
    return status if (status.ledger, status.coop_id) == (visit.association, coop.id) else None


def _was_certified(visit: CoopVisit) -> bool:
    """Tell whether the account was certified once: then it is no longer."""
    head, _ = visit.opened.head()
    return any(isinstance(fact.event, Certified) for fact in visit.opened.coop_events(visit.coop.coop_id, head))


async def _email(visit: CoopVisit) -> str:
    """Return the reader's own address, to be taken or changed."""
    member = await run_in_threadpool(visit.opened.members.members.by_id, visit.member.session.member_id)
    return member.profile.email if member else ""
