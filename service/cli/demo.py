"""The command ``demo``: the guide's scenario on a fresh database, verified, then served."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from service.demo.command import Serve

_PARTS: Final = ("service.demo", "adapters.stripe_sandbox")
"""What only the demonstration needs: the image of production leaves it out."""
_MISSING: Final = (
    "La démonstration ne fait pas partie de cette installation. Elle se lance depuis les sources : ./dev demo"
)


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("demo", help="Jouer la collecte du guide, écrire ses documents, tout vérifier, puis servir.")(demo)


def demo(
    check: Annotated[bool, typer.Option(help="Vérifier puis terminer, sans servir")] = False,
    port: Annotated[int, typer.Option(help="Port du service")] = 8000,
) -> None:
    """Play the guide's coop and campaign, write its documents, verify everything, then serve it."""
    if None in map(find_spec, _PARTS):
        typer.echo(_MISSING, err=True)
        raise typer.Exit(1)
    from service.demo.command import demonstrate
    from service.settings import Settings

    # On this machine, and nothing leaves it, whatever the environment says.
    settings = Settings(secure_cookies=False, port=port, public_url=None, smtp_host="")
    if not demonstrate(settings, None if check else _server()):
        raise typer.Exit(1)


def _server() -> Serve:
    """Import what serves it: the bank and the pages, of which a check needs nothing."""
    from service.demo.site import serve

    return serve
