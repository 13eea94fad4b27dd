"""Commands for operators: what waits to be done at the provider, what was parked and why, and trying it again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from domain.errors import NotFound
from service.cli.inspection.output import AsJson, say_json

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
def status(as_json: AsJson = False) -> None:
    """Say how much waits, is done and is parked."""
    with _queues() as (outbox, inbox):
        counts = {"tasks": outbox.count(), "notifications": inbox.count()}
    if as_json:
        say_json(counts)
        return
    for kind, label in (("tasks", "Tâches"), ("notifications", "Notifications")):
        found = counts[kind]
        told = ", ".join(f"{found.get(state, 0)} {word}" for state, word in _WORDS)
        typer.echo(f"{label}\u00a0: {told}")


@app.command("parked", help="Lister ce qui est à examiner, et pourquoi.")
def parked(
    association: Annotated[str, typer.Argument(help="Association, par exemple ad06")], as_json: AsJson = False
) -> None:
    """List the tasks that wait for an operator, with their reasons."""
    with _queues() as (outbox, _):
        tasks = outbox.parked(association)
    if as_json:
        shown = ("task_id", "kind", "subject", "attempts", "error")
        say_json([{name: getattr(task, name) for name in shown} for task in tasks])
        return
    for task in tasks:
        typer.echo(f"{task.task_id}\t{task.kind}\t{task.subject}\t{task.attempts}\t{task.error}")
    if not tasks:
        typer.echo("Rien à examiner.")


@app.command("notifications", help="Lister ce que le prestataire a annoncé et qui est à examiner, et pourquoi.")
def notifications(as_json: AsJson = False) -> None:
    """List the announcements of the provider that wait for an operator, with their reasons; never their bodies."""
    with _queues() as (_, inbox):
        found = inbox.parked()
    if as_json:
        say_json([one._asdict() for one in found])
        return
    for one in found:
        typer.echo(f"{one.event}\t{one.kind}\t{one.object_id}\t{one.account or '-'}\t{one.attempts}\t{one.error}")
    if not found:
        typer.echo("Rien à examiner.")


@app.command("retry-notification", help="Regarder de nouveau une annonce à examiner.")
def retry_notification(event: Annotated[str, typer.Argument(help="Événement chez le prestataire")]) -> None:
    """Look into a parked announcement again."""
    with _queues() as (_, inbox):
        if not inbox.unpark(event, datetime.now(UTC)):
            raise NotFound(event=event)
    typer.echo(f"L’annonce {event} sera reprise.")


@app.command("retry", help="Réessayer ce qui est à examiner.")
def retry(task_id: Annotated[int, typer.Argument(help="Numéro de la tâche")]) -> None:
    """Try a parked task again."""
    with _queues() as (outbox, _):
        if not outbox.unpark(task_id, datetime.now(UTC)):
            raise NotFound(task=task_id)
    typer.echo(f"La tâche {task_id} sera reprise.")
