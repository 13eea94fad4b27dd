"""The commands of ``coopledger``; each module adds its own. Errors end with a French sentence and an exit status.

What a command needs is imported when it runs: help, and a command that needs little, cost little.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from domain.errors import LedgerError
from service import VERSION
from service.cli import administration, demo, imports, jobs, personal_data, reconcile, serve, vault
from service.cli.access import api, members, roles, tokens
from service.cli.binder import papers
from service.cli.books import closings
from service.cli.by_hand import bank, cash, decisions, families
from service.cli.external import funds
from service.cli.inspection import audit, coops, doctor, events, reports
from service.cli.operation import backups, settings
from service.cli.words import PROGRAM, completion
from service.cli.words.help_pages import FrenchGroup, leave_out_others, speak_french

app = typer.Typer(
    name=PROGRAM,
    cls=FrenchGroup,
    subcommand_metavar="COMMANDE …",
    help="Le registre des coopératives scolaires : chaque centime, chaque preuve.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
access = (members, roles, tokens)
money = (bank, cash, families, decisions, funds, closings, papers)
running = (administration, serve, jobs, vault, personal_data, demo, completion)
operation = (settings, backups)
looking = (audit, doctor, reconcile, coops, reports, events, api)
for module in (*running, *operation, *access, *money, imports, *looking):
    module.add_commands(app)
speak_french(app)


def main() -> None:
    """Run one command; an error that the environment explains ends with a sentence (`service.bootstrap.failures`)."""
    app.callback()(_configure)
    if not completion.answer_shells():
        leave_out_others(app, sys.argv[1:])
    try:
        app()
    except Exception as error:
        from service.bootstrap.failures import failure_of

        failure = failure_of(error)
        if failure is None:
            raise
        if isinstance(error, LedgerError):
            from service.logging import logger

            logger(__name__).error("refused", code=error.code, reason=str(error))
        print(failure.sentence, file=sys.stderr)
        sys.exit(failure.status)


def _version(asked: bool) -> None:
    """Print the version, and end."""
    if asked:
        typer.echo(f"{PROGRAM} {VERSION}")
        raise typer.Exit


def _configure(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Afficher la version.")
    ] = False,
) -> None:
    """Read secrets that are files, then send logs where the settings say, before a command runs."""
    from service.bootstrap.secret_files import read_secret_files
    from service.logging import configure_logging
    from service.settings import Settings

    read_secret_files(os.environ)
    configure_logging(Settings().log_level)
