"""Routes of roles: the association's staff says which member is what (the mandate of a coop is a route of the coop)."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from domain.association.roles import GrantRole, RevokeRole
from domain.association.state import Association
from domain.errors import NotFound
from domain.rights.roles import MemberRole, RoleRevocationReason
from service.api.contract.rights import CanGrantRoles, CanReadRoles
from service.api.contract.routers import api_router
from service.api.schemas import Body, Created, Day, Done
from service.fields.types import Text

router = api_router("/{association}/roles", "Roles")


class RoleIn(Body):
    """A role for a member; a teacher's names a coop and a class."""

    member_id: UUID
    role: MemberRole
    coop_id: UUID | None = None
    class_label: Text | None = None
    valid_to: Annotated[Day | None, Field(description="The last day on which it holds, in Europe/Paris")] = None


class RevocationIn(Body):
    """Why a role is withdrawn."""

    reason: RoleRevocationReason


class RoleOut(BaseModel):
    """A role that was given and not withdrawn; people are named by id."""

    role_id: UUID
    member_id: UUID
    role: MemberRole
    coop_id: UUID | None
    class_code: str | None
    valid_to: date | None


def role_out(association: Association, role_id: UUID) -> RoleOut:
    """Show a role.

    Raises:
        NotFound: it was never given, or was withdrawn.

    """
    if role_id not in association.roles:
        raise NotFound(role_id=role_id)
    return RoleOut(role_id=role_id, **association.roles[role_id]._asdict())


@router.get("")
async def list_roles(context: CanReadRoles) -> list[RoleOut]:
    """List the roles that were given and not withdrawn."""
    association = await context.association()
    return [role_out(association, role_id) for role_id in association.roles]


@router.post("", status_code=201)
async def grant_role(context: CanGrantRoles, body: RoleIn) -> Created[RoleOut]:
    """Give a member a role; nobody gives one to themselves."""
    if body.coop_id is not None and await run_in_threadpool(context.opened.coop_of, body.coop_id) != body.coop_id:
        raise NotFound(coop=body.coop_id)
    role_id = context.new_id("role")
    done = await context.do(
        GrantRole(
            stream_id=context.opened.ledger.association_id,
            role_id=role_id,
            member_id=body.member_id,
            role=body.role,
            coop_id=body.coop_id,
            class_label=body.class_label,
            valid_to=body.valid_to,
            stamp=context.stamp,
        ),
        role_id=role_id,
    )

    async def shown() -> RoleOut:
        return role_out(await context.load(Association, context.opened.ledger.association_id), role_id)

    return await context.created(done, f"roles/{role_id}", shown)


@router.post("/{role_id}/revocation")
async def revoke_role(context: CanGrantRoles, role_id: UUID, body: RevocationIn) -> Done:
    """Withdraw a role; the last one of the staff stays."""
    association_id = context.opened.ledger.association_id
    return await context.do(
        RevokeRole(stream_id=association_id, role_id=role_id, reason=body.reason, stamp=context.stamp)
    )
