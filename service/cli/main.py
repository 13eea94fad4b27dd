"""The commands of ``coopledger``; each module adds its own. Errors end with a French sentence and an exit status.

What a command needs is imported when it runs: help, and a command that needs little, cost little.
"""

from __future__ import annotations

import os
import sys

import typer

from domain.errors import LedgerError
from service.cli import administration, audit, demo, imports, jobs, personal_data, reconcile, serve, vault
from service.cli.access import members, roles, tokens
from service.cli.binder import papers
from service.cli.books import closings
from service.cli.by_hand import bank, cash, decisions, families
from service.cli.external import funds
from service.cli.operation import backups, settings

app = typer.Typer(
    name="coopledger",
    help="Le registre des coopératives scolaires : chaque centime, chaque preuve.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
access = (members, roles, tokens)
money = (bank, cash, families, decisions, funds, closings, papers)
operation = (settings, backups)
others = (serve, jobs, imports, audit, reconcile, vault, personal_data, *operation, demo)
for module in (administration, *access, *money, *others):
    module.add_commands(app)


def main() -> None:
    """Run one command; an error that the environment explains ends with a sentence (`service.bootstrap.failures`)."""
    app.callback()(_configure)
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


def _configure() -> None:
    """Read secrets that are files, then send logs where the settings say, before a command runs."""
    from service.bootstrap.secret_files import read_secret_files
    from service.logging import configure_logging
    from service.settings import Settings

    read_secret_files(os.environ)
    configure_logging(Settings().log_level)
