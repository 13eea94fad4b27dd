"""How each of these commands enters its wish into the ledger, and tells what came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from service.cli.access.roles import ledger_of

if TYPE_CHECKING:
    from adapters.log.ledger import Ledger
    from domain.aggregate import Intent, Stamp

Coop = Annotated[UUID, typer.Argument(help="Coopérative")]
By = Annotated[str, typer.Option("--by", help="Identifiant opaque de qui le demande, jamais un nom")]
Cents = Annotated[int, typer.Option("--cents", help="Montant en centimes")]
Day = Annotated[datetime, typer.Option("--day", formats=["%Y-%m-%d"], help="Jour à Paris")]


def enter(slug: str, by: str, make: Callable[[Ledger, Stamp], Intent[Any]]) -> None:
    """Enter one wish of an operator, and tell what happened by its French name."""
    from domain.aggregate import Stamp
    from domain.vocabulary.references import check_actor

    check_actor(by)
    with ledger_of(slug) as ledger:
        (outcome,) = ledger.bus.submit(make(ledger, Stamp(at=datetime.now(UTC), by=by))).result()
    for event in outcome.events:
        typer.echo(event.LABEL)
    if not outcome.events:
        typer.echo("Déjà enregistré.")
