"""Commands about backups: make one while the service runs, bring one back into an empty database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(
        "backup", help="Sauvegarder la base de données et la liste des effacements, pendant que le service tourne."
    )(backup)
    app.command("restore", help="Restaurer une sauvegarde dans une base vide : elle ne s’ouvre qu’une fois vérifiée.")(
        restore
    )


def backup(
    folder: Annotated[Path, typer.Argument(help="Dossier où la sauvegarde reçoit un sous-dossier à sa date")],
) -> None:
    """Back an installation up; print the folder that was made."""
    from service.backups.backup import back_up
    from service.backups.place import present_place
    from service.settings import Settings

    settings = Settings()
    with present_place(settings) as place:
        made = back_up(place, settings, folder, datetime.now(UTC))
    typer.echo(str(made))


def restore(
    folder: Annotated[Path, typer.Argument(help="Dossier d’une sauvegarde", exists=True, file_okay=False)],
) -> None:
    """Bring a backup back: into an empty database, verified, without who was erased since."""
    from service.backups.restoration import bring_back
    from service.settings import Settings

    bring_back(Settings(), folder, typer.echo)
    typer.echo("Restauration terminée : le service peut démarrer.")
