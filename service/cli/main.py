"""The commands of ``coopledger``; each module adds its own. Errors end with a French sentence and exit status 1."""

from __future__ import annotations

import sys

import typer

from domain.errors import LedgerError
from service.cli import administration, audit, demo, imports, jobs, reconcile, serve, vault
from service.logging import configure_logging, logger
from service.settings import Settings

app = typer.Typer(
    name="coopledger",
    help="Le registre des coopératives scolaires : chaque centime, chaque preuve.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for module in (administration, serve, jobs, imports, audit, reconcile, vault, demo):
    module.add_commands(app)


def main() -> None:
    """Run one command."""
    configure_logging(Settings().log_level)
    try:
        app()
    except LedgerError as error:
        logger(__name__).error("refused", code=error.code, reason=str(error))
        print(error.french, file=sys.stderr)
        sys.exit(1)
