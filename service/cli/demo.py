"""The command ``demo``: the guide's story on a fresh database, verified, then served."""

from __future__ import annotations

from typing import Annotated

import typer

from service.settings import Settings


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("demo")(demo)


def demo(
    check: Annotated[bool, typer.Option(help="Vérifier puis terminer, sans servir")] = False,
    port: Annotated[int, typer.Option(help="Port du service")] = 8000,
) -> None:
    """Play the guide's coop and campaign, write its documents, verify everything, then serve it."""
    from service.demo.command import demonstrate  # noqa: PLC0415 - no other command loads the sandbox

    if not demonstrate(Settings(secure_cookies=False, port=port), check=check):
        raise typer.Exit(1)
