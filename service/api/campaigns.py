"""Routes of a campaign's settings and status: the five steps of the guide (S-50…S-120)."""

from __future__ import annotations

from uuid import UUID

import msgspec
from starlette.concurrency import run_in_threadpool

from domain.campaign import publication, settings
from domain.campaign.state import Campaign
from domain.events.base import InstalmentTerms, Tariff
from domain.events.campaign import CampaignDetails, FormField
from domain.people.person_fields import is_own
from domain.vocabulary.references import council_decision
from service.api import campaign_schemas as given
from service.api.campaign_files import campaign_of, edit
from service.api.contract.rights import CanAdminister, CanBeginCampaign, CanManageCampaigns
from service.api.contract.routers import api_router
from service.api.reads.campaign import CampaignResource, campaign_resource
from service.api.schemas import Created, Done
from service.campaigns.publication import publication_of
from service.contacts.field_changes import check_known

router = api_router("/{association}", "Campaigns")


@router.post("/coops/{coop_id}/campaigns", status_code=201)
async def draft_campaign(context: CanBeginCampaign, coop_id: UUID, body: given.DraftIn) -> Created[CampaignResource]:
    """Begin a campaign of a coop, for a purpose of the charter."""
    coop, association = await context.coop(coop_id), await context.association()
    campaign_id = context.new_id("campaign")
    done = await context.do(
        settings.DraftCampaign(
            stream_id=campaign_id,
            coop_id=coop_id,
            details=CampaignDetails(title=body.title, description=body.description),
            purpose=body.purpose,
            school_year=body.school_year,
            demo=coop.demo,
            policy=association.policy,
            stamp=context.stamp,
        ),
        campaign_id=campaign_id,
    )

    async def shown_now() -> CampaignResource:
        return campaign_resource(await context.load(Campaign, campaign_id))

    return await context.created(done, f"campaigns/{campaign_id}", shown_now)


@router.put("/campaigns/{campaign_id}/details")
async def edit_campaign_details(context: CanManageCampaigns, campaign_id: UUID, body: given.DetailsIn) -> Done:
    """Set the texts of the general information (step 1); its picture, files and contact stay."""
    campaign = await campaign_of(context, campaign_id)
    texts = {"title": body.title, "description": body.description, "terms": body.terms}
    return await edit(context, campaign, lambda known: msgspec.structs.replace(known, **texts))


@router.put("/campaigns/{campaign_id}/tariffs")
async def set_campaign_tariffs(context: CanManageCampaigns, campaign_id: UUID, body: given.TariffsIn) -> Done:
    """Set the tariffs (step 2)."""
    tariffs = tuple(Tariff(**{**tariff.model_dump(), "tiers": tuple(tariff.tiers)}) for tariff in body.tariffs)
    return await context.do(
        settings.SetTariffs(
            stream_id=campaign_id,
            tariffs=tariffs,
            limits=context.limits,
            stamp=context.stamp,
        )
    )


@router.put("/campaigns/{campaign_id}/fields")
async def set_campaign_fields(context: CanManageCampaigns, campaign_id: UUID, body: given.FieldsIn) -> Done:
    """Set the questions asked to families (step 3)."""
    fields = tuple(FormField(name=str(field.name), state=field.state.value) for field in body.fields)
    own = [field.name for field in fields if is_own(field.name)]
    coop_id = (await campaign_of(context, campaign_id)).coop_id if own else None
    if coop_id is not None:
        await run_in_threadpool(check_known, context.opened, coop_id, own)
    return await context.do(settings.SetFormFields(stream_id=campaign_id, fields=fields, stamp=context.stamp))


@router.put("/campaigns/{campaign_id}/payment-options")
async def set_payment_options(context: CanManageCampaigns, campaign_id: UUID, body: given.PaymentOptionsIn) -> Done:
    """Set the means of payment, the instalments and the confirmation message (step 4)."""
    terms = body.instalments
    instalments = InstalmentTerms(count=terms.count, interval_months=terms.interval_months) if terms else None
    association, coop = await context.association(), await context.own_coop()
    policy = coop.policy_within(association.policy)
    return await context.do(
        settings.SetPaymentOptions(
            stream_id=campaign_id,
            means=tuple(one.value for one in body.means),
            instalments=instalments,
            message=body.message,
            policy=policy,
            limits=context.limits,
            stamp=context.stamp,
        )
    )


@router.put("/campaigns/{campaign_id}/opening")
async def set_campaign_opening(context: CanManageCampaigns, campaign_id: UUID, body: given.PublicationIn) -> Done:
    """Set how families reach the campaign, and its opening window (step 5)."""
    return await context.do(
        publication.SetPublication(
            stream_id=campaign_id,
            by_link=body.by_link,
            opens_at=body.opens_at,
            closes_at=body.closes_at,
            stamp=context.stamp,
        )
    )


@router.put("/campaigns/{campaign_id}/embedding")
async def set_embedding(context: CanManageCampaigns, campaign_id: UUID, body: given.EmbeddingIn) -> Done:
    """Name the sites whose pages may frame the form (S-124)."""
    return await context.do(
        publication.SetEmbedding(
            stream_id=campaign_id,
            origins=tuple(body.origins),
            stamp=context.stamp,
        )
    )


@router.post("/coops/{coop_id}/campaigns/{campaign_id}/publication")
async def publish_campaign(
    context: CanManageCampaigns, coop_id: UUID, campaign_id: UUID, body: given.PublishIn
) -> Done:
    """Put a campaign on line, under the responsibility of a mandate holder and a decision of the Conseil."""
    coop, association, decided = await context.coop(coop_id), await context.association(), body.council_decision
    decision = council_decision(decided.decided_on, decided.minutes or "")
    stamp = context.stamp_within(coop_id)
    return await context.do(publication_of(campaign_id, body.responsible_id, decision, coop, association, stamp))


@router.post("/campaigns/{campaign_id}/suspension")
async def suspend_campaign(context: CanManageCampaigns, campaign_id: UUID) -> Done:
    """Stop new contributions; instalments that run go on."""
    return await context.do(publication.SuspendCampaign(stream_id=campaign_id, stamp=context.stamp))


@router.post("/campaigns/{campaign_id}/archival")
async def archive_campaign(context: CanAdminister, campaign_id: UUID) -> Done:
    """Put a campaign away, read-only, with all its accounts."""
    return await context.do(publication.ArchiveCampaign(stream_id=campaign_id, stamp=context.stamp))


@router.post("/campaigns/{campaign_id}/abandonment")
async def abandon_draft(context: CanManageCampaigns, campaign_id: UUID) -> Done:
    """Put away a draft that never was on line: it is archived, and families reach it by no link."""
    return await context.do(publication.AbandonDraft(stream_id=campaign_id, stamp=context.stamp))
