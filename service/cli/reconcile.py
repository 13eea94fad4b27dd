"""Commands that compare the ledgers with the world outside: the payment provider's own books."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.inspection.output import AsJson

if TYPE_CHECKING:
    from domain.reconciliation.run import Reconciliation
    from reports.parts.report import Report

app = typer.Typer(help="Rapprocher les registres de ce qui est vraiment arrivé", no_args_is_help=True)


def add_commands(commands: typer.Typer) -> None:
    """Add the commands of this module."""
    commands.add_typer(app, name="reconcile")


@app.callback()
def _reconcile() -> None:
    """Keep the name of the only command so far."""


@app.command("provider", help="Comparer chaque compte chez le prestataire de paiement avec les registres, au centime.")
def provider(
    as_json: AsJson = False,
    csv: Annotated[Path | None, typer.Option(help="Écrire aussi le rapport CSV dans ce fichier")] = None,
    whole: Annotated[
        bool, typer.Option("--whole", help="Lire chaque compte en entier, même où rien n’a bougé")
    ] = False,
) -> None:
    """Reconcile all accounts and show what differs; status 1 when a break persists or a total does not hold."""
    from rich.console import Console
    from rich.progress import Progress

    from reports.render.csv_ import to_csv
    from reports.render.json_ import to_json
    from service.bootstrap.runtime import open_runtime
    from service.bootstrap.worker import open_worker
    from service.reconciliation.reconciler import Reconciler
    from service.reconciliation.report import report_of
    from service.settings import Settings

    with open_runtime(Settings()) as runtime:
        worker = open_worker(runtime)
        try:
            # The bar goes to the standard error: what the command says goes to the standard output alone.
            with Progress(console=Console(stderr=True), transient=True) as progress:
                task = progress.add_task("Rapprochement", total=None)
                outcome = Reconciler(worker).run(
                    worker.now(), lambda done, total: progress.update(task, completed=done, total=total), whole=whole
                )
            report = None if outcome is None else report_of(worker, outcome)
        finally:
            worker.close()
    if outcome is None or report is None:
        typer.echo("Un rapprochement est déjà en cours. Réessayez dans quelques minutes.", err=True)
        raise typer.Exit(1)
    if csv is not None:
        csv.write_bytes(to_csv(report))
    typer.echo(to_json(report).decode() if as_json else _told(report, outcome), nl=not as_json)
    if not outcome.sound:
        raise typer.Exit(1)


def _told(report: Report, outcome: Reconciliation) -> str:
    """The report for a terminal: its figures, and a line for each account or object to look into."""
    from reports.parts.report import shown

    accounts, breaks, _ = report.tables
    lines = [f"{figure.label}\u00a0: {shown(figure.value, figure.kind)}" for figure in report.figures]
    lines += [f"✗ {row[0]}\u00a0: {row[-1]}" for row in accounts.rows() if row[-1] != "conforme"]
    for row in breaks.rows():
        cells = [shown(value, column.kind) for value, column in zip(row, breaks.columns, strict=True)]
        mark = "✓" if row[-1] == "résolu" else "✗"
        lines.append(f"{mark} {cells[0]}  {cells[1]}  {cells[3]}  {cells[5]} ≠ {cells[6]}  {cells[10]} j  {cells[11]}")
    lines.append("Tout est conforme." if outcome.sound else "À EXAMINER.")
    return "\n".join(lines)
