"""How each of these commands enters its wish into the ledger, and tells what came of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

import typer

from service.cli.access.roles import ledger_of

if TYPE_CHECKING:
    from adapters.log.ledger import Ledger
    from domain.aggregate import Intent, Stamp
    from domain.campaign.refunds import LineAmount

Coop = Annotated[UUID, typer.Argument(help="Coopérative")]
Campaign = Annotated[UUID, typer.Argument(help="Collecte")]
Contribution = Annotated[UUID, typer.Argument(help="Contribution")]
By = Annotated[str, typer.Option("--by", help="Identifiant opaque de qui le demande, jamais un nom")]
Cents = Annotated[int, typer.Option("--cents", help="Montant en centimes")]
Day = Annotated[datetime, typer.Option("--day", formats=["%Y-%m-%d"], help="Jour à Paris")]
Lines = Annotated[
    list[str] | None,
    typer.Option("--line", metavar="LIGNE=CENTIMES", help="Part d’un enfant, par exemple 2=500 ; répétable"),
]
_LINE: Final = re.compile(r"([1-9][0-9]{0,3})=([0-9]{1,12})")


def amounts_of(parts: Iterable[str] | None) -> tuple[LineAmount, ...]:
    """Read the cents of each child as commands take them; none spreads the amount over all.

    Raises:
        InvalidInput: something else than a line and its cents.

    """
    from domain.campaign.refunds import LineAmount
    from domain.errors import InvalidInput

    found = []
    for part in parts or ():
        read = _LINE.fullmatch(part)
        if read is None:
            raise InvalidInput(line=part)
        found.append(LineAmount(line=int(read[1]), cents=int(read[2])))
    return tuple(found)


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
