"""Commands about the settings: every variable, as an example file or as the manual's tables."""

from __future__ import annotations

import typer


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this module."""
    settings = typer.Typer(help="Variables d’environnement.", no_args_is_help=True)
    settings.command("env", help="Afficher le modèle .env : chaque variable, sa valeur par défaut, une phrase.")(env)
    settings.command("table", help="Afficher les mêmes variables en tableaux, comme le manuel.")(table)
    app.add_typer(settings, name="settings")


def env() -> None:
    """Print ``.env.example``."""
    from service.variables import env_example

    typer.echo(env_example(), nl=False)


def table() -> None:
    """Print the tables of ``docs/operate/settings.md``."""
    from service.variables import settings_table

    typer.echo(settings_table(), nl=False)
