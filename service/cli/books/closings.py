"""Commands of closings: look at what one would say, close a period, close what is due, choose the day and the rule."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from domain.errors import InvalidInput
from service.cli.inspection.output import AsJson, say_json

if TYPE_CHECKING:
    from service.closings.closing import Asked
    from service.runtime.runtime import Runtime
    from service.worker.worker import Worker

app = typer.Typer(help="Clôtures des mois et des exercices", no_args_is_help=True)
_ACTOR = "cli"
Slug = Annotated[str, typer.Argument(help="Association, par exemple ad06")]
CoopOption = Annotated[UUID, typer.Option(help="Coopérative")]
MonthOption = Annotated[datetime | None, typer.Option(formats=["%Y-%m"], help="Mois, par exemple 2024-07")]
YearOption = Annotated[int | None, typer.Option(min=2000, max=2100, help="Exercice, par exemple 2024 pour 2024-2025")]


def add_commands(commands: typer.Typer) -> None:
    """Add the commands of this module."""
    commands.add_typer(app, name="closings")


@contextmanager
def _opened() -> Iterator[tuple[Runtime, Worker, datetime]]:
    """Open the installation with its provider, if it has one, and tell the time there."""
    from service.bootstrap.runtime import open_runtime
    from service.bootstrap.worker import open_worker
    from service.settings import Settings

    with open_runtime(Settings()) as runtime:
        worker = open_worker(runtime)
        try:
            yield runtime, worker, worker.now()
        finally:
            worker.close()


def _asked(coop: UUID, month: datetime | None, year: int | None) -> Asked:
    """The one period that was named."""
    from domain.closings.periods import PeriodKind
    from service.closings.closing import Asked

    if month is not None and year is None:
        return Asked(coop, PeriodKind.MONTH, month.date().replace(day=1))
    if year is None or month is not None:
        raise InvalidInput(month=month, year=year)
    return Asked(coop, PeriodKind.YEAR, date(year, 9, 1))


@app.command("preview", help="Montrer ce que dirait une clôture ; rien n’est gardé.")
def preview(
    slug: Slug,
    coop: CoopOption,
    month: MonthOption = None,
    year: YearOption = None,
    as_json: AsJson = False,
) -> None:
    """Show what a closing would say now; nothing is stored. Status 1 when the period cannot be closed yet."""
    from domain.aggregate import Stamp
    from domain.money import euros
    from service.closings import closing

    with _opened() as (runtime, worker, now):
        asked = _asked(coop, month, year)
        found = closing.preview(runtime.ledger(slug), worker, asked, Stamp(at=now, by=_ACTOR))
    refusal, boxes = found.refusal, found.figures.boxes
    if as_json:
        told = {**found.period._asdict(), "figures": found.figures, "provider": found.provider}
        say_json({**told, "refusal": None if refusal is None else refusal.french})
    else:
        typer.echo(found.period.french.capitalize())
        for label, cents in (
            ("Solde d’ouverture", boxes.opening),
            ("Encaissements", boxes.receipts),
            ("Décaissements", boxes.disbursements),
            ("Virements", boxes.transfers),
            ("Solde de clôture", boxes.closing),
        ):
            typer.echo(f"  {label:<18} {euros(cents):>16}")
        typer.echo("Peut être clôturé." if refusal is None else refusal.french)
    if refusal is not None:
        raise typer.Exit(1)


@app.command("close", help="Clôturer un mois, ou l’exercice dont les mois sont clos : c’est définitif.")
def close(slug: Slug, coop: CoopOption, month: MonthOption = None, year: YearOption = None) -> None:
    """Close a month, or the year of closed months, with the ledger's own figures: they stand for ever."""
    from domain.aggregate import Stamp
    from service.closings.closing import closing_of

    with _opened() as (runtime, worker, now):
        opened = runtime.ledger(slug)
        command = closing_of(opened, worker, _asked(coop, month, year), Stamp(at=now, by=_ACTOR))
        (outcome,) = opened.ledger.bus.submit(command).result()
    typer.echo(f"Clôturé\u00a0: événement {outcome.first_position}.")


@app.command("due", help="Clôturer ce qui est à clôturer dans toutes les associations.")
def due() -> None:
    """Close what is due in every association, as the worker does by itself."""
    from service.closings.due import close_due

    with _opened() as (runtime, worker, now):
        closed = close_due(runtime, worker, now)
    typer.echo(f"Mois clôturés\u00a0: {closed['month']}, exercices\u00a0: {closed['year']}.")


@app.command("day", help="Choisir le jour du mois des clôtures d’une association.")
def day(slug: Slug, on: Annotated[int, typer.Argument(help="Jour du mois, de 4 à 28")]) -> None:
    """Choose the day of the month on which an association's periods are closed."""
    _change_policy(slug, closing_day=on)
    typer.echo(f"Clôture le {on} du mois.")


@app.command("cut-off", help="Choisir l’exercice des produits, pour ceux qui commencent après aujourd’hui.")
def cut_off(
    slug: Slug, rule: Annotated[str, typer.Argument(help="encaissement, ou rattachement (à l’exercice payé)")]
) -> None:
    """Choose to which year income belongs, for the exercises that begin after today."""
    from domain.events.association import CutOff

    if rule not in set(CutOff):
        raise InvalidInput(rule=rule)
    _change_policy(slug, cut_off=CutOff(rule))
    typer.echo(f"Règle choisie\u00a0: {rule}, pour les exercices qui commencent après aujourd’hui.")


def _change_policy(slug: str, **changes: object) -> None:
    """Change some of what an association decided, and leave the rest."""
    import msgspec

    from domain.aggregate import Stamp
    from domain.association.commands import ChangePolicy

    with _opened() as (runtime, _, now):
        opened = runtime.ledger(slug)
        policy = msgspec.structs.replace(opened.association().policy, **changes)
        stamp = Stamp(at=now.astimezone(UTC), by=_ACTOR)
        command = ChangePolicy(stream_id=opened.ledger.association_id, stamp=stamp, policy=policy)
        opened.ledger.bus.submit(command).result()
