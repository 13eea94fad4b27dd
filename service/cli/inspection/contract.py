"""The command that prints the contract of the API, as the service publishes it."""

from __future__ import annotations

import typer


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("openapi", help="Écrire le contrat de l’API (OpenAPI), pour les programmes.")(openapi)


def openapi() -> None:
    """Print the OpenAPI document; neither a database nor a key is asked for."""
    import json

    from service.web.app import described_app

    typer.echo(json.dumps(described_app().openapi(), ensure_ascii=False, indent=2))
