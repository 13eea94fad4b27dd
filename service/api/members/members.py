"""Routes of members: the association's staff invites people, changes where their letters go, ends their sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from adapters.member_accounts import Member, MemberProfile
from domain.errors import NotAllowed, NotFound
from service.api.asker import member_of
from service.api.context import RequestContext
from service.api.contract.rights import CanInvite, CanReadRoles, MayAppoint, MayChangeMembers
from service.api.contract.routers import api_router
from service.api.schemas import Body
from service.emails.member_emails import MemberEmail, request_member_email
from service.fields import read_email, read_name
from service.http.members import mailer_of
from service.logging import logger
from service.members.invitations import change_address, invite
from service.worker.worker import Worker

log = logger(__name__)
router = api_router("/{association}/members", "Members")
Typed = Annotated[str, Field(max_length=320)]


class MemberIn(Body):
    """A person to invite; the names and the address go to the vault."""

    first_name: Typed
    last_name: Typed
    email: Typed


class AddressIn(Body):
    """Where a member's letters go from now on."""

    email: Typed


class MemberOut(BaseModel):
    """A member, as the association's staff sees it."""

    member_id: UUID
    first_name: str
    last_name: str
    email: str
    invited_at: datetime
    passkeys: int


class InvitedOut(BaseModel):
    """Who was invited."""

    member_id: UUID


class ReplacementOut(BaseModel):
    """Whether the passkeys are gone, or a second person has still to agree."""

    removed: bool


@router.get("")
async def list_members(context: CanReadRoles) -> list[MemberOut]:
    """List the members of the association."""
    stores = context.opened.members

    def read() -> list[MemberOut]:
        return [member_out(one, len(stores.passkeys.of_member(one.member_id))) for one in stores.members.all()]

    return await run_in_threadpool(read)


@router.post("", status_code=201)
async def invite_member(context: CanInvite, body: MemberIn, request: Request) -> InvitedOut:
    """Invite a person by a letter; rights are given apart."""
    worker = mailer_of(request)
    profile = MemberProfile(read_name(body.first_name), read_name(body.last_name), read_email(body.email))
    new_id = context.new_id("member")
    member_id = await run_in_threadpool(invite, context.opened, new_id, profile, context.stamp)
    await _write(context, worker, member_id, MemberEmail.INVITATION)
    context.locate(f"members/{member_id}")
    return InvitedOut(member_id=member_id)


@router.put("/{member_id}/address")
async def change_member_address(context: MayChangeMembers, member_id: UUID, body: AddressIn) -> InvitedOut:
    """Change where a member's letters go; its sessions and links end."""
    await run_in_threadpool(change_address, context.opened, member_id, read_email(body.email), context.stamp)
    return InvitedOut(member_id=member_id)


@router.delete("/{member_id}/sessions")
async def end_member_sessions(context: MayAppoint, member_id: UUID) -> InvitedOut:
    """End all sessions of a member."""
    stores = context.opened.members
    await _member(context, member_id)
    await run_in_threadpool(stores.sessions.end_all, member_id, context.at)
    await run_in_threadpool(stores.links.revoke, member_id)
    return InvitedOut(member_id=member_id)


@router.post("/{member_id}/passkeys/replacement")
async def replace_passkeys(context: MayAppoint, member_id: UUID, request: Request) -> ReplacementOut:
    """Agree that a member lost its passkeys: once two people of the association have, they are removed."""
    worker = mailer_of(request)
    by = member_of(context.principal)
    if by is None or by == member_id:
        raise NotAllowed(actor=context.principal.actor)
    await _member(context, member_id)
    removed = await run_in_threadpool(context.opened.members.replacements.agree, member_id, by, context.at)
    log.info("passkeys replaced" if removed else "passkey replacement asked", member=member_id, actor=str(by))
    if removed:
        await _write(context, worker, member_id, MemberEmail.PASSKEYS_REMOVED)
    return ReplacementOut(removed=removed)


async def _member(context: RequestContext, member_id: UUID) -> Member:
    member = await run_in_threadpool(context.opened.members.members.by_id, member_id)
    if member is None:
        raise NotFound(member=member_id)
    return member


async def _write(context: RequestContext, worker: Worker, member_id: UUID, message: MemberEmail) -> None:
    slug = context.opened.ledger.slug
    await run_in_threadpool(request_member_email, worker.outbox, slug, member_id, message, worker.now())


def member_out(member: Member, passkeys: int) -> MemberOut:
    """Show a member, with how many passkeys it has."""
    profile = member.profile
    return MemberOut(
        member_id=member.member_id,
        first_name=profile.first_name,
        last_name=profile.last_name,
        email=profile.email,
        invited_at=member.invited_at,
        passkeys=passkeys,
    )
