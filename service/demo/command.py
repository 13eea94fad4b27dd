"""What the command ``demo`` does: plays the scenario, verifies it, and has it served unless that is all."""

from __future__ import annotations

import json
from collections.abc import Callable

import typer

from service.demo.run import DemoDocument, Demonstration
from service.settings import Settings

Serve = Callable[[Demonstration, Settings, list[DemoDocument]], None]
"""Serves a demonstration until interrupted: ``service.demo.site.serve``, half of what there would be to import."""


def demonstrate(settings: Settings, serve: Serve | None) -> bool:
    """Play the scenario on a fresh database, verify it, and have it served where somebody can.

    Returns:
        Whether the ledger holds what it must.

    """
    demonstration = Demonstration(settings)
    try:
        typer.echo("Contributions volontaires des familles en début d’année :")
        typer.echo(demonstration.summary())
        documents = demonstration.documents()
        for document in documents:
            typer.echo(f"  {document.files['pdf']}")
        verdict = demonstration.verify(lambda done: typer.echo(f"  {done.french}"))
        typer.echo(json.dumps(demonstration.figures(verdict), ensure_ascii=False))
        if serve is not None:
            serve(demonstration, settings, documents)
            return True
    finally:
        demonstration.close()
    return verdict.sound
