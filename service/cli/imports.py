"""The command that takes over the payments of another platform (S-164…S-167)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

if TYPE_CHECKING:
    from service.imports import ImportDecision


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("import", help="Importer un fichier de paiements, et dire ligne par ligne ce qui a été fait.")(import_)


def import_(
    slug: Annotated[str, typer.Argument(help="Association")],
    campaign_id: Annotated[UUID, typer.Argument(help="Collecte")],
    path: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="Export d’une plateforme, ou de ce service")
    ],
    skip_errors: Annotated[
        bool, typer.Option(help="Importer les lignes valables d’un fichier qui a des erreurs")
    ] = False,
    dry_run: Annotated[bool, typer.Option(help="Dire ce qui serait fait, sans rien enregistrer")] = False,
    decide: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LIGNE=DÉCISION",
            help="Ce qui est fait d’un écart avec ce qui est déjà là\u00a0: 12=correct (retirer, et reprendre comme le "
            "fichier le dit), 12=refund (la plateforme a remboursé) ou 12=new (c’est un autre paiement)",
        ),
    ] = None,
) -> None:
    """Import a payments file, and say line by line what was done."""
    from rich.progress import Progress

    from service.bootstrap.runtime import open_runtime
    from service.imports import Ending, import_payments
    from service.settings import Settings

    decisions = _decisions(decide or [])
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
            decisions=decisions,
            progress=lambda done, total: progress.update(task, completed=done, total=total),
        )
    typer.echo(report.text())
    if report.ending is Ending.STOPPED:
        raise typer.Exit(1)


def _decisions(given: list[str]) -> dict[int, ImportDecision]:
    """Read decisions, each as a line of the file and what is done about it."""
    from service.imports import ImportDecision

    decisions: dict[int, ImportDecision] = {}
    for one in given:
        line, _, word = one.partition("=")
        if not line.isdecimal() or word not in tuple(ImportDecision) or int(line) in decisions:
            raise typer.BadParameter(f"{one}\u00a0: indiquez une ligne et une décision, par exemple 12=correct")
        decisions[int(line)] = ImportDecision(word)
    return decisions
