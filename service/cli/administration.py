"""Commands of administrators: bring the database to the present shape, open associations and list them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from service.cli.access import rules
from service.cli.inspection.output import AsJson, say_json

if TYPE_CHECKING:
    from psycopg import Connection

    from adapters.log.ledger import Ledger
    from domain.aggregate import Stamp
    from domain.association.commands import PublishCharter


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("migrate", help="Mettre la base de données et tous les registres à leur forme actuelle.")(migrate)
    groups = typer.Typer(help="Associations départementales.", no_args_is_help=True)
    groups.command("open", help="Ouvrir le registre d’une association.")(open_)
    groups.command("list", help="Lister les associations.")(list_)
    groups.command("charter", help="Publier la version suivante de la charte des collectes, dont le texte est gardé.")(
        charter
    )
    rules.add_commands(groups)
    app.add_typer(groups, name="association")


def migrate() -> None:
    """Bring the database and every ledger to the present shape."""
    import psycopg

    from adapters import registry
    from adapters.migrate import migrate_database
    from service.associations import prepare_ledger
    from service.bootstrap.database import founder
    from service.settings import Settings

    with founder(Settings()) as url:
        migrate_database(url)
        with psycopg.connect(url) as connection:
            entries = list(registry.associations(connection))
        for entry in entries:
            prepare_ledger(url, entry)
            typer.echo(f"{entry.slug} : à jour")
    typer.echo("Base de données à jour.")


def open_(
    slug: Annotated[str, typer.Argument(help="Adresse courte, par exemple ad06")],
    name: Annotated[str, typer.Option(help="Nom, par exemple « OCCE 06 »")],
    siren: Annotated[str, typer.Option(help="SIREN, neuf chiffres")],
    demo: Annotated[bool, typer.Option(help="Données de démonstration")] = False,
) -> None:
    """Open the ledger of an association."""
    from service.associations import open_association
    from service.bootstrap.database import founder
    from service.settings import Settings

    with founder(Settings()) as url:
        entry = open_association(
            url, association_id=uuid4(), slug=slug, name=name, siren=siren, demo=demo, at=datetime.now(UTC), by="cli"
        )
    typer.echo(f"{entry.slug} : registre ouvert ({entry.association_id})")


def list_(as_json: AsJson = False) -> None:
    """List the associations."""
    from adapters import registry

    with _connected() as connection:
        entries = list(registry.associations(connection))
    if as_json:
        # Never where it is: an address may hold a password.
        shown = ("slug", "association_id", "demo")
        say_json([{name: getattr(entry, name) for name in shown} for entry in entries])
        return
    for entry in entries:
        typer.echo(f"{entry.slug}  {entry.association_id}  {'démonstration' if entry.demo else ''}".rstrip())


def charter(
    slug: Annotated[str, typer.Argument(help="Association, par exemple ad06")],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Le texte, en UTF-8")],
    by: Annotated[str, typer.Option("--by", help="Identifiant opaque de qui le demande, jamais un nom")],
) -> None:
    """Publish the next version of the charter of collections, and keep its text (S-48)."""
    from adapters.connections import Pool
    from adapters.files import CharterStore
    from service.charters import charter_publication
    from service.cli.by_hand.entry import enter

    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise typer.BadParameter("ce fichier n’est pas un texte en UTF-8.") from error

    def make(ledger: Ledger, stamp: Stamp) -> PublishCharter:
        with Pool(ledger.app_dsn, size=1) as pool:
            return charter_publication(CharterStore(pool, ledger.association_id), ledger.association_id, stamp, text)

    enter(slug, by, make)


@contextmanager
def _connected() -> Iterator[Connection]:
    """Connect to the database as its administrator."""
    import psycopg

    from service.bootstrap.database import administrator
    from service.settings import Settings

    with administrator(Settings()) as url, psycopg.connect(url) as connection:
        yield connection
