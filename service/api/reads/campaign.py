"""Routes that read a campaign: itself, and each of its settings in the form in which it is set."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec
from fastapi import Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from adapters.files import AttachmentRef
from domain.campaign.state import Campaign, CampaignStatus
from domain.errors import NotFound
from domain.events.base import InstalmentTerms, Tariff
from domain.people.person_fields import is_own
from service.api.campaign_schemas import FieldName, FieldState, OnlineMeans, OwnField
from service.api.contract.rights import CanRead, MayRun
from service.api.contract.routers import api_router
from service.http.trail import note
from service.trail import TrailKind

router = api_router("/{association}/campaigns/{campaign_id}", "Campaigns")


class CampaignResource(BaseModel):
    """A campaign as it stands in the log."""

    campaign_id: UUID
    coop_id: UUID
    version: int = Field(description="What its `ETag` says, for `If-Match`")
    title: str
    purpose: str
    school_year: int
    status: CampaignStatus
    demo: bool
    drafted_on: date
    by_link: bool
    opens_at: datetime | None
    closes_at: datetime | None
    responsible_id: UUID | None = Field(description="The mandate holder under whose responsibility it went on line")
    contributions: int = Field(description="How many were placed, also those that were given up")


class AttachmentResource(BaseModel):
    """A file to download: its SHA-256, by which it is removed, its size and its name."""

    digest: str
    size_bytes: int
    name: str


class DetailsResource(BaseModel):
    """Step 1: the texts, and what is published beside them."""

    title: str
    description: str
    terms: str
    picture: str | None = Field(description="The SHA-256 of the picture, and its width and height in pixels")
    attachments: list[AttachmentResource]


class ContactResource(BaseModel):
    """The contact that families see."""

    email: str | None
    phone: str | None


class TariffResource(BaseModel):
    """A tariff: cents for the first, second and following children."""

    tariff_id: str
    label: str
    tiers: list[int] = Field(description="Euro cents")
    valid_from: date
    valid_to: date
    group: str
    free: bool


class TariffsResource(BaseModel):
    """Step 2."""

    tariffs: list[TariffResource]


class QuestionResource(BaseModel):
    """One question of the form."""

    name: FieldName | OwnField
    state: FieldState


class QuestionsResource(BaseModel):
    """Step 3."""

    fields: list[QuestionResource]


class InstalmentsResource(BaseModel):
    """How many payments, how many months apart."""

    count: int
    interval_months: int


class PaymentOptionsResource(BaseModel):
    """Step 4."""

    means: list[OnlineMeans]
    instalments: InstalmentsResource | None
    message: str


class OpeningResource(BaseModel):
    """Step 5: by link or not, and the opening window."""

    by_link: bool
    opens_at: datetime | None
    closes_at: datetime | None


class EmbeddingResource(BaseModel):
    """The origins of the sites that may frame the form."""

    origins: list[str]


def campaign_resource(campaign: Campaign) -> CampaignResource:
    """Show a campaign."""
    if campaign.coop_id is None:
        raise NotFound(campaign=campaign.id)
    return CampaignResource(
        campaign_id=campaign.id,
        coop_id=campaign.coop_id,
        version=campaign.version,
        title=campaign.details.title if campaign.details else "",
        purpose=campaign.purpose,
        school_year=campaign.school_year,
        status=campaign.status,
        demo=campaign.demo,
        drafted_on=campaign.drafted_on,
        by_link=campaign.by_link,
        opens_at=campaign.opens_at,
        closes_at=campaign.closes_at,
        responsible_id=campaign.responsible_id,
        contributions=len(campaign.contributions),
    )


@router.get("/details")
async def show_campaign_details(context: CanRead, campaign_id: UUID) -> DetailsResource:
    """Show the texts of a campaign, its picture and its files."""
    details = (await context.load(Campaign, campaign_id)).details
    if details is None:
        raise NotFound(campaign=campaign_id)
    files = [AttachmentRef.parse(text) for text in details.attachments]
    return DetailsResource(
        title=details.title,
        description=details.description,
        terms=details.terms,
        picture=details.picture or None,
        attachments=[AttachmentResource(digest=one.digest, size_bytes=one.size, name=one.name) for one in files if one],
    )


@router.get("/contact")
async def show_contact(request: Request, context: MayRun, campaign_id: UUID) -> ContactResource:
    """Show the contact of a campaign, to who may change it."""
    campaign = await context.load(Campaign, campaign_id)
    contact_id = campaign.details.contact_id if campaign.details else None
    await note(request, TrailKind.NAMES_READ, coop_id=campaign.coop_id, subject_id=contact_id)
    person = None if contact_id is None else await run_in_threadpool(context.opened.vault.get, contact_id)
    if person is None:
        return ContactResource(email=None, phone=None)
    return ContactResource(email=person.email or None, phone=person.phone or None)


@router.get("/tariffs")
async def list_campaign_tariffs(context: CanRead, campaign_id: UUID) -> TariffsResource:
    """Show the tariffs of a campaign, in their order."""
    campaign = await context.load(Campaign, campaign_id)
    return TariffsResource(tariffs=[_tariff(tariff) for tariff in campaign.tariffs.values()])


@router.get("/fields")
async def list_campaign_fields(context: CanRead, campaign_id: UUID) -> QuestionsResource:
    """Show the questions that a campaign asks families."""
    campaign = await context.load(Campaign, campaign_id)
    shown = [QuestionResource(name=_question(field.name), state=FieldState(field.state)) for field in campaign.fields]
    return QuestionsResource(fields=shown)


def _question(name: str) -> FieldName | OwnField:
    """Return a question: one of the service's, or a field of the coop."""
    return name if is_own(name) else FieldName(name)


@router.get("/payment-options")
async def show_payment_options(context: CanRead, campaign_id: UUID) -> PaymentOptionsResource:
    """Show the means of payment of a campaign, its instalments and its confirmation message."""
    campaign = await context.load(Campaign, campaign_id)
    return PaymentOptionsResource(
        means=[OnlineMeans(one) for one in campaign.means],
        instalments=_instalments(campaign.instalments),
        message=campaign.message,
    )


@router.get("/opening")
async def show_campaign_opening(context: CanRead, campaign_id: UUID) -> OpeningResource:
    """Show how families reach a campaign, and its opening window."""
    campaign = await context.load(Campaign, campaign_id)
    return OpeningResource(by_link=campaign.by_link, opens_at=campaign.opens_at, closes_at=campaign.closes_at)


@router.get("/embedding")
async def show_embedding(context: CanRead, campaign_id: UUID) -> EmbeddingResource:
    """Show the sites whose pages may frame the form."""
    return EmbeddingResource(origins=list((await context.load(Campaign, campaign_id)).embedding))


def _tariff(tariff: Tariff) -> TariffResource:
    return TariffResource(**msgspec.structs.asdict(tariff))


def _instalments(terms: InstalmentTerms | None) -> InstalmentsResource | None:
    return None if terms is None else InstalmentsResource(count=terms.count, interval_months=terms.interval_months)
