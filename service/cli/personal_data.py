"""Commands about personal data: what is past its day, one person's export and erasure, the trail of access."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from service.cli.inspection.output import AsJson, say_json

Slug = Annotated[str, typer.Argument(help="Association, par exemple ad06")]
PersonId = Annotated[UUID, typer.Argument(help="Identifiant de la personne dans le coffre")]
By = Annotated[str, typer.Option("--by", help="Identifiant opaque de qui le demande, jamais un nom")]


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this module."""
    retention = typer.Typer(help="Durées de conservation.", no_args_is_help=True)
    retention.command(
        "run", help="Effacer maintenant ce qui est arrivé à échéance ; 1 si une règle n’a pas pu être suivie."
    )(run)
    retention.command("table", help="Afficher ce qui est gardé, pourquoi, combien de temps et ce qui l’efface.")(table)
    retention.command(
        "replay", help="Effacer de nouveau les personnes d’une liste qu’un coffre restauré connaît encore."
    )(replay)
    app.add_typer(retention, name="retention")
    person = typer.Typer(help="Droits des personnes : accès et effacement.", no_args_is_help=True)
    person.command("export", help="Remettre à une personne ce qui est gardé d’elle, dans un fichier.")(export)
    person.command(
        "erase",
        help="Effacer une personne et les enfants de ses paiements ; l’archive comptable garde le nom du payeur.",
    )(erase)
    app.add_typer(person, name="person")
    app.command(
        "trail", help="Lister les connexions, les refus et les lectures de noms, du plus ancien au plus récent."
    )(trail)


def run() -> None:
    """Erase now what is past its day, in every association; status 1 when a rule could not be followed."""
    from service.bootstrap.runtime import open_runtime
    from service.retention.runner import run_rules
    from service.settings import Settings

    with open_runtime(Settings()) as runtime:
        erased = run_rules(runtime, datetime.now(UTC))
    for what, count in sorted(erased.items()):
        typer.echo(f"{count}\t{what}")
    typer.echo(f"{erased.total()} ligne(s) effacée(s).")


def table(as_json: AsJson = False) -> None:
    """Print what is kept, why, how long and what erases it, as the documentation shows it."""
    from service.retention.rule import table_of
    from service.retention.rules import RULES

    if as_json:
        told = [(rule, rule.statement if rule.erase else None) for rule in RULES]
        say_json([{"what": one.what, "why": one.why, "how_long": one.how_long, "erased_by": by} for one, by in told])
        return
    typer.echo(table_of(RULES), nl=False)


def replay(file: Annotated[Path, typer.Argument(help="Liste des effacements, gardée hors des sauvegardes")]) -> None:
    """Erase again whom a list names and a restored vault still holds; the service does it by itself when it opens."""
    from adapters.retention import ErasureList, ErasureListUnreadable
    from service.bootstrap.runtime import open_runtime
    from service.retention import erasures
    from service.settings import Settings

    if not file.is_file():
        raise ErasureListUnreadable(kind="missing")
    with open_runtime(Settings()) as runtime:
        replayed = erasures.replay(runtime, ErasureList(file).read())
    typer.echo(f"{replayed} effacement(s) rejoué(s).")


def export(
    slug: Slug,
    person_id: PersonId,
    by: By,
    to: Annotated[Path, typer.Option(help="Dossier où écrire le fichier, lisible par vous seul")],
) -> None:
    """Write what is kept of a person into a file: their own payments, the children on them, nobody else's."""
    from domain.vocabulary.references import check_actor
    from service.bootstrap.runtime import open_runtime
    from service.retention.person.export import export_person
    from service.settings import Settings
    from service.trail import TrailKind, record

    check_actor(by)
    with open_runtime(Settings()) as runtime:
        opened = runtime.ledger(slug)
        record(runtime.trail, TrailKind.PERSON_EXPORTED, association=slug, actor=by, subject_id=person_id)
        path = export_person(opened, person_id, to, datetime.now(UTC))
    typer.echo(str(path))


def erase(
    slug: Slug,
    person_id: PersonId,
    by: By,
    despite_accounts: Annotated[
        bool, typer.Option("--despite-accounts", help="Ne garder aucun nom, même pour la comptabilité")
    ] = False,
) -> None:
    """Erase a person and the children on their own payments; who paid stays in the archive, unless told otherwise."""
    from adapters.retention import ErasureList
    from domain.calendar import french_date
    from domain.vocabulary.references import check_actor
    from service.bootstrap.runtime import open_runtime
    from service.retention.context import context_of
    from service.retention.person.erasure import erase_person
    from service.settings import Settings
    from service.trail import TrailKind, record

    check_actor(by)
    with open_runtime(Settings()) as runtime:
        context = context_of(runtime, slug, datetime.now(UTC))
        record(runtime.trail, TrailKind.PERSON_ERASED, association=slug, actor=by, subject_id=person_id)
        listed = ErasureList(runtime.settings.erasures)
        outcome = erase_person(context, listed, person_id, despite_accounts=despite_accounts)
    typer.echo(f"{outcome.people} personne(s) effacée(s), {outcome.contributions} contribution(s) dissociée(s).")
    if outcome.kept_until:
        until = french_date(outcome.kept_until)
        typer.echo(f"La comptabilité garde cette personne jusqu’au {until} (code de commerce, L123-22).")
    if outcome.archived_until:
        until = french_date(outcome.archived_until)
        typer.echo(
            f"Le seul nom du payeur reste dans l’archive comptable jusqu’au {until} (code de commerce, L123-22)."
        )


def trail(
    slug: Slug,
    after: Annotated[int, typer.Option(min=0, help="Après ce numéro")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Combien de lignes au plus")] = 100,
) -> None:
    """List who signed in, who was refused and who read names, one line of JSON each, oldest first."""
    import msgspec

    from service.bootstrap.runtime import open_runtime
    from service.settings import Settings

    with open_runtime(Settings()) as runtime:
        runtime.ledger(slug)
        for entry in runtime.trail.read(slug, after, limit):
            typer.echo(msgspec.json.encode(entry._asdict()).decode())
