"""Commands that write reports as files, PDF, XLSX, CSV or JSON by the file's name; one that names people is traced."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from service.cli.access.roles import Slug
from service.cli.binder.papers import format_of
from service.cli.inspection.output import AsJson, say_json

if TYPE_CHECKING:
    from reports.parts.report import Report
    from service.reports import ReportBuilder

Campaign = Annotated[UUID, typer.Argument(help="Collecte")]
Coop = Annotated[UUID, typer.Argument(help="Coopérative")]
To = Annotated[Path | None, typer.Option(help="Fichier à écrire : .pdf, .xlsx, .csv ou .json")]
By = Annotated[str, typer.Option("--by", help="Identifiant opaque de qui le demande, jamais un nom")]


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(help="États et documents, en fichiers.", no_args_is_help=True)
    group.command("balance", help="Montrer le compte en ligne d’une coopérative.")(balance)
    group.command("class-balance", help="Montrer ou écrire le bilan d’une collecte par classe.")(class_balance)
    group.command("statement", help="Montrer ou écrire le relevé mensuel du compte en ligne.")(statement)
    group.command("income-in-advance", help="Montrer ou écrire les produits encaissés d’avance d’un exercice.")(
        income_in_advance
    )
    group.command("payments", help="Montrer ou écrire le tableau nominatif des paiements d’une collecte.")(payments)
    group.command("voucher", help="Montrer ou écrire le récapitulatif d’une collecte, avec son annexe nominative.")(
        voucher
    )
    app.add_typer(group, name="report")


def balance(slug: Slug, coop: Coop, as_json: AsJson = False) -> None:
    """Show what a coop's online account holds, what of it is blocked, and what may leave it now."""
    import psycopg

    from domain.coop.state import Coop as CoopState
    from domain.errors import NotFound
    from domain.funds import funds_of
    from domain.money import euros
    from projections import online_account
    from projections.base.read_model import set_schema
    from service.cli.access.roles import ledger_of

    with ledger_of(slug) as ledger:
        if not ledger.store.load(CoopState, coop).version:
            raise NotFound(coop=coop)
        with psycopg.connect(ledger.app_dsn) as connection:
            set_schema(connection, ledger.read_schema)
            total, blocked = online_account.balance(connection, coop)
        head, _ = ledger.store.head()
        available = funds_of(one.event for one in ledger.store.coop_events(coop, head)).available
    if as_json:
        say_json({"coop_id": coop, "balance_cents": total, "blocked_cents": blocked, "available_cents": available})
        return
    for label, cents in (("Solde", total), ("Bloqué", blocked), ("Disponible", available)):
        typer.echo(f"{label:<12} {euros(cents):>16}")


def class_balance(slug: Slug, campaign: Campaign, to: To = None, as_json: AsJson = False) -> None:
    """Write the balance sheet of a campaign's classes."""
    _write(slug, lambda builder: builder.class_balance(campaign), to, as_json=as_json)


def statement(
    slug: Slug,
    coop: Coop,
    month: Annotated[datetime, typer.Option(formats=["%Y-%m"], help="Mois, par exemple 2024-07")],
    to: To = None,
    as_json: AsJson = False,
) -> None:
    """Write the statement of a month of a coop's online account."""
    _write(slug, lambda builder: builder.statement(coop, month.date()), to, as_json=as_json)


def income_in_advance(
    slug: Slug,
    coop: Coop,
    year: Annotated[int, typer.Option(min=2000, max=2100, help="Exercice, par exemple 2024 pour 2024-2025")],
    to: To = None,
    as_json: AsJson = False,
) -> None:
    """Write what a coop collected by the end of a fiscal year for later ones."""
    _write(slug, lambda builder: builder.income_in_advance(coop, year), to, as_json=as_json)


def payments(slug: Slug, campaign: Campaign, by: By, to: To = None, as_json: AsJson = False) -> None:
    """Write the nominative table of a campaign's payments, readable by its owner alone."""
    _write(slug, lambda builder: builder.payments_table(campaign), to, as_json=as_json, named=(campaign, by))


def voucher(slug: Slug, campaign: Campaign, by: By, to: To = None, as_json: AsJson = False) -> None:
    """Write a campaign's recap with its annex by family, readable by its owner alone."""
    _write(slug, lambda builder: builder.family_voucher(campaign), to, as_json=as_json, named=(campaign, by))


def _write(
    slug: str,
    make: Callable[[ReportBuilder], Report],
    to: Path | None,
    *,
    as_json: bool,
    named: tuple[UUID, str] | None = None,
) -> None:
    """Make a report and hand it over; whose names are read by whom is in the trail before one is given."""
    from domain.vocabulary.references import check_actor
    from reports.render.json_ import to_json
    from service.bootstrap.runtime import open_runtime
    from service.papers.prints import written
    from service.reports import ReportBuilder
    from service.retention.person.private_file import write_private_file
    from service.settings import Settings
    from service.trail import TrailKind, record

    if as_json is (to is not None):
        raise typer.BadParameter("indiquez un fichier par --to, ou --json pour la sortie.")
    form = None if to is None else format_of(to)
    if named is not None:
        check_actor(named[1])
    with open_runtime(Settings()) as runtime:
        report = make(ReportBuilder(runtime.ledger(slug), datetime.now(UTC)))
        if named is not None:
            campaign, by = named
            record(runtime.trail, TrailKind.NAMES_READ, association=slug, actor=by, campaign_id=campaign)
    if to is None or form is None:
        typer.echo(to_json(report).decode(), nl=False)
        return
    content = written(report, form)
    write_private_file(to, content)
    typer.echo(f"{to} : {len(content)} octets.")
