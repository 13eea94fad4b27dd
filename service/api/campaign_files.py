"""Routes of what a campaign publishes beside its texts: a picture, files to download, a contact (S-55, S-59…S-61)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from fastapi import Query, Request
from starlette.concurrency import run_in_threadpool

from adapters.files import AttachmentRef
from adapters.people_vault import Person
from domain.campaign.settings import EditDetails
from domain.campaign.state import Campaign
from domain.errors import NotFound
from domain.events.campaign import CampaignDetails
from service.api import campaign_schemas as given
from service.api.context import RequestContext
from service.api.contract.rights import CanManageCampaigns
from service.api.contract.routers import api_router
from service.api.schemas import Done
from service.campaigns.files import keep_attachment, keep_picture

router = api_router("/{association}/campaigns/{campaign_id}", "Campaigns")
_BINARY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
Change = Callable[[CampaignDetails], CampaignDetails]


async def campaign_of(context: RequestContext, campaign_id: UUID) -> Campaign:
    """Return a campaign that the asker may change; it has a coop.

    Raises:
        NotFound: unknown, or of another scope.

    """
    campaign = await run_in_threadpool(context.opened.ledger.store.load, Campaign, campaign_id)
    if not campaign.version or campaign.coop_id is None:
        raise NotFound(campaign=campaign_id)
    return campaign


async def edit(context: RequestContext, campaign: Campaign, change: Change) -> Done:
    """Change some of the details of a campaign; what changed meanwhile is refused, so that nothing is overwritten."""
    details = campaign.details or CampaignDetails(title="")
    command = EditDetails(
        stream_id=campaign.id, details=change(details), expected_version=campaign.version, stamp=context.stamp
    )
    return await context.do(command)


@router.put("/picture", openapi_extra=_BINARY)
async def set_picture(context: CanManageCampaigns, campaign_id: UUID, request: Request) -> Done:
    """Show a picture: JPEG, PNG or WebP, 8 MB at most; it is drawn again without what the file says of itself."""
    campaign = await campaign_of(context, campaign_id)
    ref = await keep_picture(context.opened, await request.body())
    return await edit(context, campaign, lambda known: msgspec.structs.replace(known, picture=str(ref)))


@router.delete("/picture")
async def remove_picture(context: CanManageCampaigns, campaign_id: UUID) -> Done:
    """Show no picture any more."""
    campaign = await campaign_of(context, campaign_id)
    return await edit(context, campaign, lambda known: msgspec.structs.replace(known, picture=""))


@router.post("/attachments", openapi_extra=_BINARY)
async def add_attachment(
    context: CanManageCampaigns, campaign_id: UUID, request: Request, name: Annotated[str, Query(max_length=300)] = ""
) -> Done:
    """Offer a file to download: a PDF, or a picture, 10 MB at most; ten files at most."""
    campaign = await campaign_of(context, campaign_id)
    known = campaign.details.attachments if campaign.details else ()
    _, added = await keep_attachment(context.opened, await request.body(), name, known)
    return await edit(context, campaign, lambda details: msgspec.structs.replace(details, attachments=added))


@router.delete("/attachments/{digest}")
async def remove_attachment(context: CanManageCampaigns, campaign_id: UUID, digest: str) -> Done:
    """Offer a file no more."""
    campaign = await campaign_of(context, campaign_id)
    known = campaign.details.attachments if campaign.details else ()
    parsed = {text: AttachmentRef.parse(text) for text in known}
    kept = tuple(text for text, ref in parsed.items() if ref is None or ref.digest != digest)
    if kept == known:
        raise NotFound(attachment="unknown", campaign=campaign_id)
    return await edit(context, campaign, lambda details: msgspec.structs.replace(details, attachments=kept))


@router.put("/contact")
async def set_contact(context: CanManageCampaigns, campaign_id: UUID, body: given.ContactIn) -> Done:
    """Show an address of e-mail and a telephone number, or none of both."""
    campaign = await campaign_of(context, campaign_id)
    email, phone = body.email or "", context.read_phone(body.phone or "")
    contact_id: UUID | None = None
    if (email or phone) and campaign.coop_id is not None:
        contact_id = context.new_id("contact")
        contact = Person("", "", email, phone)
        await context.keep_contact(campaign.coop_id, contact_id, contact)
    return await edit(context, campaign, lambda details: msgspec.structs.replace(details, contact_id=contact_id))
