"""Make, list and revoke tokens of the API: each belongs to a member or to a program, and says the most it may do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from domain.errors import InvalidInput
from service.auth.actions import Action
from service.cli.access.roles import Slug
from service.cli.inspection.output import AsJson, say_json

if TYPE_CHECKING:
    from psycopg import Connection


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this module."""
    tokens = typer.Typer(help="Codes d’accès à l’API.", no_args_is_help=True)
    tokens.command("create", help="Donner un code d’accès ; il n’est affiché qu’une fois.")(create_token)
    tokens.command("list", help="Lister les codes d’accès d’une association.")(list_tokens)
    tokens.command("revoke", help="Révoquer un code d’accès.")(revoke_token)
    app.add_typer(tokens, name="token")


def create_token(
    slug: Slug,
    may: Annotated[list[Action], typer.Option(help="Ce que le code permet au plus ; à répéter")],
    member: Annotated[UUID | None, typer.Option(help="Membre à qui il appartient")] = None,
    program: Annotated[str | None, typer.Option(help="Ou programme de la plateforme, par exemple facturation")] = None,
    coop: Annotated[UUID | None, typer.Option(help="Une seule coopérative")] = None,
    days: Annotated[int, typer.Option(min=1, max=400, help="Durée de validité")] = 180,
) -> None:
    """Give an access code; it is shown once, and never allows more than its member may do at the time of use."""
    from adapters import api_tokens

    if (member is None) == (program is None):
        raise InvalidInput(member=member, program=program)
    scope = api_tokens.TokenScope(slug, member, program, tuple(action.value for action in may), coop)
    with _connected() as connection:
        token_id, token = api_tokens.create_token(connection, scope, datetime.now(UTC) + timedelta(days=days))
    typer.echo(f"{token_id}\n{token}")


def list_tokens(slug: Slug, as_json: AsJson = False) -> None:
    """List the access codes of an association: whose they are, what they allow, when they were last used."""
    from adapters import api_tokens

    with _connected() as connection:
        tokens = list(api_tokens.tokens_of(connection, slug))
        if as_json:
            say_json([token._asdict() for token in tokens])
            return
        for token in tokens:
            used = "jamais utilisé" if token.last_used_at is None else f"utilisé le {token.last_used_at:%Y-%m-%d %H:%M}"
            ends = f"jusqu’au {token.expires_at:%Y-%m-%d}" if token.revoked_at is None else "révoqué"
            owner = str(token.member_id or token.program)
            scope = ",".join((*token.actions, *([str(token.coop_id)] if token.coop_id else [])))
            typer.echo("  ".join((str(token.token_id), owner, scope, ends, used)))


def revoke_token(slug: Slug, token_id: Annotated[UUID, typer.Argument(help="Identifiant du code")]) -> None:
    """Revoke one access code of an association."""
    from adapters import api_tokens

    with _connected() as connection:
        api_tokens.revoke_token(connection, slug, token_id)
    typer.echo(f"{token_id} : révoqué")


@contextmanager
def _connected() -> Iterator[Connection]:
    """Connect to the database as its administrator."""
    import psycopg

    from service.bootstrap.database import administrator
    from service.settings import Settings

    with administrator(Settings()) as url, psycopg.connect(url) as connection:
        yield connection
