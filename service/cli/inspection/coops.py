"""Commands that list what an association has: its coops, and the campaigns of one."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from service.cli.access.roles import Slug
from service.cli.inspection.output import AsJson, say_json
from service.cli.inspection.readers import read_models_of


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this module."""
    coops = typer.Typer(help="Coopératives scolaires.", no_args_is_help=True)
    coops.command("list", help="Lister les coopératives d’une association.")(list_)
    coops.command("campaigns", help="Lister les collectes d’une coopérative.")(campaigns)
    app.add_typer(coops, name="coop")


def list_(slug: Slug, as_json: AsJson = False) -> None:
    """List the coops of an association: id, affiliation, school, town, and whether payments may go there."""
    from projections import directory

    with read_models_of(slug) as connection:
        rows = directory.coops(connection, None)
    if as_json:
        say_json(rows)
        return
    for row in rows:
        certified = "certifiée" if row.certified else "non certifiée"
        typer.echo(f"{row.coop_id}  {row.affiliation_number}  {row.name}, {row.town}  {certified}")
    if not rows:
        typer.echo("Aucune coopérative.")


def campaigns(slug: Slug, coop: Annotated[UUID, typer.Argument(help="Coopérative")], as_json: AsJson = False) -> None:
    """List the campaigns of a coop: id, school year, status, title."""
    from projections import directory

    with read_models_of(slug) as connection:
        rows = directory.campaigns_of(connection, coop)
    if as_json:
        say_json(rows)
        return
    for row in rows:
        typer.echo(f"{row.campaign_id}  {row.school_year}-{row.school_year + 1}  {row.status}  {row.title}")
    if not rows:
        typer.echo("Aucune collecte.")
