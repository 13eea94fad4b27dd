"""Commands for operators: what waits to be done at the provider, what was parked and why, and trying it again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from domain.errors import NotFound

if TYPE_CHECKING:
    from adapters.jobs import Outbox, WebhookInbox

app = typer.Typer(help="Ce qui reste à faire chez le prestataire de paiement", no_args_is_help=True)
_WORDS = (("waiting", "en attente"), ("done", "faites"), ("parked", "à examiner"))


def add_commands(commands: typer.Typer) -> None:
    """Add the commands of this module."""
    commands.add_typer(app, name="work")


@contextmanager
def _queues() -> Iterator[tuple[Outbox, WebhookInbox]]:
    """Open the queues of the configured database."""
    from adapters.connections import Connections
    from adapters.jobs import Outbox, WebhookInbox
    from adapters.postgres import DatabaseRole, conninfo_for
    from service.bootstrap.database import administrator
    from service.settings import Settings

    with administrator(Settings()) as url:
        dsn = conninfo_for(url, DatabaseRole.WORKER)
        with Connections() as connections:
            pool = connections.pool(dsn)
            yield Outbox(pool), WebhookInbox(pool)


@app.command("status", help="Compter ce qui reste à faire, ce qui est fait et ce qui est à examiner.")
def status(as_json: Annotated[bool, typer.Option("--json", help="Sortie JSON")] = False) -> None:
    """Say how much waits, is done and is parked."""
    with _queues() as (outbox, inbox):
        counts = {"tasks": outbox.count(), "notifications": inbox.count()}
    if as_json:
        typer.echo(json.dumps(counts))
        return
    for kind, label in (("tasks", "Tâches"), ("notifications", "Notifications")):
        found = counts[kind]
        told = ", ".join(f"{found.get(state, 0)} {word}" for state, word in _WORDS)
        typer.echo(f"{label}\u00a0: {told}")


@app.command("parked", help="Lister ce qui est à examiner, et pourquoi.")
def parked(association: Annotated[str, typer.Argument(help="Association, par exemple ad06")]) -> None:
    """List the tasks that wait for an operator, with their reasons."""
    with _queues() as (outbox, _):
        tasks = outbox.parked(association)
    for task in tasks:
        typer.echo(f"{task.task_id}\t{task.kind}\t{task.subject}\t{task.attempts}\t{task.error}")
    if not tasks:
        typer.echo("Rien à examiner.")


@app.command("retry", help="Réessayer ce qui est à examiner.")
def retry(task_id: Annotated[int, typer.Argument(help="Numéro de la tâche")]) -> None:
    """Try a parked task again."""
    with _queues() as (outbox, _):
        if not outbox.unpark(task_id, datetime.now(UTC)):
            raise NotFound(task=task_id)
    typer.echo(f"La tâche {task_id} sera reprise.")
