"""Commands of auditors: verify, rebuild, replay as of a day (invariants 1–8)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from domain.errors import NotFound
from service.cli.access.roles import Slug, ledger_of
from service.cli.inspection.output import AsJson, say_json

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from adapters.log.ledger import Ledger
    from projections.journal import AccountTotal
    from service.audit.verification import Verification


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("verify", help="Recalculer le registre, ses documents et ses vues ; 1 si quelque chose diffère.")(
        verify
    )
    app.command("rebuild", help="Reconstruire toutes les vues, et les remplacer si elles sont identiques.")(rebuild_)
    app.command("replay", help="Montrer les comptes d’une coopérative tels qu’ils étaient connus.")(replay)


def verify(
    slug: Slug,
    as_json: AsJson = False,
    head: Annotated[
        list[str] | None,
        typer.Option(metavar="EMPREINTE@POSITION", help="Empreinte du registre imprimée sur un document ; répétable"),
    ] = None,
) -> None:
    """Recompute the log, what it was printed as, every document and every row of the read models; 1 if one differs.

    Signs in as the auditor, who reads and writes nothing; no key of the vault is asked for.
    """
    from rich.console import Console
    from rich.progress import Progress

    from service.audit.log.beside import forked_worker
    from service.audit.place import find_place, printed_head
    from service.audit.verification import verify_ledger
    from service.bootstrap.database import administrator
    from service.settings import Settings

    printed = [printed_head(text) for text in head or ()]
    console = Console(stderr=True)
    # What shows progress is a thread: who works beside is forked before.
    with (
        forked_worker() as beside,
        administrator(Settings()) as url,
        Progress(console=console, transient=True) as progress,
    ):
        task = progress.add_task("Vérification", total=None)
        verdict = verify_ledger(
            find_place(url, slug),
            printed=printed,
            progress=lambda done: progress.update(task, description=done.label),
            beside=beside,
        )
    if as_json:
        say_json(verdict.as_json())
    else:
        _say(verdict)
    if not verdict.sound:
        raise typer.Exit(1)


def _say(verdict: Verification) -> None:
    """Write a verdict for people: each check, what does not hold in the order of the log, the verdict last."""
    for check in verdict.checks:
        typer.echo(check.french)
    for finding in verdict.findings:
        typer.echo(f"✗ {finding.sentence}")
    typer.echo(f"{verdict.events} événements, empreinte du registre {verdict.chain_head}@{verdict.position}")
    typer.echo(verdict.verdict)


def rebuild_(slug: Slug) -> None:
    """Rebuild all read models, prove them equal to the live ones row by row, then swap; refuses on a difference."""
    from rich.console import Console
    from rich.progress import Progress

    from projections.engine.rebuild import rebuild
    from projections.engine.runner import head
    from service.runtime.projector_sessions import projector_sessions, schemas_of

    bar = Progress(console=Console(stderr=True), transient=True)
    with ledger_of(slug) as ledger, bar as progress, projector_sessions(ledger) as (log, read):
        task = progress.add_task("Reconstruction", total=head(log, ledger.log_schema))
        report = rebuild(log, read, schemas_of(ledger), on_progress=lambda at: _show(progress, task, at))
    for table in report.compared:
        mark = "✗" if table.differences else "✓"
        typer.echo(f"{mark} {table.table} : {table.rows} lignes, {table.differences} différence(s)")
        for difference in table.sample:
            typer.echo(f"    événement {difference.position} : {difference.what} {difference.key}")
    for model in report.not_comparable:
        typer.echo(f"– {model} : autre version, pas de comparaison possible")
    typer.echo(f"Position {report.position}, {report.seconds:.1f} s, écriture suspendue {report.paused_seconds:.1f} s.")
    if not report.swapped:
        typer.echo(
            f"REFUSÉ : première différence à l’événement {report.first_position}. Les vues en place sont gardées."
        )
        raise typer.Exit(1)
    typer.echo("Vues reconstruites, identiques, mises en place.")


def replay(
    slug: Slug,
    coop: Annotated[UUID, typer.Option(help="Coopérative")],
    known_at: Annotated[datetime | None, typer.Option(help="Ce qui était connu à cet instant (UTC)")] = None,
    position: Annotated[int | None, typer.Option(min=0, help="Jusqu’à cette position du registre")] = None,
    true_at: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Jusqu’à ce jour de paiement")] = None,
    as_json: AsJson = False,
) -> None:
    """Show a coop's accounts as they were known at an instant or a position, up to a day of payment.

    Reads the log and the read models, and no vault: accounts name nobody.
    """
    from rich.console import Console
    from rich.progress import Progress

    from domain.chart_of_accounts import Book
    from projections import directory, journal
    from projections.base.read_model import set_schema
    from projections.engine.replay import replay_as_of
    from projections.engine.runner import head
    from service.runtime.projector_sessions import projector_sessions

    if known_at is not None and known_at.tzinfo is None:
        known_at = known_at.replace(tzinfo=UTC)
    day: date | None = None if true_at is None else true_at.date()
    with ledger_of(slug) as ledger, Progress(console=Console(stderr=True), transient=True) as progress:
        progress.add_task("Rejeu", total=None)
        _check_coop(ledger, coop)
        with projector_sessions(ledger) as (log, read):
            if known_at is None and position is None:
                position = head(log, ledger.log_schema)
            with replay_as_of(log, read, ledger.log_schema, position=position, known_at=known_at) as schema:
                set_schema(read, schema)
                registered = bool(directory.coops(read, (coop,)))
                totals = [total for book in Book for total in journal.book_totals(read, coop, book, true_at=day)]
    _say_totals(totals, as_json=as_json, registered=registered)


def _check_coop(ledger: Ledger, coop: UUID) -> None:
    """Refuse a coop that the log does not have, whatever the instant that is asked for."""
    from domain.coop.state import Coop

    if not ledger.store.load(Coop, coop).version:
        raise NotFound(coop=coop)


def _say_totals(totals: list[AccountTotal], *, as_json: bool, registered: bool) -> None:
    """Write the accounts, or why there are none."""
    from domain.chart_of_accounts import CHART, Account
    from domain.money import euros

    if as_json:
        rows = []
        for total in totals:
            line = CHART[Account(total.account)]
            rows.append(
                {
                    "book": line.book.value,
                    "account": line.number,
                    "label": line.label,
                    "debit_cents": total.debit,
                    "credit_cents": total.credit,
                }
            )
        say_json(rows)
        return
    for total in totals:
        line = CHART[Account(total.account)]
        typer.echo(
            f"{line.book.value} {line.number:<5} {line.label:<45} {euros(total.debit):>16} {euros(total.credit):>16}"
        )
    if not totals:
        typer.echo(
            "Aucun mouvement d’argent de cette coopérative n’était connu."
            if registered
            else "Cette coopérative n’était pas encore inscrite."
        )


def _show(progress: Progress, task: TaskID, position: int) -> None:
    progress.update(task, completed=position)
