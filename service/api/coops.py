"""Routes of a coop: identity, classes, mandates, bank accounts, certification, findings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

import msgspec
from starlette.concurrency import run_in_threadpool

from adapters.people_vault import Person
from domain.calendar import paris_date
from domain.coop import bank_accounts, closing, mandates, registration
from domain.coop.state import Coop
from domain.events.coop import CoopDetails
from service.api import schemas as given
from service.api.context import RequestContext
from service.api.contract.rights import (
    CanAdminister,
    CanAppoint,
    CanBeginCoop,
    CanConfirmIban,
    CanDefineClasses,
    CanInspect,
    CanManageCampaigns,
    MayRun,
)
from service.api.contract.routers import api_router
from service.api.reads import coop as shown
from service.api.schemas import Created, Done
from service.members.invitations import keep_mandate_holder

router = api_router("/{association}/coops", "Coops")
T = TypeVar("T")


def _details(body: given.CoopIn) -> CoopDetails:
    """The identity as the log keeps it."""
    return CoopDetails(
        name=body.name,
        school=body.school,
        town=body.town,
        affiliation_number=body.affiliation_number,
        address=body.address or msgspec.UNSET,
    )


@router.post("", status_code=201)
async def register_coop(context: CanBeginCoop, body: given.CoopIn) -> Created[shown.CoopResource]:
    """Open a school co-operative; only the association may (S-02)."""
    ledger = context.opened.ledger
    coop_id = context.new_id("coop")
    done = await context.do(
        registration.RegisterCoop(
            stream_id=coop_id,
            association_id=ledger.association_id,
            details=_details(body),
            demo=ledger.demo,
            stamp=context.stamp,
        ),
        coop_id=coop_id,
    )
    return await _created(context, done, coop_id, "", shown.coop_resource)


@router.put("/{coop_id}/details")
async def change_coop_details(context: CanAdminister, coop_id: UUID, body: given.CoopIn) -> Done:
    """Correct a coop's identity."""
    return await context.do(
        registration.ChangeCoopDetails(stream_id=coop_id, details=_details(body), stamp=context.stamp)
    )


@router.put("/{coop_id}/classes")
async def define_classes(context: CanDefineClasses, coop_id: UUID, body: given.ClassesIn) -> Done:
    """Set the list of classes of a school year."""
    return await context.do(
        registration.DefineSchoolClasses(
            stream_id=coop_id, school_year=body.school_year, labels=tuple(body.labels), stamp=context.stamp
        )
    )


@router.put("/{coop_id}/payment-means")
async def set_payment_means(context: CanManageCampaigns, coop_id: UUID, body: given.PaymentMeansIn) -> Done:
    """Choose which of the association's means of payment the coop's collections may offer (S-30)."""
    return await context.do(
        registration.SetPaymentMeans(
            stream_id=coop_id,
            means=tuple(body.means),
            policy=(await context.association()).policy,
            stamp=context.stamp,
        )
    )


@router.post("/{coop_id}/mandates", status_code=201)
async def grant_mandate(context: CanAppoint, coop_id: UUID, body: given.MandateIn) -> Created[shown.MandateResource]:
    """Give a person the mandate; the name goes to the vault, the log keeps an id."""
    await context.coop(coop_id)
    holder_id, mandate_id = body.member_id or context.new_id("holder"), context.new_id("mandate")
    if body.member_id is None:
        holder = Person(body.first_name or "", body.last_name or "", body.email or "")
        await context.keep_holder(coop_id, holder_id, holder)
    else:
        await run_in_threadpool(keep_mandate_holder, context.opened, coop_id, holder_id, context.at)
    done = await context.do(
        mandates.GrantMandate(
            stream_id=coop_id,
            mandate_id=mandate_id,
            holder_id=holder_id,
            valid_from=body.valid_from,
            valid_to=body.valid_to,
            stamp=context.stamp,
        ),
        mandate_id=mandate_id,
        holder_id=holder_id,
    )
    today = paris_date(context.at)
    return await _created(
        context,
        done,
        coop_id,
        f"/mandates/{mandate_id}",
        lambda coop: shown.mandate_resource(coop, mandate_id, today),
    )


@router.post("/{coop_id}/mandates/{mandate_id}/revocation")
async def revoke_mandate(context: CanAppoint, coop_id: UUID, mandate_id: UUID, body: given.MandateEndIn) -> Done:
    """Withdraw a mandate."""
    return await context.do_noted(
        mandates.RevokeMandate(
            stream_id=coop_id,
            mandate_id=mandate_id,
            reason=body.reason,
            note_id=context.note_id(body.note),
            stamp=context.stamp,
        ),
        coop_id,
        body.note,
    )


@router.post("/{coop_id}/charter")
async def accept_charter(context: CanManageCampaigns, coop_id: UUID, body: given.CharterIn) -> Done:
    """Accept a version of the charter of collections, one that the association has published."""
    association = await context.association()
    return await context.do(
        mandates.AcceptCharter(
            stream_id=coop_id,
            version=body.version,
            mandate_id=body.mandate_id,
            published_charter=association.charter_version,
            stamp=context.stamp,
        )
    )


@router.post("/{coop_id}/bank-accounts", status_code=201)
async def register_bank_account(
    context: CanConfirmIban, coop_id: UUID, body: given.IbanIn
) -> Created[shown.BankAccountResource]:
    """Register the coop's bank account."""
    await context.coop(coop_id)
    account_id = context.new_id("bank-account")
    masked, fingerprint = await context.keep_iban(coop_id, account_id, body.iban)
    done = await context.do(
        bank_accounts.RegisterBankAccount(
            stream_id=coop_id,
            bank_account_id=account_id,
            iban_masked=masked,
            iban_fingerprint=fingerprint,
            stamp=context.stamp,
        ),
        bank_account_id=account_id,
    )
    return await _created(
        context,
        done,
        coop_id,
        f"/bank-accounts/{account_id}",
        lambda coop: shown.bank_account_resource(coop, account_id),
    )


@router.post("/{coop_id}/bank-accounts/{bank_account_id}/confirmation")
async def confirm_bank_account(
    context: CanConfirmIban, coop_id: UUID, bank_account_id: UUID, body: given.PayeeCheckIn
) -> Done:
    """Confirm an account, as another person than the one who registered it, with the bank's answer on the payee."""
    return await context.do(
        bank_accounts.ConfirmBankAccount(
            stream_id=coop_id,
            bank_account_id=bank_account_id,
            payee_check=body.payee_check,
            ties=tuple((await context.association()).ties),
            stamp=context.stamp,
        )
    )


@router.post("/{coop_id}/bank-accounts/{bank_account_id}/withdrawal")
async def withdraw_bank_account(context: CanConfirmIban, coop_id: UUID, bank_account_id: UUID) -> Done:
    """Withdraw an account that waits for the second person."""
    return await context.do(
        bank_accounts.WithdrawBankAccount(stream_id=coop_id, bank_account_id=bank_account_id, stamp=context.stamp)
    )


@router.delete("/{coop_id}/notes/{note_id}")
async def erase_note(context: MayRun, coop_id: UUID, note_id: UUID) -> given.Erased:
    """Erase the note beside a decision for ever; the decision and its reason stay."""
    await context.coop(coop_id)
    return given.Erased(erased=await run_in_threadpool(context.opened.notes.erase, note_id, coop_id))


@router.post("/{coop_id}/findings", status_code=201)
async def record_finding(context: CanInspect, coop_id: UUID, body: given.FindingIn) -> Created[shown.FindingResource]:
    """Record an inspector's finding."""
    finding_id = context.new_id("finding")
    done = await context.do_noted(
        closing.RecordFinding(
            stream_id=coop_id,
            finding_id=finding_id,
            subject=body.subject,
            severity=body.severity,
            up_to_position=body.up_to_position,
            note_id=context.note_id(body.note),
            stamp=context.stamp,
        ),
        coop_id,
        body.note,
        finding_id=finding_id,
    )
    return await _created(
        context, done, coop_id, f"/findings/{finding_id}", lambda coop: shown.finding_resource(coop, finding_id)
    )


async def _created(
    context: RequestContext, done: Done, coop_id: UUID, below: str, show: Callable[[Coop], T]
) -> Created[T]:
    """Answer with what was created in a coop, and where it is read."""

    async def shown_now() -> T:
        return show(await context.load(Coop, coop_id))

    return await context.created(done, f"coops/{coop_id}{below}", shown_now)
