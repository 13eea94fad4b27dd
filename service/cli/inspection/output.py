"""How commands that read answer programs: one JSON value on the standard output, and nothing beside it there."""

from __future__ import annotations

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Sortie JSON, pour les programmes")]


def say_json(value: object) -> None:
    """Write plain data, rows, ids, days and instants as JSON on one line; a row tells the names of its columns."""
    import msgspec

    typer.echo(msgspec.json.encode(_named(value)).decode())


def _named(value: object) -> object:
    """Give rows as what they are made of: a tuple with names would lose them."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return _named(value._asdict())
    if isinstance(value, dict):
        return {name: _named(one) for name, one in value.items()}
    return [_named(one) for one in value] if isinstance(value, list | tuple) else value
