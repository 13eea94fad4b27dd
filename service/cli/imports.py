"""The command that takes over the payments of another platform (S-164…S-167)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("import", help="Importer un fichier de paiements, et dire ligne par ligne ce qui a été fait.")(import_)


def import_(
    slug: Annotated[str, typer.Argument(help="Association")],
    campaign_id: Annotated[UUID, typer.Argument(help="Collecte")],
    path: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Export AssoConnect ou HelloAsso")],
    skip_errors: Annotated[
        bool, typer.Option(help="Importer les lignes valables d’un fichier qui a des erreurs")
    ] = False,
    dry_run: Annotated[bool, typer.Option(help="Dire ce qui serait fait, sans rien enregistrer")] = False,
) -> None:
    """Import a payments file, and say line by line what was done."""
    from rich.progress import Progress

    from service.bootstrap.runtime import open_runtime
    from service.imports import Ending, import_payments
    from service.settings import Settings

    with open_runtime(Settings()) as runtime, Progress(transient=True) as progress:
        opened = runtime.ledger(slug)
        task = progress.add_task("Import", total=None)
        report = import_payments(
            opened.ledger,
            opened.vault,
            campaign_id,
            path,
            by="cli",
            at=datetime.now(UTC),
            phone_region=opened.phone_region,
            skip_errors=skip_errors,
            dry_run=dry_run,
            progress=lambda done, total: progress.update(task, completed=done, total=total),
        )
    typer.echo(report.text())
    if report.ending is Ending.STOPPED:
        raise typer.Exit(1)
