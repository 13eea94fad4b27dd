"""Commands about members: inviting the first person of an association, listing them, a link when letters do not go."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID, uuid4

import typer

from service.cli.inspection.output import AsJson, say_json

if TYPE_CHECKING:
    from adapters.member_accounts import MemberProfile

app = typer.Typer(help="Les personnes qui travaillent avec le service.", no_args_is_help=True)
_ACTOR = "cli"


def add_commands(commands: typer.Typer) -> None:
    """Add the commands of this module."""
    commands.add_typer(app, name="member")


@app.command("invite", help="Inviter une personne et afficher le lien à lui remettre.")
def invite(
    slug: Annotated[str, typer.Argument(help="Association, par exemple ad06")],
    first_name: Annotated[str, typer.Option(prompt="Prénom", help="Demandé si absent")],
    last_name: Annotated[str, typer.Option(prompt="Nom", help="Demandé si absent")],
    email: Annotated[str, typer.Option(prompt="Adresse e-mail", help="Demandée si absente")],
) -> None:
    """Invite a person and show the link to hand over; give a role with « role grant »."""
    from adapters.member_accounts import MemberLinkPurpose, MemberProfile
    from domain.aggregate import Stamp
    from service.bootstrap.runtime import open_runtime
    from service.emails.member_emails import link_address
    from service.fields import read_email, read_name
    from service.members.invitations import invite as invite_member
    from service.settings import Settings

    settings, now = Settings(), datetime.now(UTC)
    profile = MemberProfile(read_name(first_name), read_name(last_name), read_email(email))
    with open_runtime(settings) as runtime:
        opened = runtime.ledger(slug)
        member_id = invite_member(opened, uuid4(), profile, Stamp(at=now, by=_ACTOR))
        token = opened.members.links.make(member_id, MemberLinkPurpose.INVITATION, now)
    typer.echo(f"Membre : {member_id}")
    path = link_address(slug, MemberLinkPurpose.INVITATION, token)
    typer.echo(f"Lien d’invitation (7 jours, une fois) : {settings.address}{path}")


@app.command("list", help="Lister les membres d’une association.")
def list_(
    slug: Annotated[str, typer.Argument(help="Association, par exemple ad06")],
    as_json: AsJson = False,
) -> None:
    """List the members of an association."""
    from service.bootstrap.runtime import open_runtime
    from service.settings import Settings

    with open_runtime(Settings()) as runtime:
        members = list(runtime.ledger(slug).members.members.all())
    if as_json:
        say_json([{"member_id": member.member_id, **_named(member.profile)} for member in members])
        return
    for member in members:
        profile = member.profile
        typer.echo(f"{member.member_id}  {profile.first_name} {profile.last_name} <{profile.email}>")


def _named(profile: MemberProfile) -> dict[str, str]:
    return {"first_name": profile.first_name, "last_name": profile.last_name, "email": profile.email}


@app.command("link", help="Afficher un lien de connexion, pour un membre que les e-mails n’atteignent pas.")
def link(
    slug: Annotated[str, typer.Argument(help="Association, par exemple ad06")],
    member_id: Annotated[UUID, typer.Argument(help="Membre")],
) -> None:
    """Show a link to sign in, for a member whom no letter reaches."""
    from adapters.member_accounts import MemberLinkPurpose
    from domain.errors import NotFound
    from service.bootstrap.runtime import open_runtime
    from service.emails.member_emails import link_address
    from service.settings import Settings

    settings, now = Settings(), datetime.now(UTC)
    with open_runtime(settings) as runtime:
        stores = runtime.ledger(slug).members
        if stores.members.by_id(member_id) is None:
            raise NotFound(member=member_id)
        token = stores.links.make(member_id, MemberLinkPurpose.SIGN_IN, now)
    typer.echo(f"{settings.address}{link_address(slug, MemberLinkPurpose.SIGN_IN, token)}")


@app.command(
    "require-passkeys",
    help="Exiger une clé d’accès pour les virements, les comptes, les droits et les fichiers, ou non.",
)
def require_passkeys(
    slug: Annotated[str, typer.Argument(help="Association, par exemple ad06")],
    on: Annotated[bool, typer.Option("--on/--off", help="Exiger une clé d’accès, ou non")] = True,
) -> None:
    """Have an association demand passkeys for payouts, bank accounts, rights and files, or not."""
    import msgspec

    from domain.aggregate import Stamp
    from domain.association.commands import ChangePolicy
    from service.bootstrap.runtime import open_runtime
    from service.settings import Settings

    with open_runtime(Settings()) as runtime:
        opened = runtime.ledger(slug)
        policy = msgspec.structs.replace(opened.association().policy, require_passkey=on)
        stamp = Stamp(at=datetime.now(UTC), by=_ACTOR)
        command = ChangePolicy(stream_id=opened.ledger.association_id, stamp=stamp, policy=policy)
        opened.ledger.bus.submit(command).result()
    typer.echo("Clés d’accès exigées." if on else "Clés d’accès facultatives.")
