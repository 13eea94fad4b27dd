"""Routes that read one movement of a coop's money: a payout, a deposit, a bank line, what another platform paid."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from domain.campaign.contribution import ExternalPayment
from domain.campaign.state import Campaign
from domain.coop.state import Coop
from domain.errors import NotFound
from domain.vocabulary.bank_lines import MatchKind
from domain.vocabulary.platforms import Platform
from projections import payouts
from service.api.by_hand.schemas import DepositOut
from service.api.context import PATIENCE, RequestContext
from service.api.contract.rights import CanRead
from service.api.contract.routers import api_router
from service.api.queries import PayoutOut, payout_out

router = api_router("/{association}/coops/{coop_id}", "Payouts")


class PayoutResource(PayoutOut):
    """A payout, with the version of its coop."""

    version: int = Field(description="The coop's, which holds it: what its `ETag` says, for `If-Match`")


class BankLineResource(BaseModel):
    """What a line of the bank statement was recognised as."""

    line: str
    kind: MatchKind
    subject_id: UUID = Field(description="The payout or the deposit")
    cents: int
    booked_on: date


class AdjustmentResource(BaseModel):
    """An amount that the platform made good to a coop."""

    adjustment_id: UUID
    cents: int
    reversed: bool


class ExternalPaymentResource(BaseModel):
    """A payment on another platform that stands; `refunded_cents` of it were given back there."""

    external_payment_id: UUID
    contribution_id: UUID
    platform: Platform
    reference: str
    cents: int
    refunded_cents: int
    import_id: UUID | None


class ExternalPayoutResource(BaseModel):
    """A payout of another platform that stands: `cents` of what it held, of which it kept `fee_cents`."""

    external_payout_id: UUID
    platform: Platform
    reference: str
    cents: int
    fee_cents: int
    booked_on: date


def deposit_resource(coop: Coop, deposit_id: UUID) -> DepositOut:
    """Show a deposit of cash.

    Raises:
        NotFound: there is none of that id, or it was taken back.

    """
    if deposit_id not in coop.deposits:
        raise NotFound(deposit=deposit_id)
    lines = {match.subject_id: line for line, match in coop.matches.items() if match.kind is MatchKind.DEPOSIT}
    return DepositOut(deposit_id=deposit_id, bank_line_id=lines.get(deposit_id), **coop.deposits[deposit_id]._asdict())


def external_payment_resource(campaign: Campaign, external_payment_id: UUID) -> ExternalPaymentResource:
    """Show a payment on another platform.

    Raises:
        NotFound: there is none of that id, or it was taken back.

    """
    contribution_id = campaign.external_payments.get(external_payment_id)
    found = None if contribution_id is None else _external_payment(campaign, contribution_id, external_payment_id)
    if found is None or contribution_id is None:
        raise NotFound(external_payment=external_payment_id)
    return ExternalPaymentResource(
        external_payment_id=external_payment_id,
        contribution_id=contribution_id,
        platform=Platform(found.platform),
        reference=found.reference,
        cents=found.cents,
        refunded_cents=sum(found.refunded.values()),
        import_id=found.import_id,
    )


def external_payout_resource(coop: Coop, external_payout_id: UUID) -> ExternalPayoutResource:
    """Show a payout of another platform.

    Raises:
        NotFound: there is none of that id, or it was taken back.

    """
    found = coop.external_payouts.get(external_payout_id)
    if found is None:
        raise NotFound(external_payout=external_payout_id)
    return ExternalPayoutResource(
        external_payout_id=external_payout_id,
        platform=Platform(found.platform),
        reference=found.reference,
        cents=found.cents,
        fee_cents=found.fee_cents,
        booked_on=found.booked_on,
    )


async def payout_resource(
    context: RequestContext, coop_id: UUID, payout_id: UUID, patience: float = PATIENCE
) -> PayoutResource:
    """Show a payout, waiting for the read models for ``patience`` seconds at most.

    Raises:
        NotFound: the coop has none of that id.
        ReadersBehind: the read models are late.

    """
    coop = await context.load_shown(Coop, coop_id, patience)
    row = next((row for row in await context.read(payouts.of_coop, coop_id) if row.payout_id == payout_id), None)
    if row is None:
        raise NotFound(payout=payout_id)
    return PayoutResource(version=coop.version, **payout_out(row).model_dump())


@router.get("/payouts/{payout_id}")
async def show_payout(context: CanRead, coop_id: UUID, payout_id: UUID) -> PayoutResource:
    """Show a payout."""
    return await payout_resource(context, coop_id, payout_id)


@router.get("/cash-deposits/{deposit_id}")
async def show_cash_deposit(context: CanRead, coop_id: UUID, deposit_id: UUID) -> DepositOut:
    """Show a deposit of cash that stands."""
    return deposit_resource(await context.load(Coop, coop_id), deposit_id)


@router.get("/bank-lines")
async def list_bank_lines(context: CanRead, coop_id: UUID) -> list[BankLineResource]:
    """List the lines of the bank statement that were recognised, the earliest first."""
    coop = await context.load(Coop, coop_id)
    shown = [BankLineResource(line=line, **match._asdict()) for line, match in coop.matches.items()]
    return sorted(shown, key=lambda one: (one.booked_on, one.line))


@router.get("/adjustments")
async def list_adjustments(context: CanRead, coop_id: UUID) -> list[AdjustmentResource]:
    """List the amounts that the platform made good to a coop."""
    coop = await context.load(Coop, coop_id)
    return [
        AdjustmentResource(adjustment_id=key, cents=cents, reversed=key in coop.adjustments_reversed)
        for key, cents in coop.adjustments.items()
    ]


@router.get("/external-payouts/{external_payout_id}")
async def show_external_payout(context: CanRead, coop_id: UUID, external_payout_id: UUID) -> ExternalPayoutResource:
    """Show a payout of another platform that stands."""
    return external_payout_resource(await context.load(Coop, coop_id), external_payout_id)


@router.get("/campaigns/{campaign_id}/external-payments/{external_payment_id}")
async def show_external_payment(
    context: CanRead, campaign_id: UUID, external_payment_id: UUID
) -> ExternalPaymentResource:
    """Show a payment on another platform that stands."""
    return external_payment_resource(await context.load(Campaign, campaign_id), external_payment_id)


def _external_payment(campaign: Campaign, contribution_id: UUID, external_payment_id: UUID) -> ExternalPayment | None:
    """The payment as its contribution holds it; None once it was taken back."""
    return campaign.contribution(contribution_id).external_payments.get(external_payment_id)
