"""Commands for those who write programs against the API: its document, and every error that it may answer with."""

from __future__ import annotations

import json

import typer


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this module."""
    api = typer.Typer(help="L’API : son document OpenAPI, ses erreurs.", no_args_is_help=True)
    api.command("document", help="Afficher le document OpenAPI, pour générer un client.")(document)
    api.command("errors", help="Afficher toutes les erreurs : statut, code, phrase, que faire.")(errors)
    app.add_typer(api, name="api")


def document() -> None:
    """Print the OpenAPI document, as the service publishes it."""
    from service.api.contract.document import openapi_document

    typer.echo(json.dumps(openapi_document(), ensure_ascii=False, indent=1))


def errors() -> None:
    """Print every error there is, as the documentation lists it."""
    from service.http.faults.catalogue import error_page

    typer.echo(error_page(), nl=False)
