"""Routes of an association's rules: what its coops may do, and the charter that their mandate holders accept."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from domain.association.commands import ChangePolicy
from domain.events.association import CutOff
from service.api.contract.rights import CanSetRules
from service.api.contract.routers import api_router
from service.api.reads.association import CharterResource, charter_resource
from service.api.schemas import Body, Created, Done, Reference
from service.charters import charter_publication
from service.fields.types import CharterBody

router = api_router("/{association}", "Rules")


class PolicyIn(Body):
    """What changes of an association's rules; what is left out, or null, stays as it is."""

    means: Annotated[list[Literal["card", "cash", "cheque", "other"]] | None, Field(max_length=4)] = None
    cash_recording: Annotated[bool | None, Field(description="Whether coops may record cash in their cash box")] = None
    purposes: Annotated[list[Reference] | None, Field(min_length=1, max_length=50)] = None
    max_instalments: Annotated[int | None, Field(ge=1, le=12)] = None
    max_interval_months: Annotated[int | None, Field(ge=1, le=12)] = None
    anonymity_threshold: Annotated[
        int | None, Field(ge=1, le=100, description="Participation of a class is hidden below this number of families")
    ] = None
    wording: Literal["contribution", "adhesion"] | None = None
    require_passkey: bool | None = None
    closing_day: Annotated[int | None, Field(ge=4, le=28, description="Day of the month on which periods close")] = None
    cut_off: CutOff | None = None


class CharterTextIn(Body):
    """The text of a charter, of one paragraph a line; it is kept, and found by its digest, which the log holds."""

    text: CharterBody


@router.patch("/policy")
async def change_policy(context: CanSetRules, body: PolicyIn) -> Done:
    """Change some of the association's rules, and leave the others as they are."""
    association = await context.association()
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in body if value is not None}
    policy = msgspec.structs.replace(association.policy, **given)
    return await context.do(ChangePolicy(stream_id=association.id, stamp=context.stamp, policy=policy))


@router.post("/charter", status_code=201)
async def publish_charter(context: CanSetRules, body: CharterTextIn) -> Created[CharterResource]:
    """Publish the next version of the charter of collections; mandate holders accept it before they go on line.

    The text that is in force already is no new version.
    """
    opened = context.opened
    store, association_id = opened.charters, opened.ledger.association_id
    done = await context.do(
        await run_in_threadpool(charter_publication, store, association_id, context.stamp, body.text)
    )

    async def show() -> CharterResource:
        return await charter_resource(opened, await context.association())

    return await context.created(done, "charter", show)
