"""Commands about the people vaults: a rotation of their keys, the end of a family's links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

if TYPE_CHECKING:
    from service.runtime.open_ledger import OpenLedger

app = typer.Typer(help="Les coffres des données personnelles.", no_args_is_help=True)


def add_commands(commands: typer.Typer) -> None:
    """Add the commands of this module."""
    commands.add_typer(app, name="vault")


@app.command("rewrap", help="Mettre sous la nouvelle clé tout ce qui est encore sous l’ancienne.")
def rewrap(
    slug: Annotated[str | None, typer.Argument(help="Une seule association, par exemple ad06 ; sinon toutes")] = None,
    reseal: Annotated[
        bool, typer.Option("--reseal", help="Faire aussi une nouvelle clé pour chaque personne, photo et compte")
    ] = False,
) -> None:
    """Wrap what the vault keeps under the first key of the environment: people, contacts, notes, accounts, members.

    It may run again, and while families pay. Baskets are left alone: they live for a day. With ``--reseal`` the keys
    that were wrapped are replaced as well, for when somebody may have read them.
    """
    from service.bootstrap.runtime import open_runtime
    from service.settings import Settings

    with open_runtime(Settings()) as runtime:
        slugs = [entry.slug for entry in runtime.associations()] if slug is None else [slug]
        for each in slugs:
            opened = runtime.ledger(each)
            typer.echo(f"{each} : {_rewrap(opened)} clé(s) mise(s) à jour")
            if reseal:
                typer.echo(f"{each} : {_reseal(opened)} contenu(s) chiffré(s) de nouveau")


@app.command("revoke-links", help="Couper tous les liens d’une contribution, par exemple s’ils ont été diffusés.")
def revoke_links(
    slug: Annotated[str, typer.Argument(help="L’association, par exemple ad06")],
    contribution_id: Annotated[UUID, typer.Argument(help="La contribution")],
) -> None:
    """End whatever pages, e-mails and browsers hold of a contribution, its basket's address included.

    The account of a payer who has one leads there again; nothing else does.
    """
    from service.bootstrap.runtime import open_runtime
    from service.settings import Settings

    with open_runtime(Settings()) as runtime:
        opened = runtime.ledger(slug)
        revoked = opened.tokens.revoke(contribution_id) + opened.baskets.erase_placed(contribution_id)
        typer.echo(f"{slug} : {revoked} lien(s) coupé(s)")


def _rewrap(opened: OpenLedger) -> int:
    """Wrap what one association keeps; return how many keys changed."""
    people = opened.vault.rewrap() + opened.photos.rewrap() + opened.notes.rewrap() + opened.archive.rewrap()
    members = opened.members.members.rewrap() + opened.members.former_addresses.rewrap()
    people += opened.contacts.rewrap()
    return people + opened.families.accounts.rewrap() + members + opened.exports.rewrap() + opened.messages.rewrap()


def _reseal(opened: OpenLedger) -> int:
    """Seal again what one association keeps; return how many contents."""
    people = opened.vault.reseal() + opened.photos.reseal() + opened.notes.reseal() + opened.archive.reseal()
    members = opened.members.members.reseal() + opened.members.former_addresses.reseal()
    people += opened.contacts.reseal()
    return people + opened.families.accounts.reseal() + members + opened.exports.drop_all() + opened.messages.reseal()
