"""Commands of papers: those issued in a coop, those that are due, one of them printed, an annex with names."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args
from uuid import UUID

import typer

from domain.errors import InvalidInput
from service.cli.inspection.output import AsJson, say_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reports.parts.report import Format
    from reports.payments_table import PersonNames

Slug = Annotated[str, typer.Argument(help="Association, par exemple ad06")]
Coop = Annotated[UUID, typer.Option("--coop", help="Coopérative")]
By = Annotated[str, typer.Option("--by", help="Identifiant opaque de qui le demande, jamais un nom")]


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this module."""
    papers = typer.Typer(help="Pièces comptables : bordereaux, volets, récapitulatifs.", no_args_is_help=True)
    papers.command("list", help="Lister les pièces d’une coopérative.")(list_)
    papers.command("issue", help="Émettre les pièces que le registre demande ; un worker le fait de lui-même.")(issue)
    papers.command("print", help="Imprimer une pièce, ou redonner le fichier de sa première impression.")(print_)
    papers.command("annex", help="Écrire le récapitulatif d’une collecte avec son annexe par famille, nominative.")(
        annex
    )
    app.add_typer(papers, name="papers")


def list_(
    slug: Slug,
    coop: Coop,
    exercise: Annotated[int | None, typer.Option(help="Exercice : 2024 pour 2024-2025")] = None,
    as_json: AsJson = False,
) -> None:
    """List the papers of a coop: position, number, day, what they add to the bank."""
    from domain.money import euros
    from projections import papers
    from service.bootstrap.runtime import open_runtime
    from service.settings import Settings

    with open_runtime(Settings()) as runtime:
        rows = runtime.ledger(slug).read(papers.of_coop, coop, exercise)
    if as_json:
        say_json(rows)
        return
    for row in rows:
        edition = f" édition {row.edition}" if row.edition else ""
        typer.echo(f"{row.position:>8}  {row.piece_on:%d/%m/%Y}  {row.reference + edition:<32} {euros(row.cents):>14}")


def issue(slug: Slug, coop: Coop, by: By) -> None:
    """Issue what the log asks for and was not issued yet: a worker does so by itself."""
    from domain.aggregate import Stamp
    from domain.vocabulary.references import check_actor
    from service.bootstrap.runtime import open_runtime
    from service.papers.due_papers import issue_papers
    from service.settings import Settings

    check_actor(by)
    with open_runtime(Settings()) as runtime:
        issued = issue_papers(runtime.ledger(slug).ledger, coop, Stamp(at=datetime.now(UTC), by=by))
    typer.echo(f"{issued} fait(s) du registre ont maintenant leurs pièces.")


def print_(
    slug: Slug,
    coop: Coop,
    position: Annotated[int, typer.Argument(min=1, help="Position de la pièce, comme la liste la montre")],
    by: By,
    to: Annotated[Path, typer.Option(help="Fichier PDF à écrire")],
    original: Annotated[bool, typer.Option(help="Redonner le fichier de la première impression")] = False,
) -> None:
    """Print a paper: the first time its original, later a duplicate, each recorded; or give the original again."""
    from domain.vocabulary.references import check_actor
    from service.bootstrap.runtime import open_runtime
    from service.papers.prints import original_print, print_paper
    from service.settings import Settings

    check_actor(by)
    with open_runtime(Settings()) as runtime:
        opened = runtime.ledger(slug)
        if original:
            content = original_print(opened, coop, position)
        else:
            content = print_paper(opened, coop, position, by, datetime.now(UTC))
    to.write_bytes(content)
    typer.echo(f"{to} : {len(content)} octets.")


def annex(
    slug: Slug,
    campaign: Annotated[UUID, typer.Argument(help="Collecte")],
    by: By,
    to: Annotated[Path, typer.Option(help="Fichier à écrire : .pdf, .xlsx, .csv ou .json")],
    archive: Annotated[
        bool,
        typer.Option("--archive", help="Nommer aussi les payeurs effacés : trésorier ou vérificateur, lecture notée"),
    ] = False,
) -> None:
    """Write a campaign's voucher with its annex by family, readable by its owner alone; who was forgotten if asked."""
    from domain.vocabulary.references import check_actor
    from service.bootstrap.runtime import open_runtime
    from service.papers.prints import written
    from service.reports import ReportBuilder
    from service.reports.accounting_archive import archived_names, asker
    from service.retention.person.private_file import write_private_file
    from service.settings import Settings
    from service.trail import TrailKind, record

    check_actor(by)
    form, now = format_of(to), datetime.now(UTC)
    with open_runtime(Settings()) as runtime:
        opened = runtime.ledger(slug)
        known: Mapping[UUID, PersonNames] = {}
        if archive:
            known = archived_names(opened, runtime.trail, asker(runtime, slug, by, now), campaign)
        record(runtime.trail, TrailKind.NAMES_READ, association=slug, actor=by, campaign_id=campaign)
        content = written(ReportBuilder(opened, now).family_voucher(campaign, known), form)
    write_private_file(to, content)
    typer.echo(f"{to} : {len(content)} octets.")


def format_of(path: Path) -> Format:
    """Return the format that a file's name asks for.

    Raises:
        InvalidInput: none of ours.

    """
    from reports.parts.report import Format

    formats: dict[str, Format] = {f".{form}": form for form in get_args(Format)}
    if path.suffix not in formats:
        raise InvalidInput(suffix=path.suffix, known=len(formats))
    return formats[path.suffix]
