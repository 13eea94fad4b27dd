"""How commands that read answer programs: one JSON value on the standard output, and nothing beside it there."""

from __future__ import annotations

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Sortie JSON, pour les programmes")]


def say_json(value: object) -> None:
    """Write a value of plain data, ids, days and instants as JSON, on one line."""
    import msgspec

    typer.echo(msgspec.json.encode(value).decode())
