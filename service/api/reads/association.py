"""Routes that read what an association has decided: its policy, its charter, a role; and one of its members."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from domain.association.state import Association
from domain.errors import NotFound
from domain.events.association import CutOff, Policy
from service.api.contract.rights import CanList, CanReadRoles
from service.api.contract.routers import api_router
from service.api.members.members import MemberOut, member_out
from service.api.members.roles import RoleOut, role_out
from service.charters import charter_in_force
from service.runtime.open_ledger import OpenLedger

router = api_router("/{association}", "Association")


class PolicyResource(BaseModel):
    """What an association lets its coops do, as it stands; a coop can never switch back on what is off here."""

    version: int = Field(description="The association's: what its `ETag` says, for `If-Match`")
    means: list[str] = Field(description="Means of payment that a campaign may offer")
    cash_recording: bool
    purposes: list[str]
    max_instalments: int
    max_interval_months: int
    anonymity_threshold: int
    wording: str
    require_passkey: bool
    closing_day: int
    cut_off: CutOff


class CharterResource(BaseModel):
    """The charter of collections in force: its version, from 1, its day and its text; null before the first."""

    version: int | None
    published_on: date | None
    text: str | None = Field(description="Null where it was published before texts were kept")
    text_sha256: str | None = Field(description="What the log holds of the text: the digest of its UTF-8")


def policy_resource(association: Association) -> PolicyResource:
    """Show a policy, with what it does not say as it is meant."""
    policy: Policy = association.policy
    return PolicyResource(
        version=association.version,
        means=list(policy.means),
        cash_recording=policy.cash_recording,
        purposes=list(policy.purposes),
        max_instalments=policy.max_instalments,
        max_interval_months=policy.max_interval_months,
        anonymity_threshold=policy.anonymity_threshold,
        wording=policy.wording,
        require_passkey=policy.demands_passkey,
        closing_day=policy.closes_on,
        cut_off=policy.cuts_off,
    )


async def charter_resource(opened: OpenLedger, association: Association) -> CharterResource:
    """Show the charter in force."""
    digest = association.charter_sha256 or None
    charter = await run_in_threadpool(charter_in_force, opened, association)
    if charter is None:
        return CharterResource(version=None, published_on=None, text=None, text_sha256=None)
    return CharterResource(
        version=charter.version, published_on=charter.published_on, text=charter.text or None, text_sha256=digest
    )


@router.get("/policy")
async def show_policy(context: CanList) -> PolicyResource:
    """Show the policy of the association."""
    return policy_resource(await context.load(Association, context.opened.ledger.association_id))


@router.get("/charter")
async def show_charter(context: CanList) -> CharterResource:
    """Show the charter of collections that is in force, with its text."""
    return await charter_resource(context.opened, await context.load(Association, context.opened.ledger.association_id))


@router.get("/roles/{role_id}")
async def show_role(context: CanReadRoles, role_id: UUID) -> RoleOut:
    """Show a role that was given and not withdrawn."""
    association = await context.load(Association, context.opened.ledger.association_id)
    return role_out(association, role_id)


@router.get("/members/{member_id}")
async def show_member(context: CanReadRoles, member_id: UUID) -> MemberOut:
    """Show a member of the association."""
    stores = context.opened.members
    member = await run_in_threadpool(stores.members.by_id, member_id)
    if member is None:
        raise NotFound(member=member_id)
    return member_out(member, len(await run_in_threadpool(stores.passkeys.of_member, member_id)))
