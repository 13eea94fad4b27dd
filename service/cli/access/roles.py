"""Give, list and withdraw roles of members: how an association gets its first staff, when nobody can sign in yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final
from uuid import UUID, uuid4

import typer

from domain.rights.roles import MemberRole, RoleRevocationReason
from service.cli.inspection.output import AsJson, say_json

if TYPE_CHECKING:
    from adapters.log.ledger import Ledger

Slug = Annotated[str, typer.Argument(help="Association, par exemple ad06")]
_BY: Final = "cli"


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this module."""
    roles = typer.Typer(help="Rôles des membres d’une association.", no_args_is_help=True)
    roles.command("grant", help="Donner un rôle à un membre.")(grant_role)
    roles.command("list", help="Lister les rôles en cours.")(list_roles)
    roles.command("revoke", help="Retirer un rôle.")(revoke_role)
    app.add_typer(roles, name="role")


def grant_role(
    slug: Slug,
    member: Annotated[UUID, typer.Argument(help="Identifiant du membre")],
    role: Annotated[MemberRole, typer.Argument(help="Rôle")],
    coop: Annotated[UUID | None, typer.Option(help="Coopérative d’un enseignant")] = None,
    class_label: Annotated[str | None, typer.Option("--class", help="Classe d’un enseignant")] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Dernier jour de validité")] = None,
) -> None:
    """Give a member a role."""
    from domain.aggregate import Stamp
    from domain.association.roles import GrantRole

    role_id = uuid4()
    with ledger_of(slug) as ledger:
        command = GrantRole(
            stream_id=ledger.association_id,
            stamp=Stamp(at=datetime.now(UTC), by=_BY),
            role_id=role_id,
            member_id=member,
            role=role,
            coop_id=coop,
            class_label=class_label,
            valid_to=None if until is None else until.date(),
        )
        ledger.bus.submit(command).result()
    typer.echo(role_id)


def list_roles(slug: Slug, as_json: AsJson = False) -> None:
    """List the roles that were given and not withdrawn: role, member, and what a teacher's is for."""
    from domain.association.state import Association

    with ledger_of(slug) as ledger:
        held = ledger.store.load(Association, ledger.association_id).roles
    if as_json:
        say_json([{"role_id": role_id, **one._asdict()} for role_id, one in held.items()])
        return
    for role_id, (member_id, role, coop_id, class_code, valid_to) in held.items():
        until = None if valid_to is None else f"jusqu’au {valid_to}"
        typer.echo("  ".join(str(part) for part in (role_id, role, member_id, coop_id, class_code, until) if part))


def revoke_role(
    slug: Slug,
    role_id: Annotated[UUID, typer.Argument(help="Identifiant du rôle")],
    reason: Annotated[RoleRevocationReason, typer.Option(help="Raison")],
) -> None:
    """Withdraw a role; whoever held it is out within five seconds."""
    from domain.aggregate import Stamp
    from domain.association.roles import RevokeRole

    with ledger_of(slug) as ledger:
        stamp = Stamp(at=datetime.now(UTC), by=_BY)
        command = RevokeRole(stream_id=ledger.association_id, stamp=stamp, role_id=role_id, reason=reason)
        ledger.bus.submit(command).result()
    typer.echo(f"{role_id} : rôle retiré")


@contextmanager
def ledger_of(slug: str) -> Iterator[Ledger]:
    """Open the ledger of an association, without its vault: no role names anybody."""
    import psycopg

    from adapters import registry
    from adapters.log.ledger import Ledger
    from domain.errors import NotFound
    from service.bootstrap.database import administrator
    from service.settings import Settings

    with administrator(Settings()) as url:
        with psycopg.connect(url) as connection:
            entry = next((found for found in registry.associations(connection) if found.slug == slug), None)
        if entry is None:
            raise NotFound(association=slug)
        with Ledger(entry, url) as ledger:
            yield ledger
